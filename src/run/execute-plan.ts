import type { StatusFile, SyncResult } from '../schema/status.ts';
import { syncNames, type SyncName } from '../schema/sync-names.ts';
import { isMachineProblem } from '../util/errors.ts';
import type { RunContext } from './context.ts';
import type { RunChange } from './run-changes.ts';
import { rethrowLostLock, runSync } from './run-sync.ts';

export interface PlanOutcome {
  readonly results: Readonly<Record<SyncName, SyncResult>>;
  readonly changes: readonly RunChange[];
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
  const { plan, store, emit, signal } = context;
  const startedMs = performance.now();
  const { status, warnings } = await store.readStatus();
  for (const warning of warnings) emit({ type: 'warning', warning });
  const changes: RunChange[] = [];
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
      const { result, error, changes: ofSync } = await runSync(name, lastSuccess, context);
      results[name] = result;
      changes.push(...ofSync);
      // Reported once, when the run ends.
      if (error instanceof Error && isMachineProblem(error)) fatal = error;
      else emit({ type: 'sync-finished', sync: name, result });
    }
    rethrowLostLock(signal);
  }
  const durationMs = Math.round(performance.now() - startedMs);
  return { results, changes, previousStatus: status, fatal, durationMs };
}
