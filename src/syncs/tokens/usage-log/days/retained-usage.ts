import { groupBy } from '../../../../util/collections.ts';
import { parseDollars } from '../../pricing/money.ts';
import type { SourceContext } from '../../source.ts';
import { noTokens, totalTokens } from '../../token-counts.ts';
import type { Agent } from '../agent.ts';
import { entryKey, sumByEntry, type DayUsage } from './day-usage.ts';

/**
 * Returns the usage that was stored for earlier days, and the time zone of those days, for a run without a
 * cache. Agents delete their logs (Claude Code after 30 days), so these numbers may be the only ones left.
 *
 * The stored usage of a (date, model, project) is retained as long as the known records account for fewer
 * tokens; once they account for as many, they take precedence again. This applies when
 * - the cache is lost: to the previous snapshot, or to the history if that is lost too;
 * - records are evicted because their logs are gone and they are old: to what they added up to.
 * As long as there is a cache, logs that are gone need no such rule: their records are in it.
 */
export async function previousUsage(
  {
    previous,
    readLatestHistory,
    options,
  }: Pick<SourceContext, 'previous' | 'readLatestHistory' | 'options'>,
  { name: source, logDirOf }: Pick<Agent, 'name' | 'logDirOf'>,
): Promise<{ readonly usage: readonly DayUsage[]; readonly timeZone: string }> {
  const stored = previous?.daily.filter((entry) => entry.source === source) ?? [];
  const entries =
    stored.length > 0
      ? stored
      : (await readLatestHistory()).filter((entry) => entry.source === source);
  const projects = previous?.projects.filter((project) => project.source === source) ?? [];
  const logDirs = new Map(projects.map(({ projectPath, logDir }) => [projectPath, logDir]));
  const usage = entries.map(
    ({
      date,
      model,
      project = null,
      tokens,
      responses,
      costUsd,
      listPriceUsd = costUsd,
      priceVersion,
    }) => ({
      date,
      model,
      // A hashed project has a hashed directory.
      logDir: project === null ? null : (logDirs.get(project) ?? logDirOf?.(project) ?? null),
      project,
      tokens: tokens ?? noTokens,
      responses: responses ?? 0,
      cost: listPriceUsd === null ? null : parseDollars(listPriceUsd),
      priceVersion: priceVersion ?? null,
    }),
  );
  // The history does not contain the time zone of its days.
  const timeZone = stored.length > 0 ? previous?.timeZone : undefined;
  return { usage, timeZone: timeZone ?? options.timeZone };
}

/** Returns the stored usage of which the records account for less; see `previousUsage`. */
export function retainedUsage(
  stored: readonly DayUsage[],
  known: readonly DayUsage[],
): readonly DayUsage[] {
  const entries = sumByEntry(known);
  return [...sumByEntry(stored)].flatMap(([key, usage]) => {
    const current = entries.get(key);
    const isLarger =
      current === undefined || totalTokens(usage.tokens) > totalTokens(current.tokens);
    return isLarger ? [usage] : [];
  });
}

/**
 * Returns `retained`, of the stored usage, without what the records account for under no project: the file that named the
 * project may be gone. These are the days and models on which as much more usage is without a project as is missing.
 */
export function withoutUnattributed(
  retained: readonly DayUsage[],
  stored: readonly DayUsage[],
  known: readonly DayUsage[],
): readonly DayUsage[] {
  const [storedEntries, knownEntries] = [sumByEntry(stored), sumByEntry(known)];
  const tokensIn = (entries: typeof knownEntries, one: DayUsage, project: string | null): number =>
    totalTokens(entries.get(entryKey({ ...one, project }))?.tokens ?? noTokens);
  const groups = groupBy(retained, ({ date, model, project }) =>
    project === null ? null : JSON.stringify([date, model]),
  );
  const accounted = [...groups.values()].filter((group) => {
    const missing = group.map(
      (one) => totalTokens(one.tokens) - tokensIn(knownEntries, one, one.project),
    );
    const [first] = group;
    const unattributed = tokensIn(knownEntries, first, null) - tokensIn(storedEntries, first, null);
    return missing.reduce((sum, tokens) => sum + tokens, 0) <= unattributed;
  });
  const dropped = new Set(accounted.flat());
  return retained.filter((one) => !dropped.has(one));
}

/**
 * Returns `retained`, of the stored usage, without what the records account for on earlier days of the same project: an
 * agent may have replaced requests by their sum (`sumsRemoved`), which has the time of the message before them.
 */
export function withoutMoved(
  retained: readonly DayUsage[],
  stored: readonly DayUsage[],
  known: readonly DayUsage[],
): readonly DayUsage[] {
  const [storedEntries, knownEntries] = [sumByEntry(stored), sumByEntry(known)];
  const growthOf = (key: string): number =>
    totalTokens(knownEntries.get(key)?.tokens ?? noTokens) -
    totalTokens(storedEntries.get(key)?.tokens ?? noTokens);
  const grown = [...knownEntries]
    .map(([key, { date, project }]) => ({ date, project, tokens: growthOf(key) }))
    .filter(({ tokens }) => tokens > 0);
  const used = new Map<string | null, number>();
  return retained
    .toSorted((a, b) => (a.date < b.date ? -1 : 1))
    .filter(({ project, date, ...one }) => {
      const missing = -growthOf(entryKey({ project, date, ...one }));
      const moved = grown
        .filter((other) => other.project === project && other.date < date)
        .reduce((sum, { tokens }) => sum + tokens, -(used.get(project) ?? 0));
      if (missing > moved) return true;
      used.set(project, (used.get(project) ?? 0) + missing);
      return false;
    });
}

/** Returns the known usage, with retained usage in place of what is smaller. */
export function withRetained(
  known: readonly DayUsage[],
  retained: readonly DayUsage[],
): readonly DayUsage[] {
  const larger = sumByEntry(retainedUsage(retained, known));
  if (larger.size === 0) return known;
  const rest = [...sumByEntry(known)].filter(([key]) => !larger.has(key));
  return [...rest.map(([, usage]) => usage), ...larger.values()];
}
