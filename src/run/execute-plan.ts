import { diagnostic } from '../util/diagnostic.ts';
import type { StatusFile, SyncResult } from '../schema/status.ts';
import { syncNames, type SyncName } from '../schema/sync-names.ts';
import { selectedSyncs } from '../syncs/plan.ts';
import { isMachineProblem } from '../util/errors.ts';
import type { RunContext } from './context.ts';
import { rethrowLostLock, runSync } from './run-sync.ts';

export interface PlanOutcome {
  readonly results: Readonly<Record<SyncName, SyncResult>>;
  /** The status file of the previous run; null before the first. */
  readonly previousStatus: StatusFile | null;
  /** An error of the machine, such as a full disk, that ended the run; null if there was none. */
  readonly fatal: Error | null;
  readonly durationMs: number;
}

/**
 * Runs the planned syncs one after the other. A sync that fails keeps its last good snapshot, and the next one runs.
 * Throws `UserError` with code `lock-lost`.
 */
export async function executePlan(context: RunContext): Promise<PlanOutcome> {
  const { plan, store, workspace, emit, signal } = context;
  const startedMs = performance.now();
  const { status, warnings } = await store.readStatus();
  for (const warning of warnings) emit({ type: 'warning', warning });
  if (selectedSyncs(plan).length === 0) {
    const message = 'no enabled sync was selected, so nothing was done';
    const hint = `enable one in \`syncs\` of ${workspace.config}: ${syncNames.join(', ')}`;
    emit({ type: 'warning', warning: diagnostic('no-sync-enabled', { message, hint }) });
  }
  const results = {} as Record<SyncName, SyncResult>;
  let fatal: Error | null = null;
  for (const name of syncNames) {
    const planned = plan[name];
    if (planned.action === 'skip') {
      results[name] = { outcome: 'skipped', reason: planned.reason };
    } else if (fatal !== null || signal.aborted) {
      results[name] = { outcome: 'skipped', reason: 'aborted' };
    } else {
      const lastSuccess = status?.syncs[name].lastSuccess ?? null;
      const { result, error } = await runSync(name, lastSuccess, context);
      results[name] = result;
      // Reported once, when the run ends.
      if (error instanceof Error && isMachineProblem(error)) fatal = error;
      else emit({ type: 'sync-finished', sync: name, result });
    }
    rethrowLostLock(signal);
  }
  const durationMs = Math.round(performance.now() - startedMs);
  return { results, previousStatus: status, fatal, durationMs };
}
