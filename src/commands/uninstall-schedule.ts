import { configFile } from '../schema/config.ts';
import { exitCodes } from '../util/errors.ts';
import { createScheduleContext } from '../schedule/schedule-context.ts';
import { planUninstall, uninstall } from '../schedule/install/plan-install.ts';
import type { ScheduleTarget } from '../schedule/install/choose-scheduler.ts';
import type { System } from '../system/system.ts';
import { jsonLine } from '../output/json.ts';
import { scheduleDiagnosticsText, uninstallText } from '../output/commands/schedule-text.ts';
import { findWorkspace } from '../config/workspace.ts';
import type { GlobalFlags } from './command.ts';

export interface UninstallFlags extends GlobalFlags {
  readonly target: ScheduleTarget;
  readonly dryRun?: boolean;
}

/** `sync-runner uninstall-schedule`: removes everything that the installation created. Idempotent. */
export async function uninstallSchedule(flags: UninstallFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  // The default configuration, so that an invalid one does not prevent the removal.
  const context = await createScheduleContext(configFile.parse({}), workspace, system);
  const plan = await planUninstall(flags.target, context);
  const dryRun = flags.dryRun === true;
  if (!dryRun) await uninstall(plan, context);
  if (flags.json === true) {
    const removed = plan.parts.map(({ scheduler, steps }) => ({ target: scheduler.name, steps }));
    const document = { schemaVersion: 1, dryRun, removed, diagnostics: plan.diagnostics };
    system.stdout.write(jsonLine(document));
  } else if (flags.quiet !== true) {
    system.stdout.write(uninstallText(plan, { dryRun }));
    system.stderr.write(scheduleDiagnosticsText(plan.diagnostics));
  }
  return exitCodes.done;
}
