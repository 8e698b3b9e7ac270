import { isDue, nextDue, planRun } from '../syncs/plan.ts';
import type { System } from '../system/system.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import type { RunRequest } from '../run/run-request.ts';
import type { GlobalOptions } from './command.ts';
import { readStatusCache } from '../store/status-cache.ts';
import { createReporter } from '../output/reporter.ts';

type RunFlags = GlobalOptions & RunRequest;

/** `sync-runner run`. A tick that finds nothing due is over before anything of a run is loaded. */
export async function run(flags: RunFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const reporter = createReporter(flags, system, workspace.log);
  const due = flags.ifDue === true ? await dueLater(workspace, flags, system) : null;
  if (due !== null) return reporter.notDue(due);
  const { executeRun } = await import('../run/execute-run.ts');
  return executeRun(flags, { workspace, reporter, system });
}

/** Returns when the next run is due if that is certainly later; the locked run checks again without the cache. */
async function dueLater(
  workspace: Workspace,
  { only }: RunFlags,
  system: System,
): Promise<Date | null> {
  const cached = await readStatusCache(workspace);
  if (cached === null) return null;
  const { config, status } = cached;
  const now = system.now();
  const due = nextDue(planRun(config, only ?? null), status, config.intervalMinutes, now);
  return isDue(due, now) ? null : due;
}
