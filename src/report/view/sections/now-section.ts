import { diagnosticLine } from '../../../output/diagnostic-text.ts';
import { countOf, longDay, severityClass } from '../../format-values.ts';
import type { LastRun, PageData } from '../../page-data.ts';
import { h, type PageElement } from '../element.ts';
import { fixLine } from './fix-line.ts';

/** Further problems are only counted. */
const shownDiagnostics = 8;

/** Renders today and yesterday, then the verdict with the time of the last run. */
export function nowSection({
  sentences: [first = '', ...others],
  run,
  today,
}: PageData): PageElement {
  const { level, sign, title, text } = verdictOf(run);
  const { diagnostics } = run;
  const hidden = diagnostics.length - shownDiagnostics;
  return h(
    'section.now',
    { 'aria-labelledby': 'first-line' },
    h('p.eyebrow', `As of ${longDay(today)} `, h('span', { id: 'age', hidden: true })),
    h('h1', { id: 'first-line' }, first),
    others.map((sentence) => h('p.sentence', sentence)),
    h(
      'div',
      {
        class: `health ${level}`,
        id: 'verdict',
        'data-level': level,
        'data-run': run.at ?? '',
        'data-stale': run.staleAt ?? '',
      },
      h('span.sign', { id: 'sign', 'aria-hidden': 'true' }, sign),
      h(
        'div',
        h('h2', { id: 'health' }, title),
        h('p', `${text} `, h('span', { id: 'ago' })),
        diagnostics.length > 0 &&
          h(
            'ul.diagnostics',
            diagnostics
              .slice(0, shownDiagnostics)
              .map((problem) =>
                h(
                  'li',
                  h('b', { class: severityClass(problem) }, problem.severity),
                  ` ${diagnosticLine(problem)}`,
                  problem.hint !== null && fixLine(problem.hint),
                ),
              ),
            hidden > 0 &&
              h(
                'li.muted',
                `and ${String(hidden)} more: `,
                h('code', 'sync-runner status --verbose'),
              ),
          ),
      ),
    ),
  );
}

export interface Verdict {
  readonly level: 'ok' | 'warn' | 'bad' | 'none';
  readonly sign: string;
  readonly title: string;
  readonly text: string;
}

export function verdictOf({ health, diagnostics, at, outcome, nextRunAt }: LastRun): Verdict {
  const time = at === null ? '' : `, ${at.slice(11, 16)}`;
  const next = nextRunAt === null ? '' : ` Next run: ${nextRunAt.slice(11, 16)} UTC.`;
  const last = `Last run on ${longDay(at)}${time} UTC.`;
  const ended = outcome === 'interrupted' ? 'The run was interrupted.' : 'All syncs succeeded.';
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning').length;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  switch (health) {
    case null:
      return { level: 'none', sign: '○', title: 'No run yet', text: 'Start with: sync-runner run' };
    case 'ok':
      return {
        level: 'ok',
        sign: '✓',
        title: `No problems as of ${longDay(at)}${time} UTC`,
        text: `${ended} ${last}${next}`,
      };
    case 'warning':
      return {
        level: 'warn',
        sign: '!',
        title: countOf(warnings, 'warning'),
        text: `${ended} ${last}${next}`,
      };
    case 'error':
      return {
        level: 'bad',
        sign: '×',
        title: countOf(errors, 'error'),
        text: `The page shows the last valid data. ${last}`,
      };
  }
}

const favicons = {
  ok: '%232a8c55',
  warn: '%23d08a00',
  bad: '%23d2453a',
  none: '%238b95a3',
} as const;

/** Returns the icon of the page: a disc in the colour of the verdict. */
export const faviconOf = (level: Verdict['level']): string =>
  `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='${favicons[level]}'/%3E%3C/svg%3E`;
