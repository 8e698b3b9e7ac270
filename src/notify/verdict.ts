import type { StatusFile } from '../schema/status.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { assessHealth, type HealthConfig } from '../health/assess-health.ts';

/** Whether a run is worth a message. `unknown` leaves it to the next one. */
export interface Verdict {
  readonly state: 'ok' | 'bad' | 'unknown';
  readonly problems: readonly Diagnostic[];
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
  const failed = report.problems.filter(({ severity }) => severity === 'error');
  const before = report.syncs
    .filter(
      (sync) =>
        sync.enabled &&
        !sync.stale &&
        sync.outcome === 'skipped' &&
        sync.lastRun !== sync.lastSuccess,
    )
    .map(({ name, lastRun }) =>
      diagnostic('failed-before', {
        subject: name,
        message: `failed at ${String(lastRun)} and has not run since`,
        hint: `sync-runner run --only ${name}`,
      }),
    );
  const problems = [...failed, ...before];
  return { state: problems.length === 0 ? 'ok' : 'bad', problems };
}
