import { groupBy } from '../../../../util/collections.ts';
import type { Day } from '../../../../schema/timestamp.ts';
import type { ProjectTotals, TokenEntry, TokenTotals } from '../../../../schema/tokens.ts';
import { formatDollars, type Picodollars } from '../../pricing/money.ts';
import { searchCost } from '../../pricing/vendor-rules.ts';
import { addCounts, addTokens, noTokens } from '../../token-counts.ts';
import { sumByEntry, type DayUsage } from './day-usage.ts';

/** Returns the id of the registered project that a path belongs to; null without one. */
export type ProjectIdOf = (path: string) => string | null;

/** Whether a subscription covers a model: its cost is a list price that was not spent. */
export type IsFlatRate = (model: string) => boolean;

interface EntryOptions {
  readonly source: string;
  readonly isFlatRate: IsFlatRate;
  readonly idOf: ProjectIdOf;
}

/** Returns the rule of `tokens.flatRate`, which lists models, with fast mode included, and agents. */
export const flatRateRule =
  (flatRate: readonly string[], source: string): IsFlatRate =>
  (model) =>
    [source, model, model.replace(/-fast$/, '')].some((name) => flatRate.includes(name));

/** Returns the entries of `daily`, sorted by date, model and project. `today` is marked as partial. */
export function toDailyEntries(
  usage: readonly DayUsage[],
  { source, today, isFlatRate, idOf }: EntryOptions & { readonly today: Day },
): readonly TokenEntry[] {
  return [...sumByEntry(usage).values()]
    .sort(compareEntries)
    .map(({ date, model, project, tokens, responses, cost, priceVersion }) => ({
      date,
      source,
      model,
      project,
      id: project === null ? null : idOf(project),
      tokens,
      responses,
      ...(isFlatRate(model)
        ? { costUsd: formatDollars(0n), listPriceUsd: dollarsOrNull(cost) }
        : {
            costUsd: dollarsOrNull(cost),
            ...(cost === null ? {} : searchCostOf(tokens.webSearches)),
          }),
      costBasis: cost === null ? 'unknown' : priceVersion === null ? 'reported' : 'calculated',
      ...(cost === null || priceVersion === null ? {} : { priceVersion }),
      ...(date === today ? { partial: true } : {}),
    }));
}

/** Returns the usage of each project, sorted by log directory and path. Usage without either is left out. */
export function toProjectTotals(
  usage: readonly DayUsage[],
  { source, isFlatRate, idOf }: EntryOptions,
): readonly ProjectTotals[] {
  const projects = groupBy(usage, ({ logDir, project }) =>
    logDir === null && project === null ? null : JSON.stringify([logDir, project]),
  );
  return [...projects.values()]
    .map(([first, ...others]) => ({
      source,
      id: first.project === null ? null : idOf(first.project),
      logDir: first.logDir,
      projectPath: first.project,
      ...sumUsage([first, ...others], isFlatRate),
    }))
    .sort(
      (a, b) =>
        compare(a.logDir ?? '', b.logDir ?? '') ||
        compare(a.projectPath ?? '', b.projectPath ?? ''),
    );
}

/** Returns exact sums, rounded once. */
export function sumUsage(
  usage: readonly DayUsage[],
  isFlatRate: IsFlatRate,
): TokenTotals & { readonly responses: number } {
  let tokens = noTokens;
  let responses = 0;
  let cost: Picodollars | null = null;
  let searches = 0;
  let hasFlatRate = false;
  let listPrice: Picodollars | null = null;
  for (const one of usage) {
    tokens = addTokens(tokens, one.tokens);
    responses = addCounts(responses, one.responses);
    if (isFlatRate(one.model)) {
      hasFlatRate = true;
      cost ??= 0n;
      if (one.cost !== null) listPrice = (listPrice ?? 0n) + one.cost;
      continue;
    }
    if (one.cost === null) continue;
    cost = (cost ?? 0n) + one.cost;
    searches = addCounts(searches, one.tokens.webSearches);
  }
  return {
    tokens,
    responses,
    costUsd: dollarsOrNull(cost),
    ...searchCostOf(searches),
    ...(hasFlatRate ? { listPriceUsd: dollarsOrNull(listPrice) } : {}),
  };
}

const dollarsOrNull = (cost: Picodollars | null): string | null =>
  cost === null ? null : formatDollars(cost);

const searchCostOf = (searches: number): { readonly searchCostUsd?: string } =>
  searches === 0 ? {} : { searchCostUsd: formatDollars(searchCost(searches)) };

const compareEntries = (a: DayUsage, b: DayUsage): number =>
  compare(a.date, b.date) || compare(a.model, b.model) || compare(a.project ?? '', b.project ?? '');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
