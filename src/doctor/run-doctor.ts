import { ConfigError, readConfig } from '../config/config.ts';
import type { Workspace } from '../config/workspace.ts';
import { getScheduleStatus } from '../schedule/get-schedule-status.ts';
import type { Config } from '../schema/config.ts';
import type { System } from '../system/system.ts';
import { lazy } from '../util/async.ts';
import type { Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { failureOf } from '../util/failure.ts';
import { passed, runChecks, withCheck, type Check, type Finding } from './check.ts';
import { codingAgents } from './agents.ts';
import { budgets } from './budgets.ts';
import { dataFiles, history, leftovers } from './data-files.ts';
import { fleet } from './fleet.ts';
import { data, disk, roots } from './filesystem.ts';
import { outputs, tokens } from './integrations.ts';
import { git, node } from './node-and-git.ts';
import { lastRun, lock, schedule } from './schedule-and-lock.ts';

/** All checks but that of the configuration, in the order of the report. */
const checks: readonly Check[] = [
  node,
  git,
  roots,
  tokens,
  codingAgents,
  budgets,
  data,
  disk,
  lock,
  schedule,
  lastRun,
  dataFiles,
  history,
  leftovers,
  outputs,
  fleet,
];

/** Checks everything that a run depends on, without changing anything. */
export async function runDoctor(workspace: Workspace, system: System): Promise<readonly Finding[]> {
  const { config, diagnostics } = await checkConfig(workspace);
  const getSchedule = lazy(() => getScheduleStatus(workspace, () => null, system));
  const findings = await runChecks(checks, { workspace, system, config, getSchedule });
  return [...withCheck('config', diagnostics), ...findings];
}

async function checkConfig(
  workspace: Workspace,
): Promise<{ readonly config: Config | null; readonly diagnostics: readonly Diagnostic[] }> {
  try {
    const config = await readConfig(workspace);
    return { config, diagnostics: [passed(`${workspace.config} is valid`)] };
  } catch (error) {
    if (error instanceof ConfigError) return { config: null, diagnostics: error.diagnostics };
    if (error instanceof UserError) return { config: null, diagnostics: [failureOf(error)] };
    throw error;
  }
}
