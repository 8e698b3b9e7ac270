import { readConfig } from '../config/config.ts';
import type { Config } from '../schema/config.ts';
import {
  fail,
  makeChecks,
  ok,
  type Check,
  type Finding,
  type DoctorContext,
} from '../doctor/check.ts';
import { dataFiles, history, leftovers } from '../doctor/files.ts';
import { data, disk, roots } from '../doctor/places.ts';
import { lastRun, lock, schedule } from '../doctor/runs.ts';
import { outputs, tokens } from '../doctor/settings.ts';
import { git, node } from '../doctor/tools.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import { doctorText } from '../output/doctor-text.ts';
import { jsonLine } from '../output/json.ts';
import { painter } from '../output/style.ts';
import { findWorkspace, type Workspace } from '../config/workspace.ts';
import { getScheduleStatus } from '../schedule/get-schedule-status.ts';
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

/** `sync-runner doctor`: checks everything that a run needs. Read-only. */
export async function doctor(flags: GlobalOptions, system: System): Promise<number> {
  const workspace = await findWorkspace({ option: flags.workspace, ...system });
  const { config, findings: aboutConfig } = await checkConfig(workspace);
  let asked: ReturnType<typeof getScheduleStatus> | null = null;
  const askSchedule: DoctorContext['askSchedule'] = () =>
    (asked ??= getScheduleStatus(workspace, null, system));
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

/** Returns one finding per error of the configuration. */
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
