import { assessHealth } from '../health/assess-health.ts';
import type { HealthFacts } from '../health/load-health-facts.ts';
import type { NotifyOptions } from '../schema/notify.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { lastResultOf } from '../syncs/plan.ts';

/** Result of a run for notifications. `unknown` sends no message and leaves the state unchanged. */
export interface RunAssessment {
  readonly state: 'ok' | 'failing' | 'unknown';
  /** Whether there is an error, which the dead-man switch reports. */
  readonly hasError: boolean;
  /** The diagnostics that are at least as severe as `minSeverity`. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Assesses a run by the rules of the `status` command, as of its start: a long run may end many intervals later. A sync
 * that this run skipped has the result of its last run; one that has never run is ignored. An interrupted run returns
 * `unknown`. Pure.
 */
export function assessRun(
  facts: HealthFacts,
  minSeverity: NotifyOptions['minSeverity'],
): RunAssessment {
  const { status, config } = facts;
  if (status === null || status.status === 'interrupted') {
    return { state: 'unknown', hasError: false, diagnostics: [] };
  }
  const syncs = config.syncs.filter(
    (name) => status.syncs[name].lastRun !== null && lastResultOf(status, name).outcome !== 'error',
  );
  const now = new Date(status.run.id);
  const assessment = assessHealth({ ...facts, config: { ...config, syncs }, now });
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
  const errors = assessment.diagnostics.filter(({ severity }) => severity === 'error');
  const warnings = assessment.diagnostics.filter(({ severity }) => severity === 'warning');
  const diagnostics = [...errors, ...before, ...(minSeverity === 'warning' ? warnings : [])];
  return {
    state: diagnostics.length === 0 ? 'ok' : 'failing',
    hasError: errors.length + before.length > 0,
    diagnostics,
  };
}
