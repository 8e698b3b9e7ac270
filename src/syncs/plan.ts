import type { StatusFile, SyncResult } from '../schema/status.ts';
import { mapSyncs, syncNames, type SyncName } from '../schema/sync-names.ts';
import {
  afterQuietHours,
  nextDueAfter,
  tickMinutes,
  timingOf,
  type Timing,
  type TimingConfig,
} from '../config/timing.ts';

/** The decision of the plan about one sync. */
export type PlannedSync =
  | { readonly action: 'run' }
  | { readonly action: 'skip'; readonly reason: 'disabled' | 'not-selected' | 'not-due' };

export type Plan = Readonly<Record<SyncName, PlannedSync>>;

/** Plans a run. `only` selects some of the enabled syncs; null selects all. */
export function planRun(
  config: Pick<TimingConfig, 'syncs'>,
  only: readonly SyncName[] | null,
): Plan {
  return mapSyncs((name): PlannedSync => {
    if (!config.syncs.includes(name)) return { action: 'skip', reason: 'disabled' };
    if (only && !only.includes(name)) return { action: 'skip', reason: 'not-selected' };
    return { action: 'run' };
  });
}

export const selectedSyncs = (plan: Plan): readonly SyncName[] =>
  syncNames.filter((name) => plan[name].action === 'run');

/** Where and when it is determined what is due. */
export interface DueContext {
  readonly config: TimingConfig;
  readonly status: StatusFile | null;
  readonly now: Date;
}

interface Due {
  readonly at: Date;
  /** From when on a start counts as one at that time. */
  readonly from: Date;
}

/** A last run later than this after now means that the clock was set back. */
const maxSkewMs = 30_000;

/** The last time of a `Date`. */
const endOfTime = new Date(8.64e15);

/**
 * Returns when a timing is due after the oldest last run of its syncs. Null means now, because one of them has never run
 * or the clock was set back.
 */
function dueOf(
  timing: Timing,
  names: readonly SyncName[],
  { config, status, now }: DueContext,
  graceMs: number,
): Due | null {
  const starts = names.map((name) => Date.parse(status?.syncs[name].lastRun ?? ''));
  const oldest = Math.min(...starts);
  const isUnknown = Number.isNaN(oldest) || oldest > now.getTime() + maxSkewMs;
  const due = isUnknown
    ? now
    : (nextDueAfter(timing, config.quietHours, new Date(oldest)) ?? endOfTime);
  const quietEnd = afterQuietHours(now, config.quietHours);
  if (due <= now && quietEnd > now) return { at: quietEnd, from: quietEnd };
  if (isUnknown) return null;
  // Counted from the minute of the last start, which the scheduler started up to a minute late.
  const isInterval = typeof timing === 'number';
  const earlyMs = isInterval ? (oldest % 60_000) + graceMs : 0;
  const isAtIntervalEnd = isInterval && due.getTime() === oldest + timing * 60_000;
  return { at: due, from: isAtIntervalEnd ? new Date(due.getTime() - earlyMs) : due };
}

/** Returns when each planned sync is due. Syncs with the same timing are due together. */
function dueTimes(plan: Plan, context: DueContext, graceMs = 0): ReadonlyMap<SyncName, Due | null> {
  const { config } = context;
  const selected = selectedSyncs(plan);
  return new Map(
    selected.map((name) => {
      const timing = timingOf(config, name);
      const peers = selected.filter((other) => timingOf(config, other) === timing);
      return [name, dueOf(timing, peers, context, graceMs)];
    }),
  );
}

/** Returns when the next run is due; null means now. */
export function nextDue(plan: Plan, context: DueContext): Date | null {
  const times = [...dueTimes(plan, context).values()];
  if (times.length === 0 || times.includes(null)) return null;
  return new Date(Math.min(...times.map((due) => due?.at.getTime() ?? 0)));
}

/**
 * Returns the plan without the syncs that are not due (`--if-due`). An interval may end half a tick of the installed job
 * early if that job starts the run, so that no start is skipped because the one before was late.
 */
export function dueOnly(plan: Plan, context: DueContext, isScheduled: boolean): Plan {
  const graceMs = isScheduled ? (tickMinutes(context.config) - 1) * 30_000 : 0;
  const times = dueTimes(plan, context, graceMs);
  return mapSyncs((name): PlannedSync => {
    const due = times.get(name) ?? null;
    if (due === null || due.from <= context.now) return plan[name];
    return { action: 'skip', reason: 'not-due' };
  });
}

/** Returns the result of the last run in which a sync was due. */
export function lastResultOf({ run, syncs }: StatusFile, name: SyncName): SyncResult {
  const result = run.results[name];
  const isNotDue = result.outcome === 'skipped' && result.reason === 'not-due';
  return isNotDue ? (syncs[name].lastResult ?? result) : result;
}
