import { addKnown } from '../../analytics/usage/money.ts';
import { callsForAction } from '../../schema/attention-codes.ts';
import type { Day } from '../../schema/timestamp.ts';
import { getOrInsert } from '../../util/collections.ts';
import { addDays, daysBetween } from '../../util/dates.ts';
import type { Costs, PageData, PageLedger, PageProject } from '../page-data.ts';
import { ranges, type Range } from './page-state.ts';

/** One cost: the model on a day. Null micros are unknown. */
export interface Cost {
  readonly day: number;
  readonly model: number;
  readonly micros: number | null;
}

/** Days of a range, both included. */
export interface Days {
  readonly from: number;
  readonly to: number;
}

const decoded = new WeakMap<Costs, readonly Cost[]>();

/** Returns the costs of a series, the oldest first. */
export const costsOf = (series: Costs): readonly Cost[] => getOrInsert(decoded, series, decode);

function decode(series: Costs): readonly Cost[] {
  let day = 0;
  const costs: Cost[] = [];
  for (let at = 0; at < series.length; at += 3) {
    day += series[at] ?? 0;
    costs.push({ day, model: series[at + 1] ?? 0, micros: series[at + 2] ?? null });
  }
  return costs;
}

/** Returns the costs of a series in a range. */
export const costsIn = (series: Costs, { from, to }: Days): readonly Cost[] =>
  costsOf(series).filter(({ day }) => day >= from && day <= to);

export const dayNumber = ({ first }: Pick<PageData, 'first'>, date: Day): number =>
  daysBetween(first, date);

export const dateOf = ({ first }: Pick<PageData, 'first'>, day: number): Day => addDays(first, day);

/** Returns the days of a range; for costs, days end with that of their time zone. */
export function daysOf(data: PageData, range: Range, last: Day = data.today): Days {
  const to = dayNumber(data, last);
  return { from: range === 'all' ? 0 : Math.max(to - Number(range) + 1, -10_000), to };
}

export const lengthOf = ({ from, to }: Days): number => Math.max(0, to - from + 1);

/** The days of the same length before. */
export const daysBefore = (days: Days): Days => ({
  from: days.from - lengthOf(days),
  to: days.from - 1,
});

/** Returns the sum of the known costs; null if no cost is known. */
export const sumCosts = (series: Costs, days: Days): number | null =>
  costsIn(series, days).reduce<number | null>((sum, { micros }) => addKnown(sum, micros), null);

const used = new WeakMap<Costs, ReadonlySet<number>>();

/** Returns the days on which a series has usage. */
const usedDays = (series: Costs): ReadonlySet<number> =>
  getOrInsert(used, series, () => new Set(costsOf(series).map(({ day }) => day)));

/** Whether a ledger has the usage of a day. */
export const isCovered = (ledger: PageLedger, day: number): boolean =>
  (ledger.coveredFrom !== null &&
    ledger.coveredTo !== null &&
    day >= ledger.coveredFrom &&
    day <= ledger.coveredTo) ||
  usedDays(ledger.costs).has(day);

/** Returns how many days of a range a ledger does not cover. */
export function countUncovered(ledger: PageLedger, { from, to }: Days): number {
  let count = 0;
  for (let day = from; day <= to; day += 1) if (!isCovered(ledger, day)) count += 1;
  return count;
}

/** Returns the cost of a ledger: 0 if covered days have no usage, null if it is unknown. */
export const ledgerCost = (ledger: PageLedger, days: Days): number | null =>
  costIn(ledger.costs, ledger, days);

/** Returns the cost of a series whose days are those that a ledger covers. */
function costIn(series: Costs, ledger: PageLedger | null, days: Days): number | null {
  if (costsIn(series, days).length > 0) return sumCosts(series, days);
  return ledger !== null && countUncovered(ledger, days) < lengthOf(days) ? 0 : null;
}

/** Returns the local logs, whose usage belongs to projects. */
export const localLedger = ({ ledgers }: PageData): PageLedger | null =>
  ledgers.find(({ name }) => name === 'agents') ?? null;

/** Returns the cost of a project: 0 if it was not used on covered days, null if it is unknown. */
export const projectCost = (
  data: PageData,
  { costs = [] }: PageProject,
  days: Days,
): number | null => costIn(costs, localLedger(data), days);

/** The number of commits at the end of a day. Only differences have a meaning. */
export interface CommitCount {
  readonly day: number;
  readonly commits: number;
}

/** Returns the known numbers of commits, the oldest first. */
export function commitCounts({ commits: pairs = [] }: PageProject): readonly CommitCount[] {
  const counts: CommitCount[] = [];
  let [day, commits] = [0, 0];
  for (let at = 0; at < pairs.length; at += 2) {
    day += pairs[at] ?? 0;
    commits += pairs[at + 1] ?? 0;
    counts.push({ day, commits });
  }
  return counts;
}

/**
 * Returns the new commits in a range; null if the number before it is unknown, or if there are fewer now because
 * history was rewritten. In the range of all days, the first known number counts as the one before.
 */
export function newCommits(project: PageProject, range: Range, days: Days): number | null {
  const counts = commitCounts(project);
  const last = counts.at(-1);
  const before = range === 'all' ? counts[0] : counts.findLast(({ day }) => day < days.from);
  if (before === undefined || last === undefined || isOld(project)) return null;
  return last.commits < before.commits ? null : last.commits - before.commits;
}

/** Returns the lines that the commits of a range added and deleted, and the first of its days; null if unknown. */
export function changedLines(
  project: PageProject,
  range: Range,
  days: Days,
): { readonly lines: number; readonly from: number } | null {
  const [since, ...sums] = project.changedLines ?? [];
  const lines = sums[Object.keys(ranges).indexOf(range)];
  if (since == null || lines == null || isOld(project)) return null;
  return { lines, from: range === 'all' ? since : days.from };
}

/** Whether the last run did not read the facts of a project. */
export const isOld = ({ lastSeen }: PageProject): boolean => lastSeen !== undefined;

export interface QualityPoint {
  readonly day: number;
  readonly coverage: number | null;
  readonly todos: number | null;
}

/** Returns the changes of coverage and TODOs, the oldest first. */
export function qualityPoints({ quality = [] }: PageProject): readonly QualityPoint[] {
  const points: QualityPoint[] = [];
  const last = { day: 0, coverage: 0, todos: 0 };
  for (let at = 0; at < quality.length; at += 3) {
    const [step, coverage, todos] = quality.slice(at, at + 3);
    last.day += step ?? 0;
    last.coverage += coverage ?? 0;
    last.todos += todos ?? 0;
    points.push({
      day: last.day,
      coverage: coverage === null ? null : last.coverage / 100,
      todos: todos === null ? null : last.todos,
    });
  }
  return points;
}

/** Returns by how much coverage or TODOs changed in a range; null if a value is unknown. */
export function qualityChange(
  project: PageProject,
  field: 'coverage' | 'todos',
  range: Range,
  days: Days,
): number | null {
  const now = project[field];
  const points = qualityPoints(project);
  const before = range === 'all' ? points[0] : points.findLast(({ day }) => day < days.from);
  const then = before?.[field] ?? null;
  return now === undefined || then === null ? null : Math.round((now - then) * 100) / 100;
}

/** The levels of technical debt, the lowest first. */
export const debtLevels: readonly string[] = ['low', 'medium', 'high'];

/** Whether the last run found a project: only those are in sums. */
export const isPresent = ({ state }: PageProject): boolean =>
  state !== 'missing' && state !== 'not-observed';

/** Whether a project has a reason that calls for action. */
export const needsYou = ({ attention = [] }: PageProject): boolean =>
  attention.some(callsForAction);

/** Returns how many files are changed; null if that is unknown. */
export const changesOf = ({ changes, dirty }: PageProject): number | null =>
  changes ?? (dirty === false ? 0 : null);

/** Returns what the user noted about a project in a few words: client, tags, deadline. */
export const labelsOf = ({ client, tags = [], deadline }: PageProject): readonly string[] => [
  ...(client === undefined ? [] : [client]),
  ...tags,
  ...(deadline === undefined ? [] : [`due ${deadline}`]),
];
