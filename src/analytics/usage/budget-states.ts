import type { BudgetState } from '../../schema/usage-analytics.ts';
import type { Budget } from '../../schema/budgets.ts';
import { isAgent } from '../../schema/agent-names.ts';
import { groupBy } from '../../util/collections.ts';
import { addDays, monthOf } from '../../util/dates.ts';
import type { Snapshot } from '../../schema/syncs.ts';
import type { TokenEntry } from '../../schema/tokens.ts';
import { createClientFinder } from '../project-clients.ts';
import { usageMonth } from './usage-month.ts';
import { unpricedModelsOf } from './usage-sums.ts';
import type { NamedUsage } from './usage-windows.ts';

interface BudgetFacts {
  /** Each agent and each bill. */
  readonly sources: readonly NamedUsage[];
  /** The local logs of all agents; null without any. */
  readonly agents: NamedUsage | null;
  readonly projects: Snapshot<'projects'> | null;
  readonly projectOf: (path: string) => string | null;
}

/**
 * Returns what is spent of each budget this month. The only place where this is computed. Of the ledgers to which a
 * budget applies, which contain the same usage, the one that has used the most of it counts.
 */
export function budgetStates(
  budgets: readonly Budget[],
  facts: BudgetFacts,
): readonly BudgetState[] {
  const usageOf = createUsageFinder(facts);
  return budgets.map((budget) => {
    const { scope, name, monthlyUsd } = budget;
    const usages = usageOf(budget);
    const [state] = usages
      .map((usage) => stateOf(usage, monthlyUsd))
      .toSorted((one, other) => (other.used ?? -1) - (one.used ?? -1));
    return { scope, name, monthlyUsd, isUnmatched: usages.length === 0, ...(state ?? unknown) };
  });
}

/** The month, and the days of the burn rate. */
const recentDays = 31;

type Spent = Omit<BudgetState, 'scope' | 'name' | 'monthlyUsd' | 'isUnmatched'>;

const unknown: Spent = {
  ...{ source: null, costUsd: null, uncoveredDays: null, unpricedModels: [] },
  ...{ used: null, forecast: null, reachedOn: null },
};

function stateOf(usage: NamedUsage, monthlyUsd: number): Spent {
  const { costUsd, uncoveredDays, budgetUsed, ...month } = usageMonth(usage, monthlyUsd);
  const { today } = usage;
  const ofMonth = usage.entries.filter(
    ({ date }) => monthOf(date) === monthOf(today) && date <= today,
  );
  return {
    source: usage.name,
    costUsd,
    uncoveredDays,
    unpricedModels: unpricedModelsOf(ofMonth),
    used: budgetUsed,
    forecast: month.budgetForecast,
    reachedOn: month.budgetReachedOn,
  };
}

/** Returns a function that returns the usage of each ledger that a budget applies to; none if its name is unknown. */
function createUsageFinder({
  sources,
  agents,
  projects,
  projectOf,
}: BudgetFacts): (budget: Budget) => readonly NamedUsage[] {
  const clientOf = createClientFinder(projects);
  const ids = projects?.projects.map(({ id }) => id) ?? [];
  const clients = new Set<string | null>(ids.map(clientOf));
  const idOf = ({ project }: TokenEntry): string | null =>
    project === undefined || project === null ? null : projectOf(project);
  const from = agents === null ? '' : addDays(agents.today, -recentDays);
  const recent = (agents?.entries ?? []).filter(({ date }) => date >= from);
  const byProject = groupBy(recent, idOf);
  const agentsIn = (isIncluded: (id: string) => boolean): readonly NamedUsage[] => {
    if (agents === null) return [];
    const entries = [...byProject].flatMap(([id, used]) => (isIncluded(id) ? used : []));
    return [{ ...agents, entries }];
  };
  return ({ scope, name }) => {
    switch (scope) {
      case 'overall':
        return [
          ...(agents === null ? [] : [agents]),
          ...sources.filter((source) => !isAgent(source.name)),
        ];
      case 'client':
        return clients.has(name) ? agentsIn((id) => clientOf(id) === name) : [];
      case 'project':
        return ids.includes(name ?? '') ? agentsIn((id) => id === name) : [];
      case 'agent':
        return sources.filter((source) => source.name === name);
    }
  };
}
