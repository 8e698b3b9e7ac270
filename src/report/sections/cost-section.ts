import type { Analytics, UsageSource } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import { barChart } from '../charts/bar-chart.ts';
import { costChart } from '../charts/cost-chart.ts';
import { lastDayOf } from '../charts/chart-dates.ts';
import { compact, longDay, plural } from '../format-values.ts';
import { html, nothing, type Html } from '../html-template.ts';
import { monthChart } from '../charts/month-chart.ts';
import { basisText, sourcesInOrder, sourceTitle } from '../usage-sources.ts';

type Tokens = NonNullable<Analytics['tokens']>;

/** What was spent, each source on its own. */
export function costSection(
  tokens: Analytics['tokens'],
  options: { readonly dates: readonly Day[]; readonly nameOf: (id: string) => string | null },
): Html {
  const sources = sourcesInOrder(tokens);
  const isSeveral = sources.length > 1;
  return html`<section aria-labelledby="cost">
    <h2 id="cost">Cost</h2>
    ${
      tokens === null || sources.length === 0
        ? html`<p class="muted">
            No usage is known yet: neither logs of Claude Code nor an organisation's key were found.
            The first run that finds any shows it here.
          </p>`
        : nothing
    }${isSeveral ? html`<p class="muted lead">These sources may tell of the same money from different sides: they are never added up.</p>` : nothing}${
      tokens === null
        ? nothing
        : sources.map((source, index) => sourceCharts(source, tokens, { ...options, index }))
    }
  </section> `;
}

function sourceCharts(
  source: UsageSource,
  { today, budget }: Tokens,
  options: {
    readonly index: number;
    readonly dates: readonly Day[];
    readonly nameOf: (id: string) => string | null;
  },
): Html {
  const { index, dates, nameOf } = options;
  const id = (kind: string): string => `${kind}-${String(index)}`;
  const title = sourceTitle(source);
  const window = source.windows[1];
  const lastDay = lastDayOf(today);
  const monthly = budget?.monthly ?? null;
  const unpriced = window?.unpricedModels ?? [];
  const projects = window?.projects ?? [];
  return html`<h3 class="lead">${title}: ${basisText(source)}</h3>
    <p class="muted">
      Known from ${longDay(source.coveredFrom)} to
      ${longDay(source.coveredTo)}.${
        unpriced.length === 0
          ? ''
          : ` Without ${plural(unpriced.length, 'model')} that ${unpriced.length === 1 ? 'has' : 'have'} no known price: ${unpriced.slice(0, 5).join(', ')}.`
      }
    </p>
    <div class="${projects.length === 0 ? 'source two' : 'source'}">
      ${[
        costChart(source, {
          id: id('cost'),
          subject: title,
          dates,
          budgetPerDay: monthly === null ? null : monthly / Number(lastDay.slice(8, 10)),
        }),
        monthChart(source, { id: id('month'), subject: title, today, lastDay, budget: monthly }),
        barChart({
          id: id('models'),
          title: 'Models in 30 days',
          subject: title,
          what: 'models',
          noteHead: 'Tokens in and out',
          bars: (window?.models ?? []).map(({ model, costUsd, tokens }) => ({
            label: model,
            costUsd,
            note: `${compact(tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h)} / ${compact(tokens.output)}`,
          })),
        }),
        projects.length === 0
          ? nothing
          : barChart({
              id: id('folders'),
              title: 'Projects in 30 days',
              subject: title,
              what: 'folders',
              noteHead: 'Folder',
              bars: projects.map(({ id: project, path, costUsd }) => ({
                label: (project === null ? null : nameOf(project)) ?? lastPart(path),
                costUsd,
                note: path,
              })),
            }),
      ]}
    </div>`;
}

const lastPart = (path: string): string =>
  path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
