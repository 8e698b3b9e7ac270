import { readConfig } from '../config/config.ts';
import { exitCodes } from '../errors.ts';
import { assessHealth } from '../run/health.ts';
import { inspectLock } from '../run/lock/state.ts';
import { readStatusFile } from '../store/status-file.ts';
import type { System } from '../system.ts';
import { statusText } from '../views/status.ts';
import { findWorkspace } from '../workspace.ts';
import type { GlobalOptions } from './options.ts';

/** `sync-runner status`: reads only, and says first whether anything needs a person. */
export async function status(
  flags: GlobalOptions & { readonly check?: boolean },
  system: System,
): Promise<number> {
  const workspace = await findWorkspace({ option: flags.workspace, ...system });
  const config = await readConfig(workspace);
  const [file, lock] = await Promise.all([
    readStatusFile(workspace),
    inspectLock(workspace, system),
  ]);
  const now = system.now();
  const report = assessHealth({ workspace: workspace.root, config, status: file, lock, now });
  if (flags.json === true) system.stdout.write(`${JSON.stringify(report)}\n`);
  else if (flags.quiet !== true || report.health === 'error') {
    system.stdout.write(statusText(report, now, { all: flags.verbose === true }));
  }
  return flags.check === true && report.health === 'error' ? exitCodes.failed : exitCodes.done;
}
