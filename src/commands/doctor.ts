import { findWorkspace } from '../config/workspace.ts';
import { runDoctor } from '../doctor/run-doctor.ts';
import { doctorText } from '../output/commands/doctor-text.ts';
import { jsonLine } from '../output/json.ts';
import { renderOptions } from '../output/render-options.ts';
import type { System } from '../system/system.ts';
import { exitCodes } from '../util/errors.ts';
import type { GlobalFlags } from './command.ts';

/** `sync-runner doctor`: checks everything that a run depends on and reports how to fix it. */
export async function doctor(flags: GlobalFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const findings = await runDoctor(workspace, system);
  if (flags.json === true) {
    system.stdout.write(jsonLine({ schemaVersion: 1, findings }));
  } else {
    const form = renderOptions(system, { all: flags.verbose === true });
    system.stdout.write(await doctorText(findings, { ...form, quiet: flags.quiet === true }));
  }
  return findings.some(({ severity }) => severity === 'error') ? exitCodes.failed : exitCodes.done;
}
