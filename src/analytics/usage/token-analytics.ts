import { groupBy } from '../../util/collections.ts';
import { isAgent } from '../../schema/agent-names.ts';
import type { Analytics } from '../../schema/analytics.ts';
import type { CostDay, UsageSource } from '../../schema/usage-analytics.ts';
import type { Day, Timestamp } from '../../schema/timestamp.ts';
import { chartDays } from '../chart-days.ts';
import { addDays, dayIn, monthOf } from '../../util/dates.ts';
import type { Snapshot } from '../../schema/syncs.ts';
import type { TokenEntry } from '../../schema/tokens.ts';
import type { TokensOptions } from '../../schema/tokens-options.ts';
import { budgetsOf, overallBudget, type BudgetOptions } from '../../schema/budgets.ts';
import { budgetStates } from './budget-states.ts';
import { toMoney } from './money.ts';
import { usageMonth } from './usage-month.ts';
import { sumBy } from './usage-sums.ts';
import { isInRange, usageWindows, type NamedUsage, type SourceEntries } from './usage-windows.ts';

/** The part of `tokens` in the configuration that the analytics depend on. */
export type AnalyticsOptions = Pick<TokensOptions, 'timeZone'> & Partial<BudgetOptions>;

/**
 * Returns usage and cost by source, and those of all coding agents together: each agent has its own logs. Bills
 * and logs overlap and are never added.
 */
export function tokensAnalytics(
  snapshot: Snapshot<'tokens'> | null,
  context: {
    readonly options: AnalyticsOptions;
    readonly now: Date;
    /** The last success of the tokens sync, at which all logs were read; null if unknown. */
    readonly readAt: Timestamp | null;
    readonly projectOf: (path: string) => string | null;
    readonly projects: Snapshot<'projects'> | null;
  },
): Analytics['tokens'] {
  if (snapshot === null) return null;
  const { options, now, readAt, projectOf, projects } = context;
  const { timeZone } = options;
  const today = dayIn(timeZone)(now);
  const budgets = budgetsOf(options);
  const limit = overallBudget(budgets);
  const sources = currentUsage(snapshot, { timeZone, now, readAt });
  const toSource = (source: NamedUsage): UsageSource => {
    const { name, entries, coveredFrom, coveredTo } = source;
    return {
      name,
      costBasis: basisOf(entries),
      coveredFrom,
      coveredTo,
      windows: usageWindows(source, projectOf),
      month: usageMonth(source, limit),
      daily: costDays(source, addDays(source.today, 1 - chartDays)),
    };
  };
  const agents = combineAgents(sources);
  return {
    timeZone,
    today,
    month: monthOf(today),
    budget: limit === null ? null : { monthly: limit, currency: 'USD' },
    budgets: [...budgetStates(budgets, { sources, agents, projects, projectOf })],
    sources: sources.map(toSource),
    agents: agents === null ? null : toSource(agents),
  };
}

/**
 * Returns the usage up to now of every source with entries, or that was read and has none. `readAt` is the last success
 * of the tokens sync.
 */
export function currentUsage(
  snapshot: Snapshot<'tokens'>,
  {
    timeZone,
    now,
    readAt,
  }: { readonly timeZone: string; readonly now: Date; readonly readAt: Timestamp | null },
): readonly NamedUsage[] {
  const dayAt = dayIn(timeZone);
  const today = dayAt(now);
  const readOn = dayAt(new Date(readAt ?? snapshot.updatedAt));
  const names = new Set([...Object.keys(snapshot.sources), ...Object.keys(snapshot.totals)]);
  return [...names].flatMap((name): NamedUsage[] => {
    const entries = snapshot.daily.filter(({ source }) => source === name);
    const state = snapshot.sources[name];
    if (entries.length === 0 && state?.status !== 'success') return [];
    const coveredFrom = state?.coveredFrom ?? entries[0]?.date ?? null;
    const lastKnown = state?.coveredTo ?? entries.at(-1)?.date ?? null;
    // The snapshot of an agent ends with the last usage, but its logs are known up to when they were read.
    const isReadUpTo = isAgent(name) && state?.status === 'success' && readOn > (lastKnown ?? '');
    const coveredTo = isReadUpTo ? readOn : lastKnown;
    const withoutTokens = snapshot.totals[name]?.tokens === null ? name : null;
    return [{ name, entries, coveredFrom, coveredTo, today, withoutTokens }];
  });
}

/**
 * Returns the usage of all coding agents together; null without any. They are used from different days on, so together
 * they cover the days that any of them covers.
 */
export function combineAgents(sources: readonly NamedUsage[]): NamedUsage | null {
  const agents = sources.filter(({ name }) => isAgent(name));
  const [first] = agents;
  if (first === undefined) return null;
  const from = agents.flatMap(({ coveredFrom }) => coveredFrom ?? []).sort();
  const to = agents.flatMap(({ coveredTo }) => coveredTo ?? []).sort();
  return {
    name: 'agents',
    entries: agents.flatMap(({ entries }) => entries),
    coveredFrom: from[0] ?? null,
    coveredTo: to.at(-1) ?? null,
    today: first.today,
    withoutTokens: null,
  };
}

/** Returns how the costs of entries were determined. */
export function basisOf(entries: readonly TokenEntry[]): UsageSource['costBasis'] {
  const bases = new Set(entries.map(({ costBasis }) => costBasis));
  bases.delete('unknown');
  if (bases.size === 0) return 'unknown';
  return bases.size === 1 && bases.has('billed') ? 'billed' : 'calculated';
}

/** Returns the cost of every day from the first known one, but not before `oldest`, to today. */
export function costDays(source: SourceEntries, oldest: Day): CostDay[] {
  const { entries, coveredFrom, today } = source;
  const days = groupBy(entries, ({ date }) => (date < oldest || date > today ? null : date));
  const first = [...days.keys(), ...(coveredFrom === null ? [] : [coveredFrom])].sort()[0];
  if (first === undefined) return [];
  const costs: CostDay[] = [];
  for (let date = first > oldest ? first : oldest; date <= today; date = addDays(date, 1)) {
    const ofDay = days.get(date);
    if (ofDay === undefined) {
      const covered = isInRange(source, date);
      costs.push({ date, covered, costUsd: covered ? toMoney(0) : null, models: [] });
      continue;
    }
    const models = sumBy(ofDay, ({ model }) => model).flatMap(([model, { cost }]) =>
      cost === null ? [] : [{ model, cost }],
    );
    costs.push({
      date,
      covered: true,
      costUsd:
        models.length === 0 ? null : toMoney(models.reduce((sum, { cost }) => sum + cost, 0)),
      models: models.map(({ model, cost }) => ({ model, costUsd: toMoney(cost) })),
    });
  }
  return costs;
}
