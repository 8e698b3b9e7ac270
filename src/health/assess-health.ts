import type { Overview } from '../analytics/overview.ts';
import type { Timestamp } from '../schema/timestamp.ts';
import type { StatusFile, SyncResult } from '../schema/status.ts';
import { syncNames, type SyncName } from '../schema/sync-names.ts';
import type { LockState } from '../lock/state.ts';
import { lastResultOf, nextDue, planRun } from '../syncs/plan.ts';
import {
  staleAfter,
  staleFrom,
  timingOf,
  timingText,
  type TimingConfig,
} from '../config/timing.ts';
import { bySeverity, diagnostic, healthOf, type Diagnostic } from '../util/diagnostic.ts';
import { dataProblems } from './data-health.ts';
import {
  inScheduleZone,
  isDueUnknown,
  scheduleProblems,
  type ScheduleFacts,
} from './schedule-health.ts';

/** The data of `status`, for its text and its `--json`. */
export interface HealthAssessment {
  readonly schemaVersion: 1;
  readonly health: 'ok' | 'warning' | 'error';
  readonly workspace: string;
  /** Errors first. */
  readonly diagnostics: readonly Diagnostic[];
  readonly lastRun: Omit<StatusFile['run'], 'results'> | null;
  readonly syncs: readonly SyncHealth[];
  readonly lock: LockState;
  readonly schedule: ScheduleFacts;
  /**
   * When the scheduler starts the next run if that is known, else when it is due; null if it is due now, paused, or if the
   * time zone of the schedule is unknown.
   */
  readonly nextRunAt: Timestamp | null;
  readonly nextRunSource: 'scheduler' | 'interval';
}

export interface SyncHealth {
  readonly name: SyncName;
  readonly enabled: boolean;
  readonly outcome: SyncResult['outcome'] | null;
  readonly lastRun: Timestamp | null;
  readonly lastSuccess: Timestamp | null;
  /** The sync was due three times since the last success. */
  readonly stale: boolean;
  /** When it is due: `every 15 min`, or a cron expression. */
  readonly schedule: string;
  readonly warnings: number;
}

/** Assesses the last run, the age of the data, the lock, the schedule, the budget and the projects, as of now. */
export function assessHealth(facts: {
  readonly workspace: string;
  readonly config: TimingConfig;
  readonly status: StatusFile | null;
  readonly lock: LockState;
  readonly schedule: ScheduleFacts;
  readonly now: Date;
  /** Why programs that the configuration names are not run; see `checkConfigTrust`. */
  readonly untrustedConfig?: Diagnostic | null;
  /** Why the data can't be published in the database of the fleet. */
  readonly publishProblem?: Diagnostic | null;
  /** The health of the runs alone without it. */
  readonly overview?: Overview | null;
}): HealthAssessment {
  const {
    workspace,
    config,
    status,
    lock,
    schedule,
    now,
    untrustedConfig = null,
    publishProblem = null,
    overview = null,
  } = facts;
  const syncs = inScheduleZone(schedule, () => syncNames.map((name) => syncHealth(name, facts)));
  const diagnostics = [
    ...runProblems(status),
    ...(status === null ? [] : syncs.flatMap((sync) => staleProblems(sync, config))),
    ...lockProblems(lock),
    ...scheduleProblems(schedule),
    ...(untrustedConfig === null ? [] : [untrustedConfig]),
    ...(publishProblem === null ? [] : [publishProblem]),
    ...(overview === null ? [] : dataProblems(overview, now)),
    ...lastWarnings(status),
  ].toSorted(bySeverity);
  const due = inScheduleZone(schedule, () =>
    nextDue(planRun(config, null), { config, status, now }),
  );
  const hasNext = schedule.state !== 'paused' && !isDueUnknown(schedule);
  return {
    schemaVersion: 1,
    health: healthOf(diagnostics),
    workspace,
    diagnostics,
    lastRun: status === null ? null : withoutResults(status.run),
    syncs,
    lock,
    schedule,
    nextRunAt: hasNext ? (schedule.nextRunAt ?? due?.toISOString() ?? null) : null,
    nextRunSource: schedule.nextRunAt === null ? 'interval' : 'scheduler',
  };
}

function withoutResults({ results, ...run }: StatusFile['run']): HealthAssessment['lastRun'] {
  return run;
}

function syncHealth(
  name: SyncName,
  { config, status, now }: { config: TimingConfig; status: StatusFile | null; now: Date },
): SyncHealth {
  const enabled = config.syncs.includes(name);
  const result = status === null ? undefined : lastResultOf(status, name);
  const { lastRun, lastSuccess } = status?.syncs[name] ?? { lastRun: null, lastSuccess: null };
  const isStale = status !== null && isPast(syncStaleFrom(config, status, name), now);
  return {
    name,
    enabled,
    outcome: result?.outcome ?? null,
    lastRun,
    lastSuccess,
    stale: enabled && (lastSuccess === null || isStale),
    schedule: timingText(timingOf(config, name)),
    warnings: result === undefined || result.outcome === 'skipped' ? 0 : result.warnings.length,
  };
}

/** Returns when the data will be stale without another success; null if they are, or if nothing is enabled. */
export function staleAt(config: TimingConfig, status: StatusFile, now: Date): Timestamp | null {
  const times = config.syncs.map((name) => syncStaleFrom(config, status, name)?.getTime() ?? NaN);
  const first = Math.min(...times);
  return Number.isFinite(first) && first > now.getTime() ? new Date(first).toISOString() : null;
}

/** Returns when the data of a sync are stale without another success; null if it has never succeeded, or is never due. */
function syncStaleFrom(config: TimingConfig, status: StatusFile, name: SyncName): Date | null {
  const { lastSuccess } = status.syncs[name];
  if (lastSuccess === null) return null;
  return staleFrom(timingOf(config, name), config.quietHours, new Date(lastSuccess));
}

const isPast = (at: Date | null, now: Date): boolean => at !== null && now > at;

function runProblems(status: StatusFile | null): readonly Diagnostic[] {
  if (status === null) {
    return [diagnostic('never-ran', { message: 'no run yet', hint: 'sync-runner run' })];
  }
  const failures = syncNames.flatMap((name): readonly Diagnostic[] => {
    const result = lastResultOf(status, name);
    return result.outcome === 'error' ? [result.error] : [];
  });
  if (status.status !== 'interrupted') return failures;
  const message = 'the last run was interrupted';
  return [...failures, diagnostic('interrupted', { message, hint: 'sync-runner run' })];
}

function staleProblems(
  { name, stale, lastSuccess }: SyncHealth,
  config: TimingConfig,
): readonly Diagnostic[] {
  const timing = timingOf(config, name);
  if (!stale) return [];
  const message =
    lastSuccess === null
      ? 'has never succeeded'
      : typeof timing === 'number'
        ? `no success for more than ${String(staleAfter)} intervals of ${String(timing)} min`
        : `no success since ${String(staleAfter)} times of the schedule ${timing}`;
  return [diagnostic('stale', { subject: name, message, hint: 'sync-runner run' })];
}

function lockProblems(lock: LockState): readonly Diagnostic[] {
  if (lock.type !== 'foreign') return [];
  const message = 'data/.sync-lock was not created by sync-runner';
  return [diagnostic('foreign-lock', { message, hint: 'sync-runner doctor' })];
}

/** Returns the warnings of the last result of each sync. */
export function lastWarnings(status: StatusFile | null): readonly Diagnostic[] {
  if (status === null) return [];
  return syncNames.flatMap((name) => {
    const result = lastResultOf(status, name);
    return result.outcome === 'skipped' ? [] : result.warnings;
  });
}
