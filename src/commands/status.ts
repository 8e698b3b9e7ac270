import type { StatusFile } from '../contract/status.ts';
import { exitCodes } from '../errors.ts';
import { assessHealth, type HealthConfig } from '../run/health.ts';
import { inspectLock } from '../run/lock/state.ts';
import { nextDue, planRun } from '../run/plan.ts';
import type { System } from '../system.ts';
import { statusText } from '../views/status.ts';
import { findWorkspace, type Workspace } from '../workspace.ts';
import type { GlobalOptions } from './options.ts';
import { lookAtSchedule } from './look-at-schedule.ts';
import { lookQuickly } from './quick-look.ts';

export interface StatusFlags extends GlobalOptions {
  readonly check?: boolean;
}

/** `sync-runner status`: reads only, and says first whether anything needs a person. */
export async function status(flags: StatusFlags, system: System): Promise<number> {
  const workspace = await findWorkspace({ option: flags.workspace, ...system });
  const quick = await lookQuickly(workspace);
  if (quick !== null) {
    try {
      return await tell(workspace, quick, flags, system);
    } catch (error) {
      // The shape of a file that was not checked is no bug of ours: the full reader names it.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return tell(workspace, await lookThoroughly(workspace), flags, system);
}

interface Facts {
  readonly config: HealthConfig;
  readonly status: StatusFile | null;
}

async function lookThoroughly(workspace: Workspace): Promise<Facts> {
  const { readConfig } = await import('../config/config.ts');
  const { readStatusFile } = await import('../store/status-file.ts');
  return { config: await readConfig(workspace), status: await readStatusFile(workspace) };
}

async function tell(
  workspace: Workspace,
  facts: Facts,
  flags: StatusFlags,
  system: System,
): Promise<number> {
  const lock = await inspectLock(workspace, system);
  const now = system.now();
  const due = nextDue(planRun(facts.config, null), facts.status, facts.config.intervalMinutes, now);
  const schedule = await lookAtSchedule(workspace, due, system);
  const report = assessHealth({ workspace: workspace.root, ...facts, lock, schedule, now });
  if (flags.json === true) system.stdout.write(`${JSON.stringify(report)}\n`);
  else if (flags.quiet !== true || report.health === 'error') {
    system.stdout.write(statusText(report, now, { all: flags.verbose === true }));
  }
  return flags.check === true && report.health === 'error' ? exitCodes.failed : exitCodes.done;
}
