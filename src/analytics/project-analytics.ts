import { getOrInsert } from '../util/collections.ts';
import type { Analytics, ProjectAnalytics } from '../schema/analytics.ts';
import type { UsageSource } from '../schema/usage-analytics.ts';
import { isFound } from '../schema/project-states.ts';
import type { Day } from '../schema/timestamp.ts';
import type { Project, ProjectGit } from '../schema/projects.ts';
import type { ProjectQuality } from '../schema/quality.ts';
import type { Snapshot } from '../schema/syncs.ts';
import { attentionOf } from './attention/attention-rules.ts';
import { addDays } from '../util/dates.ts';
import { addMoney, toMoney } from './usage/money.ts';
import { valuesAt, type Series, type Values } from './history/series.ts';

type Costs = NonNullable<ProjectAnalytics['costs']>;
type Past = ReadonlyMap<string, Values>;

/** Joins each project of the registry with its cost, activity and quality. */
export function projectAnalytics(inputs: {
  readonly projects: Snapshot<'projects'> | null;
  readonly quality: Snapshot<'quality'> | null;
  readonly tokens: Analytics['tokens'];
  readonly history: { readonly quality: Series; readonly projects: Series };
  readonly today: Day;
}): Analytics['projects'] {
  const { projects, quality, tokens, history, today } = inputs;
  if (projects === null) return null;
  const qualityOf = new Map(quality?.projects.map((one) => [one.id, one]));
  const costsOf = costsByProject(tokens?.sources ?? []);
  const agents30 = tokens?.agents?.windows.find(({ days }) => days === 30) ?? null;
  const isCostKnown = agents30 !== null && agents30.uncoveredDays < agents30.days;
  const budgetOf = new Map(
    (tokens?.budgets ?? []).flatMap(({ scope, name, monthlyUsd, used }) =>
      scope === 'project' ? [[name, { monthlyUsd, used }] as const] : [],
    ),
  );
  const past = (series: Series, days: number): Past => valuesAt(series, addDays(today, -days));
  const commits = {
    7: past(history.projects, 7),
    30: past(history.projects, 30),
    90: past(history.projects, 90),
  };
  const before = past(history.quality, 30);
  return projects.projects.map((project) => {
    const { id, name, path, state, lastSeen } = project;
    const git = lastSeen === null ? project.git : null;
    const newIn = (days: keyof typeof commits): number | null =>
      countSince(git?.commitDays ?? null, addDays(today, 1 - days)) ??
      newCommits(project, commits[days].get(id));
    const linesIn = (days: number): number | null =>
      countSince(git?.changedLines ?? null, addDays(today, 1 - days));
    const facts = {
      id,
      name,
      path,
      state,
      notObservedSince: project.notObservedSince,
      lastSeen,
      costs: tokens === null ? null : (costsOf.get(id) ?? []),
      cost30Usd: cost30Days(costsOf.get(id) ?? [], isCostKnown),
      budget: budgetOf.get(id) ?? null,
      activity: {
        lastCommit: git?.lastCommit?.date ?? null,
        commits7: newIn(7),
        commits30: newIn(30),
        commits90: newIn(90),
        changedLines7: linesIn(7),
        changedLines30: linesIn(30),
        changedLines90: linesIn(90),
        dirty: git?.dirty ?? null,
        ahead: git?.ahead ?? null,
      },
      quality: isFound(project) ? qualityFacts(qualityOf.get(id), before.get(id)) : null,
    };
    return { ...facts, ...attentionOf(facts, project, today) };
  });
}

/** Returns the sum since a day; null if it is not known that far back. */
function countSince(known: ProjectGit['commitDays'], first: Day): number | null {
  if (known === null || known.since > first) return null;
  return Object.entries(known.days).reduce(
    (sum, [day, count]) => (day >= first ? sum + count : sum),
    0,
  );
}

/** Returns the commits since then; null if unknown or if there are fewer now because history was rewritten. */
function newCommits({ counts, lastSeen }: Project, then: Values | undefined): number | null {
  const before = then?.[0];
  if (lastSeen !== null || counts.commits === null || typeof before !== 'number') return null;
  return counts.commits < before ? null : counts.commits - before;
}

function qualityFacts(
  now: ProjectQuality | undefined,
  then: Values | undefined,
): ProjectAnalytics['quality'] {
  if (now === undefined || now.missing || now.lastSeen !== null) return null;
  const [coverage, todos] = then ?? [];
  const { percent } = now.coverage;
  const { total } = now.todos;
  return {
    coverage: percent,
    coverageChange30:
      percent === null || typeof coverage !== 'number'
        ? null
        : Math.round((percent - coverage) * 100) / 100,
    todos: total,
    todosChange30: total === null || typeof todos !== 'number' ? null : total - todos,
    lighthouse: now.lighthouse.score,
    techDebt: now.techDebt,
    debtScore: now.debtScore,
  };
}

const windowKeys = { 7: 'days7', 30: 'days30', 90: 'days90' } as const;

/** Sums costs per source and project: a project may have usage under several paths. */
function costsByProject(sources: readonly UsageSource[]): ReadonlyMap<string, Costs> {
  const costs = new Map<string, Costs>();
  for (const { name, windows } of sources) {
    const ofSource = new Map<string, Costs[number]>();
    for (const { days, projects } of windows) {
      const used = new Set<string>();
      for (const { id, costUsd } of projects) {
        if (id === null) continue;
        const cost = getOrInsert(ofSource, id, () => ({
          source: name,
          ...costsWithoutUse(windows),
        }));
        const key = windowKeys[days];
        cost[key] = used.has(id) ? addMoney(cost[key], costUsd) : costUsd;
        used.add(id);
      }
    }
    for (const [id, cost] of ofSource) getOrInsert(costs, id, (): Costs => []).push(cost);
  }
  return costs;
}

/** The costs of a project that was not used: 0 in each window of which the source covers a day. */
function costsWithoutUse(windows: UsageSource['windows']): Omit<Costs[number], 'source'> {
  const costs: Omit<Costs[number], 'source'> = { days7: null, days30: null, days90: null };
  for (const { days, uncoveredDays } of windows) {
    if (uncoveredDays < days) costs[windowKeys[days]] = toMoney(0);
  }
  return costs;
}

/** Returns the cost in 30 days, the sum over the agents that were used in a project. Null if unknown. */
function cost30Days(costs: Costs, isCovered: boolean): string | null {
  if (costs.length === 0) return isCovered ? toMoney(0) : null;
  return costs.reduce<string | null>((sum, { days30 }) => addMoney(sum, days30), null);
}
