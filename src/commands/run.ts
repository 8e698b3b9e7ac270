import { isDue, nextDue, planRun } from '../syncs/plan.ts';
import type { System } from '../system/system.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import type { RunFlags } from './options.ts';
import { readStatusFast } from './status-fast-path.ts';
import { createReporter } from '../output/reporter.ts';

/** `sync-runner run`. A tick that finds nothing due is over before anything of a run is loaded. */
export async function run(flags: RunFlags, system: System): Promise<number> {
  const workspace = await findWorkspace({ option: flags.workspace, ...system });
  const reporter = createReporter(flags, system, workspace.log);
  const due = flags.ifDue === true ? await dueLater(workspace, flags, system) : null;
  if (due !== null) return reporter.notDue(due);
  const { executeRun } = await import('../run/execute-run.ts');
  return executeRun(flags, { workspace, reporter, system });
}

/** When the next run is due, if that is for certain not now; the locked run looks thoroughly. */
async function dueLater(
  workspace: Workspace,
  { only }: RunFlags,
  system: System,
): Promise<Date | null> {
  const look = await readStatusFast(workspace);
  if (look === null) return null;
  const now = system.now();
  try {
    const { config, status } = look;
    const due = nextDue(planRun(config, only ?? null), status, config.intervalMinutes, now);
    return isDue(due, now) ? null : due;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
