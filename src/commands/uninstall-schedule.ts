import { configFile } from '../schema/config.ts';
import { exitCodes } from '../util/errors.ts';
import { scheduleContext } from '../schedule/schedule-context.ts';
import { planUninstall, uninstall } from '../schedule/install/plan-install.ts';
import type { Target } from '../schedule/install/choose-scheduler.ts';
import type { System } from '../system/system.ts';
import { jsonLine } from '../output/json.ts';
import { notesText, uninstallText } from '../output/schedule-text.ts';
import { findWorkspace } from '../config/workspace.ts';
import type { GlobalOptions } from './options.ts';

export interface UninstallFlags extends GlobalOptions {
  readonly target: Target;
  readonly dryRun?: boolean;
}

/** `sync-runner uninstall-schedule`: removes everything that the installation created. Idempotent. */
export async function uninstallSchedule(flags: UninstallFlags, system: System): Promise<number> {
  const workspace = await findWorkspace({ option: flags.workspace, ...system });
  // The default configuration, so that an invalid one does not prevent the removal.
  const context = await scheduleContext(configFile.parse({}), workspace, system);
  const plan = await planUninstall(flags.target, context);
  const dryRun = flags.dryRun === true;
  if (!dryRun) await uninstall(plan, context);
  if (flags.json === true) {
    const removed = plan.parts.map(({ scheduler, steps }) => ({ target: scheduler.name, steps }));
    const document = { schemaVersion: 1, dryRun, removed, notes: plan.notes };
    system.stdout.write(jsonLine(document));
  } else if (flags.quiet !== true) {
    system.stdout.write(uninstallText(plan, { dryRun }));
    system.stderr.write(notesText(plan.notes));
  }
  return exitCodes.done;
}
