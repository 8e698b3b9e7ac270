import type { SessionGrowth as StoredGrowth, TokenEntry } from '../../../../schema/tokens.ts';
import { getOrInsert, groupBy } from '../../../../util/collections.ts';
import { toTimestamp } from '../../../../util/dates.ts';
import { formatDollars, parseDollars } from '../../pricing/money.ts';
import type { SourceContext } from '../../source.ts';
import { addTokens, noTokens, totalTokens } from '../../token-counts.ts';
import type { Usage } from '../agent.ts';
import { createCalendar } from '../days/bucket-by-day.ts';
import { hashPath } from '../projects/hash-paths.ts';

/** By how much the running total of a session has grown, and when. The sum over a session is its total. */
export interface SessionGrowth {
  readonly session: string;
  readonly timeMs: number;
  readonly project: string | null;
  readonly usage: Usage;
  /** Whether this is the first total that was seen of the session, which may include usage of earlier days. */
  readonly isFirst: boolean;
}

/**
 * Returns the growth that is stored in the snapshot, or in the history if the snapshot is lost or the source could not
 * be read so far.
 */
export async function storedGrowth(
  { previous, readLatestHistory }: Pick<SourceContext, 'previous' | 'readLatestHistory'>,
  source: string,
): Promise<readonly SessionGrowth[]> {
  const stored = previous?.daily.filter((entry) => entry.source === source) ?? [];
  const status = previous?.sources[source]?.status;
  const wasRead = status === 'success' || status === 'skipped';
  const entries: readonly TokenEntry[] =
    stored.length > 0 || wasRead
      ? stored
      : (await readLatestHistory()).filter((entry) => entry.source === source);
  return entries.flatMap(({ model, project = null, sessions = [] }) =>
    sessions.map(({ id, lastActivityAt, vendor, tokens, costUsd, isFirst = false }) => ({
      session: id,
      timeMs: Date.parse(lastActivityAt),
      project,
      usage: {
        ...(tokens ?? noTokens),
        ...{ vendor, model, isFast: false, isUs: false, isBatch: false },
        reportedCostUsd: costUsd === null ? null : Number(costUsd),
      },
      isFirst,
    })),
  );
}

/** Returns growth with each hashed project replaced by the path in `known` that has this hash. */
export function restoreHashedProjects(
  growth: readonly SessionGrowth[],
  known: readonly (string | null)[],
): readonly SessionGrowth[] {
  const paths = new Map(
    known.flatMap((path) => (path === null ? [] : [[hashPath(path), path] as const])),
  );
  return growth.map((one) => ({ ...one, project: paths.get(one.project ?? '') ?? one.project }));
}

/**
 * Adds the growth of a session to that of the same day, model and project, so that frequent runs store as much
 * as a single one.
 */
export function mergeGrowth(
  growth: readonly SessionGrowth[],
  timeZone: string,
): readonly SessionGrowth[] {
  const dayOf = createCalendar(timeZone);
  const groups = groupBy(growth, ({ session, timeMs, project, usage }) =>
    JSON.stringify([session, dayOf(timeMs), project, usage.vendor, usage.model]),
  );
  return [...groups.values()].map(([first, ...others]) => others.reduce(addGrowth, first));
}

const addGrowth = (a: SessionGrowth, b: SessionGrowth): SessionGrowth => ({
  ...a,
  timeMs: Math.max(a.timeMs, b.timeMs),
  usage: {
    ...a.usage,
    ...addTokens(a.usage, b.usage),
    reportedCostUsd: addCosts(a.usage.reportedCostUsd, b.usage.reportedCostUsd),
  },
  isFirst: a.isFirst || b.isFirst,
});

/** Sums costs without the errors of binary fractions; null if either is unknown. */
const addCosts = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : roundCost(a + b);

/** Rounds to six decimals, as costs are stored. */
export const roundCost = (dollars: number): number => Math.round(dollars * 1e6) / 1e6;

/** Returns entries of `daily` with the growth that they consist of. `projectOf` returns a project as stored. */
export function withSessions(
  daily: readonly TokenEntry[],
  growth: readonly SessionGrowth[],
  {
    timeZone,
    projectOf,
  }: {
    readonly timeZone: string;
    readonly projectOf: (project: string | null) => string | null;
  },
): readonly TokenEntry[] {
  const dayOf = createCalendar(timeZone);
  const keyOf = (date: string, model: string, project: string | null): string =>
    JSON.stringify([date, model, project]);
  const sessions = new Map<string, StoredGrowth[]>();
  for (const one of growth) {
    const key = keyOf(dayOf(one.timeMs), one.usage.model, projectOf(one.project));
    getOrInsert(sessions, key, () => []).push(toStored(one));
  }
  return daily.map((entry) => {
    const own = sessions.get(keyOf(entry.date, entry.model, entry.project ?? null)) ?? [];
    return { ...entry, responses: null, sessions: own.sort(compareStored) };
  });
}

function toStored({ session, timeMs, usage, isFirst }: SessionGrowth): StoredGrowth {
  const { input, output, cacheWrite5m, cacheWrite1h, cacheRead, webSearches } = usage;
  const { reportedCostUsd } = usage;
  return {
    id: session,
    lastActivityAt: toTimestamp(new Date(timeMs)),
    vendor: usage.vendor,
    tokens: { input, output, cacheWrite5m, cacheWrite1h, cacheRead, webSearches },
    costUsd:
      reportedCostUsd === null ? null : formatDollars(parseDollars(reportedCostUsd.toFixed(6))),
    ...(isFirst ? { isFirst } : {}),
  };
}

const compareStored = (a: StoredGrowth, b: StoredGrowth): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : a.lastActivityAt < b.lastActivityAt ? -1 : 1;

/** Returns the total of each session according to its growth. */
export function sumBySession(growth: readonly SessionGrowth[]): ReadonlyMap<string, SessionGrowth> {
  const groups = groupBy(growth, ({ session }) => session);
  return new Map(
    [...groups].map(([session, [first, ...others]]) => [session, others.reduce(addGrowth, first)]),
  );
}

/** Returns by how much a session has grown, or null if it has not. */
export function growthOf(
  current: SessionGrowth,
  seen: SessionGrowth | undefined,
): SessionGrowth | null {
  if (seen === undefined) return isEmpty(current.usage) ? null : current;
  const { usage } = current;
  const cost = usage.reportedCostUsd;
  const seenCost = seen.usage.reportedCostUsd ?? 0;
  const growth: Usage = {
    ...usage,
    input: Math.max(0, usage.input - seen.usage.input),
    output: Math.max(0, usage.output - seen.usage.output),
    cacheWrite5m: Math.max(0, usage.cacheWrite5m - seen.usage.cacheWrite5m),
    cacheWrite1h: Math.max(0, usage.cacheWrite1h - seen.usage.cacheWrite1h),
    cacheRead: Math.max(0, usage.cacheRead - seen.usage.cacheRead),
    webSearches: Math.max(0, usage.webSearches - seen.usage.webSearches),
    reportedCostUsd: cost === null ? null : Math.max(0, roundCost(cost - seenCost)),
  };
  // A smaller total is an older copy of the session, so that what it contains was counted before.
  const hasGrown = totalTokens(usage) > totalTokens(seen.usage) || (cost ?? 0) > seenCost;
  return hasGrown && !isEmpty(growth) ? { ...current, usage: growth, isFirst: false } : null;
}

const isEmpty = (usage: Usage): boolean =>
  totalTokens(usage) === 0 && (usage.reportedCostUsd ?? 0) === 0;
