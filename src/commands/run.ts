import { dueOnly, nextDue, planRun, selectedSyncs } from '../syncs/plan.ts';
import type { System } from '../system/system.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import type { RunRequest } from '../run/run-request.ts';
import type { GlobalFlags } from './command.ts';
import { readStatusCache } from '../store/status-cache.ts';
import { UserError } from '../util/errors.ts';
import { exists } from '../util/fs.ts';
import { takeStartRequest } from '../store/start-request.ts';
import { createReporter } from '../output/reporter.ts';

interface RunFlags extends GlobalFlags, RunRequest {
  readonly path?: string;
  readonly logToStdout?: boolean;
}

/** `sync-runner run`. With `--if-due`, exits early without loading the run code if no run is due. */
export async function run(given: RunFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(given.workspace, system);
  if (given.path !== undefined) system.prependPath(given.path);
  if (given.scheduled === true) await assertExists(workspace);
  const isRequested =
    given.scheduled === true && (await takeStartRequest(workspace.startRequest, system.now()));
  const flags = isRequested ? { ...given, ifDue: false } : given;
  const reporter = createReporter(flags, system, workspace.log);
  try {
    const due = flags.ifDue === true ? await notDueUntil(workspace, flags, system) : null;
    if (due !== null) return reporter.notDue(due);
    const { executeRun } = await import('../run/execute-run.ts');
    return await executeRun(flags, { workspace, reporter, system });
  } catch (error) {
    reporter.failed(error);
    throw error;
  } finally {
    await reporter.close();
  }
}

/** Throws `UserError` if the workspace was removed or moved: a schedule that was left behind must not create it again. */
async function assertExists({ root }: Workspace): Promise<void> {
  if (await exists(root)) return;
  throw new UserError('config', `the workspace ${root} does not exist`, {
    hint: 'if it was moved, run `sync-runner install-schedule` at its new path; else remove this schedule',
  });
}

/**
 * Returns the due time if the status cache shows that the run is not due yet, else null. `executeRun` checks
 * again while it holds the lock.
 */
async function notDueUntil(
  workspace: Workspace,
  { only, scheduled }: RunFlags,
  system: System,
): Promise<Date | null> {
  const cached = await readStatusCache(workspace);
  if (cached === null) return null;
  const { config, status } = cached;
  const now = system.now();
  const plan = planRun(config, only ?? null);
  const context = { config, status, now };
  const due = selectedSyncs(dueOnly(plan, context, scheduled === true));
  return due.length > 0 ? null : nextDue(plan, context);
}
