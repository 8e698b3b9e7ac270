import { isAgent } from '../schema/agent-names.ts';
import { attentionCodes, callsForAction } from '../schema/attention-codes.ts';
import { isFound } from '../schema/project-states.ts';
import type { Analytics, Attention, ProjectAnalytics } from '../schema/analytics.ts';
import type { BudgetState } from '../schema/usage-analytics.ts';
import type { Day, Timestamp } from '../schema/timestamp.ts';
import type { Project, ProjectGit } from '../schema/projects.ts';
import type { ProjectQuality } from '../schema/quality.ts';
import type { Snapshot } from '../schema/syncs.ts';
import type { TokenCounts } from '../schema/tokens.ts';
import { endOfDay, lastDayOfMonth } from '../util/dates.ts';
import { hasUnreadHistory } from './unread-history.ts';
import { userFieldsOf, type UserFields } from '../schema/user-fields.ts';

/** A project of the registry joined with its quality, cost and attention reasons. */
export interface ProjectRow extends UserFields {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly type: Project['kind'];
  readonly state: Project['state'];
  readonly notObservedSince: Timestamp | null;
  /** The run that read the project; null if the last run did. Facts of earlier runs are null. */
  readonly lastSeen: Timestamp | null;
  /** Languages, the largest first, then frameworks and the package manager. */
  readonly stack: readonly string[];
  readonly branch: string | null;
  readonly dirty: boolean | null;
  /** Number of staged, unstaged, untracked and conflicting files. */
  readonly changes: number | null;
  readonly ahead: number | null;
  readonly behind: number | null;
  readonly lastCommit: Timestamp | null;
  readonly coverage: number | null;
  readonly todos: number | null;
  /** The sum over the agents; 0 if none was used in the project, null if unknown. */
  readonly cost30Usd: string | null;
  /** The known costs of the agents in 30 days, the highest first. */
  readonly costs30: readonly { readonly source: string; readonly costUsd: string }[];
  /** The most severe first, information last. */
  readonly attention: readonly Attention[];
  /** How many reasons the user ignores. */
  readonly ignored: number;
}

/** The usage of the current day and month according to one source, or to all coding agents together. */
export interface UsageLine {
  /** `agents` for the sum of several agents, each of which has its own line too. */
  readonly source: string;
  /** Whether another line is a sum that contains this one. */
  readonly isPart: boolean;
  readonly day: Day;
  /** Null if the source does not cover the day, or has no token counts. */
  readonly dayTokens: number | null;
  /** Sources with usage on the day that are not part of `dayTokens`, because they have no token counts. */
  readonly dayWithoutTokens: readonly string[];
  readonly dayUsd: string | null;
  readonly monthUsd: string | null;
  /** Days of the month up to today that the source does not cover: their cost is unknown. */
  readonly monthUncoveredDays: number;
  /** Models without a price, which are not in `monthUsd`. */
  readonly monthUnpricedModels: readonly string[];
  /** The list price of usage that a subscription covers; null without such usage. */
  readonly monthListPriceUsd: string | null;
  readonly budget: { readonly monthly: number; readonly currency: string } | null;
  /** Percent. */
  readonly budgetUsed: number | null;
  /** Percent at the end of the month. */
  readonly budgetForecast: number | null;
  /** Mean of the covered days of the last 30. */
  readonly averageDailyUsd: string | null;
}

/** The part of the data that `status` shows; small for any number of projects. */
export interface Overview {
  /** When the day of `usage` ends; null without usage. */
  readonly dayEndsAt: Timestamp | null;
  /** When its month ends. */
  readonly monthEndsAt: Timestamp | null;
  readonly usage: readonly UsageLine[];
  readonly budgets: readonly BudgetState[];
  /** `total` excludes projects that are missing or not observed; null without a registry. */
  readonly projects: {
    readonly total: number;
    readonly notObserved: number;
    /** How many have a history that is not yet read. */
    readonly unreadHistories: number;
    /** Those with a reason that calls for action. */
    readonly attention: readonly ProjectRow[];
    /** How many projects have which reason that is only information. */
    readonly information: Readonly<Partial<Record<Attention['code'], number>>>;
    /** How many reasons the user ignores. */
    readonly ignored: number;
  } | null;
}

/** The snapshots and the analytics; null if the file does not exist. */
export interface StoredData {
  readonly tokens: Snapshot<'tokens'> | null;
  readonly quality: Snapshot<'quality'> | null;
  readonly projects: Snapshot<'projects'> | null;
  readonly analytics: Analytics | null;
}

export function createOverview(stored: StoredData): Overview {
  const { projects } = stored;
  const rows = projectRows(stored);
  const tokens = stored.analytics?.tokens ?? null;
  return {
    dayEndsAt: tokens === null ? null : endOfDay(tokens.today, tokens.timeZone),
    monthEndsAt: tokens === null ? null : endOfDay(lastDayOfMonth(tokens.today), tokens.timeZone),
    usage: usageLines(stored),
    budgets: tokens?.budgets ?? [],
    projects:
      projects === null
        ? null
        : {
            total: projects.summary.projects,
            notObserved: projects.summary.notObserved,
            unreadHistories: projects.projects.filter(hasUnreadHistory).length,
            attention: needingAttention(rows),
            information: countInformation(rows),
            ignored: rows.reduce((sum, { ignored }) => sum + ignored, 0),
          },
  };
}

/** Returns the projects with attention reasons, those with the most severe reason first. */
export function needingAttention(rows: readonly ProjectRow[]): readonly ProjectRow[] {
  return rows.filter(needsAttention).toSorted((a, b) => attentionRank(a) - attentionRank(b));
}

/** Whether a project has a reason that calls for action. */
export const needsAttention = ({ attention }: Pick<ProjectRow, 'attention'>): boolean =>
  attention.some(callsForAction);

function countInformation(rows: readonly ProjectRow[]): Partial<Record<Attention['code'], number>> {
  const counts: Partial<Record<Attention['code'], number>> = {};
  for (const reason of rows.flatMap(({ attention }) => attention)) {
    if (!callsForAction(reason)) counts[reason.code] = (counts[reason.code] ?? 0) + 1;
  }
  return counts;
}

/** Returns the rank of the most severe reason: 0 is the most severe; projects without a reason rank last. */
export function attentionRank({ attention: [worst] }: Pick<ProjectRow, 'attention'>): number {
  return worst === undefined || !callsForAction(worst)
    ? attentionCodes.length
    : attentionCodes.indexOf(worst.code);
}

/** Returns how many files a repository has that are changed; null if that is unknown. */
export function changesOf({ changes }: ProjectGit): number | null {
  if (changes === null) return null;
  const { staged, unstaged, untracked, conflicts } = changes;
  return staged + unstaged + untracked + conflicts;
}

/** Returns a row for each project of the registry, in the same order. */
export function projectRows({ projects, quality, analytics }: StoredData): readonly ProjectRow[] {
  const qualityOf = new Map(quality?.projects.map((one) => [one.id, one]));
  const derivedOf = new Map(analytics?.projects?.map((one) => [one.id, one]));
  return (projects?.projects ?? []).map((project) =>
    toRow(project, qualityOf.get(project.id), derivedOf.get(project.id)),
  );
}

function toRow(
  project: Project,
  lastQuality: ProjectQuality | undefined,
  derived: ProjectAnalytics | undefined,
): ProjectRow {
  const { id, name, path, kind, state, notObservedSince, lastSeen, stack } = project;
  const git = lastSeen === null ? project.git : null;
  const isQualityCurrent =
    isFound(project) && lastQuality?.lastSeen === null && !lastQuality.missing;
  const quality = isQualityCurrent ? lastQuality : undefined;
  const languages = Object.entries(stack.languages ?? {}).toSorted(([, a], [, b]) => b - a);
  return {
    id,
    name,
    path,
    type: kind,
    state,
    notObservedSince,
    lastSeen,
    stack: [
      ...languages.map(([language]) => language),
      ...stack.frameworks,
      ...(stack.packageManager === null ? [] : [stack.packageManager]),
    ],
    ...userFieldsOf(project),
    branch: git?.branch ?? null,
    dirty: git?.dirty ?? null,
    changes: git === null ? null : changesOf(git),
    ahead: git?.ahead ?? null,
    behind: git?.behind ?? null,
    lastCommit: git?.lastCommit?.date ?? null,
    coverage: quality?.coverage.percent ?? null,
    todos: quality?.todos.total ?? null,
    cost30Usd: derived?.cost30Usd ?? null,
    costs30: (derived?.costs ?? [])
      .flatMap(({ source, days30: costUsd }) => (costUsd === null ? [] : [{ source, costUsd }]))
      .toSorted((a, b) => Number(b.costUsd) - Number(a.costUsd)),
    attention: derived?.attention ?? [],
    ignored: derived?.ignored ?? 0,
  };
}

function usageLines({ tokens, analytics }: StoredData): readonly UsageLine[] {
  const derived = analytics?.tokens ?? null;
  if (tokens === null || derived === null) return [];
  const { sources, agents } = derived;
  const hasSeveralAgents = sources.filter(({ name }) => isAgent(name)).length > 1;
  const lines = hasSeveralAgents && agents !== null ? [agents, ...sources] : sources;
  const today = tokens.daily.filter(({ date }) => date === derived.today);
  return lines.map((line) => {
    const { name, daily, month } = line;
    const current = daily.at(-1);
    const isOwn = line === agents ? isAgent : (source: string): boolean => source === name;
    const entries = today.filter(({ source }) => isOwn(source));
    const counted = entries.flatMap(({ tokens: counts }) => counts ?? []);
    const withoutTokens = entries.flatMap((entry) => (entry.tokens === null ? entry.source : []));
    const hasTokens =
      tokens.totals[name]?.tokens !== null && (counted.length > 0 || withoutTokens.length === 0);
    const isKnown = current?.covered === true && hasTokens;
    return {
      source: name,
      isPart: hasSeveralAgents && line !== agents && isAgent(name),
      day: derived.today,
      dayTokens: isKnown ? counted.reduce((sum, counts) => sum + total(counts), 0) : null,
      dayWithoutTokens: [...new Set(withoutTokens)].sort(),
      dayUsd: current?.costUsd ?? null,
      monthUsd: month.costUsd,
      monthUncoveredDays: month.uncoveredDays,
      monthUnpricedModels: month.unpricedModels,
      monthListPriceUsd: month.listPriceUsd ?? null,
      budget: derived.budget,
      budgetUsed: month.budgetUsed,
      budgetForecast: month.budgetForecast,
      averageDailyUsd: line.windows.find(({ days }) => days === 30)?.averageDailyUsd ?? null,
    };
  });
}

const total = ({ input, output, cacheWrite5m, cacheWrite1h, cacheRead }: TokenCounts): number =>
  input + output + cacheWrite5m + cacheWrite1h + cacheRead;
