import type { Config } from '../schema/config.ts';
import type { StatusFile } from '../schema/status.ts';
import { mapSyncs, syncNames, type SyncName } from '../schema/sync-names.ts';

/** What a run is going to do with a sync. */
export type PlannedSync =
  | { readonly action: 'run' }
  | { readonly action: 'skip'; readonly reason: 'disabled' | 'not-selected' };

export type Plan = Readonly<Record<SyncName, PlannedSync>>;

/** Which syncs a run takes. `only` is what the user asked for; null asks for all that are on. */
export function planRun(config: Pick<Config, 'syncs'>, only: readonly SyncName[] | null): Plan {
  return mapSyncs((name): PlannedSync => {
    if (!config.syncs.includes(name)) return { action: 'skip', reason: 'disabled' };
    if (only && !only.includes(name)) return { action: 'skip', reason: 'not-selected' };
    return { action: 'run' };
  });
}

/** The syncs of a plan that run, in their order. */
export const selectedSyncs = (plan: Plan): readonly SyncName[] =>
  syncNames.filter((name) => plan[name].action === 'run');

/** A scheduler's tick may come this much early, in milliseconds. */
const graceMs = 30_000;

/**
 * When the next run is due: one interval after the start of the last run that took every planned sync.
 * Null means now: a sync has never run, or the clock was set back since.
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

/** Whether `--if-due` lets a run go on. */
export function isDue(due: Date | null, now: Date): boolean {
  return due === null || now.getTime() >= due.getTime() - graceMs;
}
