import { createHash } from 'node:crypto';
import type { Analytics, TrendPoint } from '../schema/analytics.ts';
import type { Day } from '../schema/timestamp.ts';
import { attentionSection } from './sections/attention-section.ts';
import { costSection } from './sections/cost-section.ts';
import { chartDates } from './charts/chart-dates.ts';
import { integer, longDay, percent, plural } from './format-values.ts';
import { html, raw, type Html } from './html-template.ts';
import type { ReportModel } from './report-model.ts';
import { sortProjects } from './sort-projects.ts';
import { projectTable } from './sections/project-table.ts';
import { runStrip } from './charts/run-history-chart.ts';
import { script } from './page-script.ts';
import { style } from './page-style.ts';
import { tiles } from './sections/summary-tiles.ts';
import { trendChart } from './charts/trend-chart.ts';
import { verdictBanner } from './sections/health-banner.ts';

/**
 * The report as one HTML file that needs nothing else. The same model gives the same bytes. Its policy
 * lets the browser load nothing and run nothing but the script whose hash it names.
 */
export function reportPage(model: ReportModel): string {
  const { analytics, verdict } = model;
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
  const today = verdict.day === day ? verdict.outcome : null;
  return html`<!doctype html>
    <html lang="en" data-day="${day}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Projects on ${longDay(day)} · sync-runner</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <header>
          <h1>Your projects</h1>
          <p class="muted">as of ${longDay(day)} <span id="age" hidden></span></p>
        </header>
        <main>
          ${verdictBanner(model)}${tiles(analytics)}${
            analytics.projects === null ? welcome : attentionSection(ordered)
          }${costSection(tokens, {
            dates: chartDates(first, tokens?.today ?? day),
            nameOf: (id) => names.get(id) ?? null,
          })}
          <section aria-labelledby="quality">
            <h2 id="quality">Quality</h2>
            <div class="stack">
              ${
                trend.length === 0
                  ? html`<p class="muted">No day with quality data is known yet.</p>`
                  : qualityCharts(trend, dates)
              }
            </div>
          </section>
          <section aria-labelledby="runs">
            <h2 id="runs">Runs</h2>
            ${runStrip({ id: 'strip', dates, runs, today })}
          </section>
          ${projectTable(ordered)}
        </main>
        ${footer(analytics)} ${raw(`<script>${script}</script>`)}
      </body>
    </html> `.markup;
}

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = raw(
  `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`,
);

const welcome = html`<section aria-labelledby="start">
  <h2 id="start">How to begin</h2>
  <p>
    There is no project yet. Name the folders that hold your projects in
    <code>data/config/sync.json</code> (or let <code>sync-runner init ~/code</code> write it), then
    <code>sync-runner run</code>, and make this page again with <code>sync-runner report</code>.
  </p>
</section> `;

function qualityCharts(trend: readonly TrendPoint[], dates: readonly Day[]): readonly Html[] {
  const coverage = trend.map(({ date, coverage: value, withCoverage, projects }) => {
    const note = `${integer(withCoverage)} of ${plural(projects, 'project')}`;
    return { date, value, note };
  });
  const todos = trend.map(({ date, todos: value, projects }) => {
    const note = plural(projects, 'project');
    return { date, value, note };
  });
  const label = (value: number): string => percent(value);
  return [
    trendChart({
      id: 'coverage',
      title: 'Coverage',
      description: `${fromTo(coverage, label)}; the mean of the projects that have a report.`,
      color: 's3',
      dates,
      points: coverage,
      limits: { min: 0, max: 100, least: 4 },
      isCounted: false,
      label,
      noteHead: 'With coverage',
    }),
    trendChart({
      id: 'todos',
      title: 'TODOs',
      description: `${fromTo(todos, integer)}; the sum over all projects.`,
      color: 's5',
      dates,
      points: todos,
      limits: { min: 0, max: Infinity, least: 10 },
      isCounted: true,
      label: integer,
      noteHead: 'Projects',
    }),
  ];
}

function fromTo(
  points: readonly { readonly date: Day; readonly value: number | null }[],
  label: (value: number) => string,
): string {
  const known = points.filter(({ value }) => value !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return 'Nothing is known yet';
  if (first === last) return `${label(last.value ?? 0)} on ${longDay(last.date)}`;
  return `From ${label(first.value ?? 0)} on ${longDay(first.date)} to ${label(last.value ?? 0)} on ${longDay(last.date)}`;
}

const footer = ({ tokens, updatedAt }: Analytics): Html =>
  html`<footer>
    <p>
      Made by sync-runner of the files below data/, last changed ${longDay(updatedAt)}. Days are cut
      in
      UTC${tokens === null || tokens.timeZone === 'UTC' ? '' : `, those of costs in ${tokens.timeZone}`}.
      A dash is not 0: it says that nothing is known.
    </p>
    <p>
      Costs are in US dollars. “Billed” is what the provider charged; an “estimate” is what this
      machine's logs would cost at list prices, and a lower bound. The forecast takes what was
      spent, and for each day that is left the mean of the last 30 days. Changes are against 30 days
      ago. The history is kept in data/history, the numbers of this page in data/analytics.json.
    </p>
  </footer> `;
