import type { StatusFile } from '../schema/status.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { noSchedule } from '../health/schedule-health.ts';
import { assessHealth, type HealthConfig } from '../health/assess-health.ts';

/** Result of a run for notifications. `unknown` sends no message and leaves the state unchanged. */
export interface RunAssessment {
  readonly state: 'ok' | 'failing' | 'unknown';
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Assesses a run from its status file by the rules of the `status` command: failed syncs, then stale data. A
 * sync that this run skipped has the result of its last run; one that has never run is ignored. An
 * interrupted run returns `unknown`. Pure.
 */
export function assessRun(status: StatusFile, config: HealthConfig): RunAssessment {
  if (status.status === 'interrupted') return { state: 'unknown', diagnostics: [] };
  const syncs = config.syncs.filter(
    (name) => status.syncs[name].lastRun !== null && status.run.results[name].outcome !== 'failed',
  );
  const assessment = assessHealth({
    workspace: '',
    config: { ...config, syncs },
    status,
    lock: { type: 'free' },
    schedule: noSchedule,
    // The start of the run: a long run may end many intervals later.
    now: new Date(status.run.id),
  });
  const failed = assessment.diagnostics.filter(({ severity }) => severity === 'error');
  const before = assessment.syncs
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
  const diagnostics = [...failed, ...before];
  return { state: diagnostics.length === 0 ? 'ok' : 'failing', diagnostics };
}
