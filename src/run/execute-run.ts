import type { LockState } from '../lock/state.ts';
import { withLock } from '../lock/index.ts';
import type { RunNotifier } from '../notify/run-notifier.ts';
import type { Reporter } from '../output/reporter.ts';
import { hasCommit } from '../store/commit.ts';
import { rotateLog } from '../store/log-file.ts';
import { syncNames } from '../schema/sync-names.ts';
import { dueOnly, nextDue, planRun, selectedSyncs, type Plan } from '../syncs/plan.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import { createRunContext, loadSettings, type RunSettings } from './context.ts';
import type { RunEvent } from './events.ts';
import { executePlan } from './execute-plan.ts';
import { publishStep, runPostRunSteps } from './post-run.ts';
import { recordRun } from './record-run.ts';
import { loadRunResult } from './run-result.ts';
import type { RunRequest } from './run-request.ts';
import { listenForStopSignals } from './stop-signals.ts';

/** Executes one run: settings, lock, context, syncs, status, post-run steps. Returns the exit code. */
export async function executeRun(
  request: RunRequest,
  { workspace, reporter, system }: { workspace: Workspace; reporter: Reporter; system: System },
): Promise<number> {
  const settings = await loadSettings(workspace, system);
  assertSyncSelected(request, settings);
  const current: {
    notifier: RunNotifier | null;
    stage: string | null;
    /** Publishes the data of the run, after the lock was released. */
    publish: (() => Promise<void>) | null;
  } = { notifier: null, stage: null, publish: null };
  using stop = listenForStopSignals(
    system,
    reporter.emit,
    () => current.stage !== null && isCommitPending(current.stage),
  );

  const execute = async (stage: string | null, signal: AbortSignal): Promise<number> => {
    current.stage = stage;
    const plan = await planUnderLock(request, settings, system);
    if (plan instanceof Date) return reporter.notDue(plan);

    const emit = (event: RunEvent): void => {
      current.notifier?.onEvent(event);
      reporter.emit(event);
    };
    await using context = await createRunContext({
      settings,
      request,
      plan,
      stage,
      signal,
      system,
      emit,
    });
    if (stage !== null) {
      current.notifier = settings.startNotifier?.(context, reporter.emit, stop.signal) ?? null;
    }
    const { record, outcome } = await executePlan(context)
      .then(async (outcome) => ({ outcome, record: await recordRun(outcome, context) }))
      .catch(async (error: unknown) => {
        if (stage !== null) await current.notifier?.failed(error, stage);
        throw error;
      });
    await context.saveSharedCaches();
    reporter.finished(record);
    await runPostRunSteps(record, current.notifier, context);
    if (stage !== null) current.publish = publishStep(context, { signal: stop.signal, reporter });
    if (stage !== null && reporter.printsResult && record.outcome !== 'interrupted') {
      await reporter.result(await loadRunResult(workspace, record, outcome));
    }
    return stop.exitCode() ?? (record.outcome === 'error' ? exitCodes.failed : exitCodes.done);
  };

  try {
    if (request.dryRun === true) return await execute(null, stop.signal);
    const result = await withLock(
      {
        workspace,
        staleMs: settings.config.lock.staleMinutes * 60_000,
        waitMs: (request.wait ?? 0) * 1000,
        system,
        signal: stop.signal,
        onEvent: reporter.emit,
      },
      async (lock) => {
        if (request.scheduled === true) await rotateLog(workspace.log);
        return execute(lock.stage, AbortSignal.any([stop.signal, lock.lost]));
      },
    );
    return result.held ? result.value : whenLocked(result.holder, request, reporter);
  } catch (error) {
    // A stop signal during the wait for the lock, or before the first sync, is not an error.
    const exitCode = stop.exitCode();
    if (exitCode !== null && error === stop.signal.reason) return exitCode;
    throw error;
  } finally {
    await Promise.all([current.notifier?.deliver(), current.publish?.()]);
  }
}

function isCommitPending(stage: string): boolean {
  try {
    return hasCommit(stage);
  } catch {
    // The stage can't be read, so the commit will not end either.
    return false;
  }
}

/**
 * Returns the plan of the run; with `--if-due` when the next run is due if no sync is due now. Determined under the lock,
 * because another run may have finished since the first check.
 */
async function planUnderLock(
  { only, ifDue, scheduled }: RunRequest,
  { config, store }: RunSettings,
  system: System,
): Promise<Plan | Date> {
  const plan = planRun(config, only ?? null);
  if (ifDue !== true) return plan;
  const { status } = await store.readStatus();
  const context = { config, status, now: system.now() };
  const due = dueOnly(plan, context, scheduled === true);
  return selectedSyncs(due).length > 0 ? due : (nextDue(plan, context) ?? plan);
}

/** Throws `UserError`: a run that does nothing must not look like a success. */
function assertSyncSelected({ only }: RunRequest, { workspace, config }: RunSettings): void {
  if (selectedSyncs(planRun(config, only ?? null)).length > 0) return;
  const message = 'no enabled sync was selected, so nothing was done';
  throw new UserError(only === undefined ? 'config' : 'usage', message, {
    hint: `enable one in \`syncs\` of ${workspace.config}: ${syncNames.join(', ')}`,
  });
}

function whenLocked(holder: LockState, { failIfLocked }: RunRequest, reporter: Reporter): number {
  if (failIfLocked !== true) return reporter.skipped(holder);
  throw new UserError('locked', 'Sync already in progress (lock file exists)', {
    hint: 'wait for it with --wait SECONDS, or see `sync-runner status`',
  });
}
