import type { SyncContext } from '../../../sync.ts';
import { parseDollars } from '../../money.ts';
import { byEntry, tokenSum, type DayUsage } from './day-usage.ts';
import { logFolderOf } from './start-folder.ts';

/**
 * What is already told of earlier days, for a run that has lost what it knew of the logs. Claude Code deletes
 * its logs after 30 days, so that these numbers may be the last there are.
 *
 * The rule: what was told for a (date, model, project) is kept as long as the logs that are known account
 * for fewer tokens there. As soon as they account for as many, they are believed again. It holds when
 * - the cache is lost: against the last snapshot, or the history when there is no snapshot either;
 * - responses are forgotten because their logs are gone and they are old: against what they gave.
 * With the cache at hand vanished logs need no rule: what they gave is still known line by line.
 */
export async function toldBefore(
  { previous, readLatestHistory: recall, options }: SyncContext<'tokens'>,
  source: string,
): Promise<{ readonly usage: readonly DayUsage[]; readonly timeZone: string }> {
  const daily = previous?.daily.filter((entry) => entry.source === source) ?? [];
  const isTold = daily.length > 0;
  const entries = isTold ? daily : (await recall()).filter((entry) => entry.source === source);
  const hiddenFolders = new Map(
    previous?.projects.map(({ projectPath: path, logDir: dir }) => [path, dir]),
  );
  const usage = entries.map((entry) => {
    const project = entry.project ?? null;
    return {
      date: entry.date,
      model: entry.model,
      // A folder that was told as a hash has its logs' folder told as one.
      folder: project === null ? null : (hiddenFolders.get(project) ?? logFolderOf(project)),
      project,
      tokens: entry.tokens,
      responses: entry.responses ?? 0,
      cost: entry.costUsd === null ? null : parseDollars(entry.costUsd),
      priceVersion: entry.priceVersion ?? null,
    };
  });
  // The history does not tell by which time zone its days were cut.
  return { usage, timeZone: (isTold ? previous?.timeZone : null) ?? options.timeZone };
}

/** What is to be kept of what was told before: that of which the logs account for less; see `toldBefore`. */
export function keptDays(
  told: readonly DayUsage[],
  known: readonly DayUsage[],
): readonly DayUsage[] {
  const entries = byEntry(known);
  return [...byEntry(told)].flatMap(([key, usage]) => {
    const now = entries.get(key);
    return now === undefined || tokenSum(usage) > tokenSum(now) ? [usage] : [];
  });
}

/** What the logs account for, with what is kept in place of what falls short of it. */
export function withKept(
  known: readonly DayUsage[],
  kept: readonly DayUsage[],
): readonly DayUsage[] {
  const larger = byEntry(keptDays(kept, known));
  if (larger.size === 0) return known;
  const rest = [...byEntry(known)].filter(([key]) => !larger.has(key));
  return [...rest.map(([, usage]) => usage), ...larger.values()];
}
