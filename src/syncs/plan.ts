import type { Config } from '../schema/config.ts';
import type { StatusFile } from '../schema/status.ts';
import { mapSyncs, syncNames, type SyncName } from '../schema/sync-names.ts';

/** The decision of the plan about one sync. */
export type PlannedSync =
  | { readonly action: 'run' }
  | { readonly action: 'skip'; readonly reason: 'disabled' | 'not-selected' };

export type Plan = Readonly<Record<SyncName, PlannedSync>>;

/** Plans a run. `only` selects some of the enabled syncs; null selects all. */
export function planRun(config: Pick<Config, 'syncs'>, only: readonly SyncName[] | null): Plan {
  return mapSyncs((name): PlannedSync => {
    if (!config.syncs.includes(name)) return { action: 'skip', reason: 'disabled' };
    if (only && !only.includes(name)) return { action: 'skip', reason: 'not-selected' };
    return { action: 'run' };
  });
}

export const selectedSyncs = (plan: Plan): readonly SyncName[] =>
  syncNames.filter((name) => plan[name].action === 'run');

/** A scheduler may start a run this many milliseconds early. */
const graceMs = 30_000;

/**
 * Returns when the next run is due: one interval after the oldest last run of the planned syncs. Null means
 * now: a sync has never run, or the clock was set back.
 */
export function nextDue(
  plan: Plan,
  status: StatusFile | null,
  intervalMinutes: number,
  now: Date,
): Date | null {
  const starts = selectedSyncs(plan).map((name) => status?.syncs[name].lastRun ?? null);
  if (starts.length === 0 || starts.includes(null)) return null;
  const oldest = Math.min(...starts.map((start) => Date.parse(start ?? '')));
  if (oldest > now.getTime() + graceMs) return null;
  return new Date(oldest + intervalMinutes * 60_000);
}

/** Whether `--if-due` permits a run. */
export function isDue(due: Date | null, now: Date): boolean {
  return due === null || now.getTime() >= due.getTime() - graceMs;
}
