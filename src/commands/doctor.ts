import { readConfig } from '../config/config.ts';
import type { Config } from '../contract/config.ts';
import { fail, makeChecks, ok, type Check, type Finding, type Patient } from '../doctor/check.ts';
import { dataFiles, history, leftovers } from '../doctor/files.ts';
import { data, disk, roots } from '../doctor/places.ts';
import { lastRun, lock, schedule } from '../doctor/runs.ts';
import { outputs, tokens } from '../doctor/settings.ts';
import { git, node } from '../doctor/tools.ts';
import { exitCodes, UserError } from '../errors.ts';
import type { System } from '../system.ts';
import { doctorText } from '../views/doctor.ts';
import { jsonLine } from '../views/json.ts';
import { painter } from '../views/style.ts';
import { findWorkspace, type Workspace } from '../workspace.ts';
import { lookAtSchedule } from './look-at-schedule.ts';
import type { GlobalOptions } from './options.ts';

const checks: readonly Check[] = [
  node,
  git,
  roots,
  tokens,
  data,
  disk,
  lock,
  schedule,
  lastRun,
  dataFiles,
  history,
  leftovers,
  outputs,
];

/** `sync-runner doctor`: looks at everything that a run needs, and says what mends it. Changes nothing. */
export async function doctor(flags: GlobalOptions, system: System): Promise<number> {
  const workspace = await findWorkspace({ option: flags.workspace, ...system });
  const { config, findings: aboutConfig } = await checkConfig(workspace);
  let asked: ReturnType<typeof lookAtSchedule> | null = null;
  const askSchedule: Patient['askSchedule'] = () =>
    (asked ??= lookAtSchedule(workspace, null, system));
  const patient = { workspace, system, config, askSchedule };
  const findings = [...aboutConfig, ...(await makeChecks(checks, patient))];
  if (flags.json === true) {
    system.stdout.write(jsonLine({ schemaVersion: 1, checks: findings }));
  } else {
    const paint = painter(system.stdout.color);
    system.stdout.write(doctorText(findings, { quiet: flags.quiet === true, paint }));
  }
  const failed = findings.some(({ level }) => level === 'fail');
  return failed ? exitCodes.failed : exitCodes.done;
}

/** All that is wrong with the configuration, a finding each; the hint is the same for all. */
async function checkConfig(
  workspace: Workspace,
): Promise<{ readonly config: Config | null; readonly findings: readonly Finding[] }> {
  const id = 'config';
  try {
    const config = await readConfig(workspace);
    return { config, findings: [{ id, ...ok(`${workspace.config} is valid`) }] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const lines = error.message.split('\n');
    return { config: null, findings: lines.map((line) => ({ id, ...fail(line, error.hint) })) };
  }
}
