import type { Analytics, Usage, UsageSource } from '../../schema/analytics.ts';
import { agentTitles, isAgent, sourceName } from '../../schema/agent-names.ts';
import type { Day } from '../../schema/timestamp.ts';
import { barChart, type Bar } from '../charts/bar-chart.ts';
import { costChart } from '../charts/cost-chart.ts';
import { groupBy } from '../../util/collections.ts';
import { lastDayOfMonth } from '../../util/dates.ts';
import { compact, countOf, integer, longDay } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { monthChart } from '../charts/month-chart.ts';
import { costBasisText, sortSources, sourceTitle } from '../usage-sources.ts';

type Tokens = NonNullable<Analytics['tokens']>;

/** Renders the costs, separately for each source. */
export function costSection(
  tokens: Analytics['tokens'],
  options: { readonly dates: readonly Day[]; readonly nameOf: (id: string) => string | null },
): Html {
  const sources = sortSources(tokens);
  const hasSeveral = sources.length > 1;
  return html`<section aria-labelledby="cost">
    <h2 id="cost">Cost</h2>
    ${
      tokens === null || sources.length === 0
        ? html`<p class="muted">
            No usage data yet: neither the logs of a coding agent nor the API key of an organisation
            were found.
          </p>`
        : emptyHtml
    }${hasSeveral ? html`<p class="muted lead">These sources may report the same cost and are never added up.</p>` : emptyHtml}${
      tokens === null
        ? emptyHtml
        : sources.map((source, index) => sourceCharts(source, tokens, { ...options, index }))
    }
  </section> `;
}

function sourceCharts(
  source: UsageSource,
  tokens: Tokens,
  options: {
    readonly index: number;
    readonly dates: readonly Day[];
    readonly nameOf: (id: string) => string | null;
  },
): Html {
  const { today, budget } = tokens;
  const { index, dates, nameOf } = options;
  const id = (kind: string): string => `${kind}-${String(index)}`;
  const title = sourceTitle(source);
  const window = source.windows[1];
  const lastDay = lastDayOfMonth(today);
  const monthly = budget?.monthly ?? null;
  const unpriced = window?.unpricedModels ?? [];
  const projects = window?.projects ?? [];
  return html`<h3 class="lead">${title}: ${costBasisText(source)}</h3>
    <p class="muted">
      Covers ${longDay(source.coveredFrom)} to
      ${longDay(source.coveredTo)}.${
        unpriced.length === 0
          ? ''
          : ` Excludes ${countOf(unpriced.length, 'model')} without a known price: ${unpriced.slice(0, 5).join(', ')}.`
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
          unit: 'models',
          noteHeader,
          bars: (window?.models ?? []).map(({ model, costUsd, ...usage }) => ({
            label: model,
            costUsd,
            note: inputAndOutput(usage),
          })),
        }),
        source === tokens.agents
          ? agentChart(tokens.sources, { id: id('agents'), title })
          : emptyHtml,
        projects.length === 0
          ? emptyHtml
          : barChart({
              id: id('projects'),
              title: 'Projects in 30 days',
              subject: title,
              unit: 'projects',
              noteHeader: 'Directory',
              bars: projectBars(projects, nameOf),
            }),
      ]}
    </div>`;
}

/** Returns a bar for each project, and for each directory outside of all projects. */
function projectBars(
  projects: UsageSource['windows'][number]['projects'],
  nameOf: (id: string) => string | null,
): readonly Bar[] {
  const groups = groupBy(projects, ({ id, path }) => JSON.stringify([id, id === null ? path : '']));
  return [...groups.values()]
    .map((group) => {
      const [{ id, path, costUsd }] = group;
      const costs = group.flatMap((one) => (one.costUsd === null ? [] : [Number(one.costUsd)]));
      const sum = costs.reduce((total, cost) => total + cost, 0);
      return {
        label: (id === null ? null : nameOf(id)) ?? lastPart(path),
        costUsd: group.length === 1 || costs.length === 0 ? costUsd : sum.toFixed(6),
        note: group.length === 1 ? path : `${integer(group.length)} directories`,
      };
    })
    .toSorted(byCost);
}

const byCost = (a: Bar, b: Bar): number => Number(b.costUsd ?? -1) - Number(a.costUsd ?? -1);

/** Draws the cost of each coding agent. */
const agentChart = (
  sources: readonly UsageSource[],
  { id, title }: { readonly id: string; readonly title: string },
): Html =>
  barChart({
    id,
    title: 'Agents in 30 days',
    subject: title,
    unit: 'agents',
    noteHeader,
    bars: sources
      .flatMap(({ name, windows: [, window] }) =>
        isAgent(name) && window !== undefined
          ? [
              {
                label: agentTitles[name],
                costUsd: window.costUsd,
                note: inputAndOutput(window),
              },
            ]
          : [],
      )
      .toSorted(byCost),
  });

const noteHeader = 'Input / output tokens';

function inputAndOutput({
  tokens,
  withoutTokens = [],
}: Pick<Usage, 'tokens' | 'withoutTokens'>): string {
  if (tokens === null) return 'unknown';
  const input = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
  const names = withoutTokens.map(sourceName);
  const without = names.length === 0 ? '' : ` without ${names.join(' and ')}`;
  return `${compact(input)} / ${compact(tokens.output)}${without}`;
}

const lastPart = (path: string): string =>
  path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
