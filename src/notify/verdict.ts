import type { Failure, StatusFile } from '../schema/status.ts';
import { assessHealth, type HealthConfig } from '../health/assess-health.ts';

/** Whether a run is worth a message. `unknown` leaves it to the next one. */
export interface Verdict {
  readonly state: 'ok' | 'bad' | 'unknown';
  readonly problems: readonly Failure[];
}

const noSchedule = {
  target: null,
  state: 'missing',
  message: null,
  nextRunAt: null,
  command: null,
  commandExists: null,
} as const;

/**
 * Judges a run by the status that it left, as `status` does: failed syncs, else data that are stale. A sync
 * that was left out this time is still as it was, and one that was never tried is no news. A run that was
 * stopped says nothing. Pure.
 */
export function judgeRun(status: StatusFile, config: HealthConfig): Verdict {
  if (status.status === 'interrupted') return { state: 'unknown', problems: [] };
  const syncs = config.syncs.filter(
    (name) => status.syncs[name].lastRun !== null && status.run.results[name].outcome !== 'failed',
  );
  const report = assessHealth({
    workspace: '',
    config: { ...config, syncs },
    status,
    lock: { type: 'free' },
    schedule: noSchedule,
    // The end of a long run may lie many intervals after its start.
    now: new Date(status.run.id),
  });
  const failed = report.problems
    .filter(({ level }) => level === 'error')
    .map(({ code, message, hint: fix }) => ({ code, message, hint: fix }));
  const before = report.syncs
    .filter(
      (sync) =>
        sync.enabled &&
        !sync.stale &&
        sync.outcome === 'skipped' &&
        sync.lastRun !== sync.lastSuccess,
    )
    .map(({ name, lastRun }) => ({
      code: 'failed-before',
      message: `${name}: failed at ${String(lastRun)}, and was not tried again`,
      hint: `sync-runner run --only ${name}`,
    }));
  const problems = [...failed, ...before];
  return { state: problems.length === 0 ? 'ok' : 'bad', problems };
}
