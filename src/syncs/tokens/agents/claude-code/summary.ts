import type { Day } from '../../../../schema/timestamp.ts';
import type {
  ProjectTotals,
  TokenCounts,
  TokenEntry,
  TokenTotals,
} from '../../../../schema/tokens.ts';
import { formatDollars, type Picodollars } from '../../money.ts';
import { searchCost } from '../../pricing.ts';
import { addCounts, addTokens, byEntry, noTokens, type DayUsage } from './day-usage.ts';

/** The entries of `daily`, sorted by date, model and project. `today` is not over yet. */
export function dailyEntries(
  usage: readonly DayUsage[],
  { source, today }: { readonly source: string; readonly today: Day },
): readonly TokenEntry[] {
  return [...byEntry(usage).values()]
    .sort(compareEntries)
    .map(({ date, model, project, tokens, responses, cost, priceVersion }) => ({
      date,
      source,
      model,
      project,
      tokens,
      responses,
      costUsd: cost === null ? null : formatDollars(cost),
      ...(cost === null ? {} : ofSearches(tokens.webSearches)),
      costBasis: cost === null ? 'unknown' : 'calculated',
      ...(cost === null || priceVersion === null ? {} : { priceVersion }),
      ...(date === today ? { partial: true } : {}),
    }));
}

/**
 * What each project used, sorted by folder and path; without usage of which not even the folder is known.
 * `idOf` tells the project of the registry that a path belongs to.
 */
export function projectTotals(
  usage: readonly DayUsage[],
  idOf: (path: string) => string | null,
): readonly ProjectTotals[] {
  const projects = new Map<string, DayUsage[]>();
  for (const one of usage) {
    if (one.folder === null) continue;
    const key = JSON.stringify([one.folder, one.project]);
    const known = projects.get(key);
    if (known === undefined) projects.set(key, [one]);
    else known.push(one);
  }
  return [...projects.values()]
    .flatMap((own) => {
      const [first] = own;
      if (first === undefined || first.folder === null) return [];
      const { folder: logDir, project: projectPath } = first;
      const id = projectPath === null ? null : idOf(projectPath);
      return [{ id, logDir, projectPath, ...totalsOf(own) }];
    })
    .sort(
      (one, other) =>
        compare(one.logDir, other.logDir) ||
        compare(one.projectPath ?? '', other.projectPath ?? ''),
    );
}

/** Exact sums, rounded once. */
export function totalsOf(usage: readonly DayUsage[]): TokenTotals & { readonly responses: number } {
  let tokens: TokenCounts = noTokens;
  let responses = 0;
  let cost: Picodollars | null = null;
  let searches = 0;
  for (const one of usage) {
    tokens = addTokens(tokens, one.tokens);
    responses = addCounts(responses, one.responses);
    if (one.cost === null) continue;
    cost = (cost ?? 0n) + one.cost;
    searches = addCounts(searches, one.tokens.webSearches);
  }
  return {
    tokens,
    responses,
    costUsd: cost === null ? null : formatDollars(cost),
    ...ofSearches(searches),
  };
}

const ofSearches = (searches: number): { readonly searchCostUsd?: string } =>
  searches === 0 ? {} : { searchCostUsd: formatDollars(searchCost(searches)) };

const compareEntries = (one: DayUsage, other: DayUsage): number =>
  compare(one.date, other.date) ||
  compare(one.model, other.model) ||
  compare(one.project ?? '', other.project ?? '');

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
