import { createHash } from 'node:crypto';
import type { Analytics } from '../schema/analytics.ts';
import type { Day } from '../schema/timestamp.ts';
import { attentionSection } from './sections/attention-section.ts';
import { costSection } from './sections/cost-section.ts';
import { chartDates } from './charts/chart-dates.ts';
import { integer, longDay, percent, countOf } from './format-values.ts';
import { html, rawHtml, type Html } from './html-template.ts';
import type { ReportModel } from './report-model.ts';
import { sortProjects } from './sort-projects.ts';
import { projectTable } from './sections/project-table.ts';
import { runHistoryChart } from './charts/run-history-chart.ts';
import { script } from './page-script.ts';
import { style } from './page-style.ts';
import { summaryTiles } from './sections/summary-tiles.ts';
import { coverageChangeText, todosChangeText } from './trend-text.ts';
import { trendChart } from './charts/trend-chart.ts';
import { healthBanner } from './sections/health-banner.ts';

/**
 * Renders the report as one self-contained HTML file. Deterministic for the same model. Its Content Security
 * Policy forbids all requests and all scripts but its own, which it names by hash.
 */
export function reportPage(model: ReportModel): string {
  const { analytics, lastRun } = model;
  const { day, tokens, trend, runs } = analytics;
  const ordered = sortProjects(analytics.projects ?? []);
  const names = new Map(ordered.map(({ id, name }) => [id, name]));
  const starts = [
    trend[0]?.date,
    runs[0]?.date,
    ...(tokens?.sources ?? []).map(({ daily }) => daily[0]?.date),
  ].filter((date) => date !== undefined);
  const first = starts.toSorted()[0] ?? null;
  const dates = chartDates(first, day);
  const today = lastRun.day === day ? lastRun.outcome : null;
  return html`<!doctype html>
    <html lang="en" data-day="${day}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Projects on ${longDay(day)} · sync-runner</title>
        ${rawHtml(`<style>${style}</style>`)}
      </head>
      <body>
        <header>
          <h1>Your projects</h1>
          <p class="muted">as of ${longDay(day)} <span id="age" hidden></span></p>
        </header>
        <main>
          ${healthBanner(model)}${summaryTiles(analytics)}${
            analytics.projects === null ? gettingStarted : attentionSection(ordered)
          }${costSection(tokens, {
            dates: chartDates(first, tokens?.today ?? day),
            nameOf: (id) => names.get(id) ?? null,
          })}
          <section aria-labelledby="quality">
            <h2 id="quality">Quality</h2>
            <div class="stack">
              ${
                trend.length === 0
                  ? html`<p class="muted">No quality data yet.</p>`
                  : qualityCharts(analytics, dates)
              }
            </div>
          </section>
          <section aria-labelledby="runs">
            <h2 id="runs">Runs</h2>
            ${runHistoryChart({ id: 'run-history', dates, runs, today })}
          </section>
          ${projectTable(ordered)}
        </main>
        ${footer(analytics)} ${rawHtml(`<script>${script}</script>`)}
      </body>
    </html> `.markup;
}

const cspHash = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = rawHtml(
  `default-src 'none'; style-src ${cspHash(style)}; script-src ${cspHash(script)}; base-uri 'none'; form-action 'none'`,
);

const gettingStarted = html`<section aria-labelledby="start">
  <h2 id="start">Getting started</h2>
  <p>
    No projects yet. List the directories that contain your projects in
    <code>data/config/sync.json</code> (<code>sync-runner init ~/code</code> writes it), run
    <code>sync-runner run</code>, and update this page with <code>sync-runner report</code>.
  </p>
</section> `;

function qualityCharts({ trend, trendChange }: Analytics, dates: readonly Day[]): readonly Html[] {
  const coverage = trend.map(({ date, coverage: value, withCoverage, projects }) => {
    const note = `${integer(withCoverage)} of ${countOf(projects, 'project')}`;
    return { date, value, note };
  });
  const todos = trend.map(({ date, todos: value, projects }) => {
    const note = countOf(projects, 'project');
    return { date, value, note };
  });
  const label = (value: number): string => percent(value);
  return [
    trendChart({
      id: 'coverage',
      title: 'Coverage',
      description: `${describeLast(coverage, label)}, ${coverageChangeText(trendChange)}; mean of the projects with a report.`,
      color: 's3',
      dates,
      points: coverage,
      limits: { min: 0, max: 100, least: 4 },
      isCounted: false,
      label,
      noteHeader: 'With coverage',
    }),
    trendChart({
      id: 'todos',
      title: 'TODOs',
      description: `${describeLast(todos, integer)}, ${todosChangeText(trendChange)}; sum over all projects.`,
      color: 's5',
      dates,
      points: todos,
      limits: { min: 0, max: Infinity, least: 10 },
      isCounted: true,
      label: integer,
      noteHeader: 'Projects',
    }),
  ];
}

function describeLast(
  points: readonly { readonly date: Day; readonly value: number | null }[],
  label: (value: number) => string,
): string {
  const last = points.findLast(({ value }) => value !== null);
  return last === undefined ? 'No data yet' : `${label(last.value ?? 0)} on ${longDay(last.date)}`;
}

const footer = ({ tokens, updatedAt }: Analytics): Html =>
  html`<footer>
    <p>
      Created by sync-runner from the files in data/, last changed ${longDay(updatedAt)}. Days are
      UTC
      days${tokens === null || tokens.timeZone === 'UTC' ? '' : `, for costs days in ${tokens.timeZone}`}.
      A dash means unknown, not 0.
    </p>
    <p>
      Costs are in US dollars. “Billed” costs were charged by the provider; an “estimate” is the
      usage in the logs of this machine at list prices, and a lower bound. The forecast is the cost
      so far plus the mean daily cost of the last 30 days for each remaining day. Changes are
      relative to 30 days ago and compare the projects that existed then. The history is in
      data/history, the numbers of this page are in data/analytics.json.
    </p>
  </footer> `;
