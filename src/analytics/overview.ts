import { attentionCodes } from '../schema/attention-codes.ts';
import type { Analytics, Attention, ProjectAnalytics } from '../schema/analytics.ts';
import type { Day, Timestamp } from '../schema/timestamp.ts';
import type { Project } from '../schema/projects.ts';
import type { ProjectQuality } from '../schema/quality.ts';
import type { Snapshot } from '../schema/syncs.ts';
import type { TokenCounts } from '../schema/tokens.ts';

/** What is known of a project in one row: the registry joined with its quality, its cost and its troubles. */
export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly type: Project['kind'];
  readonly state: Project['state'];
  /** Languages, the biggest first, then frameworks and the package manager. */
  readonly stack: readonly string[];
  /** The user's own. */
  readonly tags: readonly string[];
  readonly branch: string | null;
  readonly dirty: boolean | null;
  /** Files that are staged, changed, new or in conflict. */
  readonly changes: number | null;
  readonly ahead: number | null;
  readonly behind: number | null;
  readonly lastCommit: Timestamp | null;
  readonly coverage: number | null;
  readonly todos: number | null;
  /** Of the last 30 days, by the source that tells the most: sources are never added to one another. */
  readonly cost30Usd: string | null;
  /** The worst first. */
  readonly attention: readonly Attention[];
}

/** What one source tells of the usage of a day and of its month. */
export interface UsageLine {
  readonly source: string;
  readonly day: Day;
  /** Null where the source does not reach so far. */
  readonly dayTokens: number | null;
  readonly dayUsd: string | null;
  readonly monthUsd: string | null;
  readonly budget: { readonly monthly: number; readonly currency: string } | null;
  /** Percent. */
  readonly budgetUsed: number | null;
}

/** What `status` shows of the data: small, however many projects there are. */
export interface Overview {
  readonly usage: readonly UsageLine[];
  /** `total` are those that are not missing; null as long as there is no registry. */
  readonly projects: { readonly total: number; readonly attention: readonly ProjectRow[] } | null;
}

/** `data/cache/overview.json`, so that `status` need not read all the data. */
export interface CachedOverview {
  readonly version: 1;
  /** What identifies the analytics that it belongs to. */
  readonly of: string | null;
  readonly overview: Overview;
}

/** The snapshots and what was derived from them; null where there is none yet. */
export interface Stored {
  readonly tokens: Snapshot<'tokens'> | null;
  readonly quality: Snapshot<'quality'> | null;
  readonly projects: Snapshot<'projects'> | null;
  readonly analytics: Analytics | null;
}

export function overviewOf(stored: Stored): Overview {
  const { projects } = stored;
  return {
    usage: usageLines(stored),
    projects:
      projects === null
        ? null
        : { total: projects.summary.projects, attention: needy(projectRows(stored)) },
  };
}

/** The projects that need a person, those with the worst trouble first. */
export function needy(rows: readonly ProjectRow[]): readonly ProjectRow[] {
  return rows
    .filter(({ attention }) => attention.length > 0)
    .toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** How bad the worst trouble of a project is: 0 is worst; projects without any come last. */
export function rankOf({ attention: [worst] }: ProjectRow): number {
  return worst === undefined ? attentionCodes.length : attentionCodes.indexOf(worst.code);
}

/** A row for each project of the registry, in its order. */
export function projectRows({ projects, quality, analytics }: Stored): readonly ProjectRow[] {
  const qualityOf = new Map(quality?.projects.map((one) => [one.id, one]));
  const derivedOf = new Map(analytics?.projects?.map((one) => [one.id, one]));
  return (projects?.projects ?? []).map((project) =>
    rowOf(project, qualityOf.get(project.id), derivedOf.get(project.id)),
  );
}

function rowOf(
  { id, name, path, kind, state, stack, tags, git }: Project,
  quality: ProjectQuality | undefined,
  derived: ProjectAnalytics | undefined,
): ProjectRow {
  const { staged = 0, unstaged = 0, untracked = 0, conflicts = 0 } = git?.changes ?? {};
  const languages = Object.entries(stack.languages ?? {}).toSorted(([, a], [, b]) => b - a);
  return {
    id,
    name,
    path,
    type: kind,
    state,
    stack: [
      ...languages.map(([language]) => language),
      ...stack.frameworks,
      ...(stack.packageManager === null ? [] : [stack.packageManager]),
    ],
    tags: [tags].flat().filter((tag) => typeof tag === 'string'),
    branch: git?.branch ?? null,
    dirty: git?.dirty ?? null,
    changes: git?.changes ? staged + unstaged + untracked + conflicts : null,
    ahead: git?.ahead ?? null,
    behind: git?.behind ?? null,
    lastCommit: git?.lastCommit?.date ?? null,
    coverage: quality?.coverage.percent ?? null,
    todos: quality?.todos.total ?? null,
    cost30Usd: dearest(derived?.costs ?? []),
    attention: derived?.attention ?? [],
  };
}

function dearest(costs: NonNullable<ProjectAnalytics['costs']>): string | null {
  const known = costs.flatMap(({ days30 }) => days30 ?? []);
  return known.toSorted((a, b) => Number(b) - Number(a))[0] ?? null;
}

function usageLines({ tokens, analytics }: Stored): readonly UsageLine[] {
  const told = analytics?.tokens ?? null;
  if (tokens === null || told === null) return [];
  return told.sources.map(({ name, daily, coveredTo, month }) => {
    const isCovered = coveredTo !== null && coveredTo >= told.today;
    const entries = tokens.daily.filter(
      ({ source, date }) => source === name && date === told.today,
    );
    const cost = daily.find(({ date }) => date === told.today)?.costUsd ?? null;
    const isKnown = isCovered || entries.length > 0;
    return {
      source: name,
      day: told.today,
      dayTokens: isKnown ? entries.reduce((sum, entry) => sum + total(entry.tokens), 0) : null,
      dayUsd: isKnown && entries.length === 0 ? '0.000000' : cost,
      monthUsd: month.costUsd,
      budget: told.budget,
      budgetUsed: month.budgetUsed,
    };
  });
}

const total = ({ input, output, cacheWrite5m, cacheWrite1h, cacheRead }: TokenCounts): number =>
  input + output + cacheWrite5m + cacheWrite1h + cacheRead;
