import { createHash } from 'node:crypto';
import { sanitizePath } from '../util/text.ts';
import { longDay } from './format-values.ts';
import type { PageData } from './page-data.ts';
import { renderHtml } from './render-html.ts';
import { h, type Content, type PageElement } from './view/element.ts';
import { initialState, ranges } from './view/page-state.ts';
import { attentionSection, gettingStarted } from './view/sections/attention-section.ts';
import { helpDialog } from './view/sections/help-dialog.ts';
import { moneySection } from './view/sections/money-section.ts';
import { faviconOf, nowSection, verdictOf } from './view/sections/now-section.ts';
import { projectSection } from './view/sections/project-table.ts';
import { qualitySection } from './view/sections/quality-section.ts';
import { runsSection } from './view/sections/runs-section.ts';
import { worthSection } from './view/sections/worth-section.ts';

/** The script and the style sheet of the page. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * Renders the report as one self-contained HTML file. Deterministic for the same data. Its Content Security Policy
 * forbids all requests and all scripts but its own, which it names by hash.
 */
export function reportPage(data: PageData, { script, style }: PageAssets): string {
  const { level, sign, title } = verdictOf(data.run);
  const policy = `default-src 'none'; img-src data:; style-src ${cspHash(style)}; script-src ${cspHash(script)}; base-uri 'none'; form-action 'none'`;
  const head: Content = [
    h('meta', { charset: 'utf-8' }),
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'referrer', content: 'no-referrer' }),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('link', { rel: 'icon', id: 'icon', href: faviconOf(level) }),
    h('title', `${sign} ${title} · projects on ${longDay(data.day)}`),
  ];
  // The script is first, so that a chosen theme applies before anything is painted.
  return [
    `<!doctype html>\n<html lang="en" data-day="${data.day}"><head>`,
    renderHtml(head),
    `<style>${style}</style><script>${script}</script></head>\n<body>`,
    renderHtml(body(data)),
    `<script type="application/json" id="data">${embeddedJson(data)}</script></body></html>\n`,
  ].join('\n');
}

const cspHash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Returns JSON that can't end the element that contains it. */
const embeddedJson = (data: PageData): string =>
  JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'string' ? sanitizePath(value, Infinity) : value,
  ).replaceAll('<', String.raw`\u003c`);

const body = (data: PageData): Content => [
  h('a.skip', { href: '#main' }, 'Skip to the content'),
  topBar(data),
  h(
    'main',
    { id: 'main', tabindex: -1 },
    h(
      'div',
      { id: 'overview' },
      nowSection(data),
      gettingStarted(data),
      data.projects !== null && attentionSection(data.projects, initialState),
      moneySection(data, initialState),
      data.projects !== null && worthSection(data, initialState),
      data.projects !== null && projectSection(data, initialState),
      qualitySection(data, initialState),
      runsSection(data, initialState),
    ),
    h('div', { id: 'project', hidden: true }),
  ),
  footer(data),
  helpDialog(),
  h('div', { id: 'tip', role: 'status', hidden: true }),
  h('div', { id: 'toast', role: 'status', hidden: true }),
];

const topBar = (data: PageData): PageElement => {
  const { level, title } = verdictOf(data.run);
  return h(
    'header.bar',
    h(
      'div.bar-inner',
      h(
        'a.brand',
        { href: '#' },
        h('i', { class: `dot ${level}`, id: 'dot' }),
        'Projects',
        h('span.hide', `: ${title}`),
      ),
      h(
        'noscript',
        h('span.muted', '30 days; other ranges, filters and project pages need scripts'),
      ),
      h(
        'div.controls',
        { id: 'controls', hidden: true },
        h(
          'div.segments',
          { role: 'group', 'aria-label': 'Range of all numbers' },
          Object.entries(ranges).map(([range, name]) =>
            h(
              'button',
              {
                type: 'button',
                'data-range': range,
                'aria-pressed': String(range === initialState.range),
                title: name,
              },
              range === 'all' ? 'All' : `${range}d`,
            ),
          ),
        ),
        h(
          'button',
          { type: 'button', class: 'quiet', 'data-action': 'markdown' },
          'Copy as Markdown',
        ),
        h(
          'button',
          { type: 'button', class: 'quiet', 'data-action': 'theme', id: 'theme' },
          'Theme: system',
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'data-action': 'help',
          },
          'Help',
        ),
      ),
    ),
  );
};

const footer = ({ updatedOn, timeZone }: PageData): PageElement =>
  h(
    'footer',
    h(
      'p',
      `Created by sync-runner from the files in data/, last changed ${longDay(updatedOn)}. Days are UTC days`,
      timeZone === 'UTC' ? '' : `, for costs days in ${timeZone}`,
      '. A dash means unknown, not 0.',
    ),
    h(
      'p',
      'Costs are in US dollars. “Billed” costs were charged by the provider; an “estimate” is the usage in the logs of this machine at list prices, and a lower bound. The forecast is the cost so far plus the mean daily cost of the last 30 days for each remaining day. Changes in the table compare with the day before the range.',
    ),
  );
