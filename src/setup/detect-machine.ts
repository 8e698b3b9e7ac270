import { readConfig } from '../config/config.ts';
import type { Workspace } from '../config/workspace.ts';
import { chooseScheduler } from '../schedule/install/choose-scheduler.ts';
import { isCronRunning } from '../schedule/install/cron-daemon.ts';
import { createScheduleContext } from '../schedule/schedule-context.ts';
import type { SchedulerName } from '../schedule/scheduler.ts';
import { agentTitles, type AgentName } from '../schema/agent-names.ts';
import { agents } from '../syncs/tokens/agents/registry.ts';
import { agentsWithoutLogs } from '../syncs/tokens/agents/without-logs.ts';
import { findRoots as findLogRoots, isDir } from '../syncs/tokens/usage-log/locations.ts';
import { findLogs } from '../syncs/tokens/usage-log/reading/find-logs.ts';
import { findProgramOrNull } from '../system/find-program.ts';
import type { System } from '../system/system.ts';
import { createYield } from '../util/async.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';

/** What `init` found on this machine. */
export interface Machine {
  /** Path of git; null if there is none. */
  readonly git: string | null;
  /** The coding agents that have logs, or directories that can't be read. */
  readonly agents: readonly FoundAgent[];
  /** Titles of the coding agents whose usage is unknown, because their logs have no token counts. */
  readonly agentsWithoutLogs: readonly string[];
  readonly scheduler: FoundScheduler;
}

export interface FoundAgent {
  readonly name: AgentName;
  readonly title: string;
  readonly logs: number;
}

/** The scheduler that `install-schedule` would use, and why; or the reason why it would use none. */
export interface FoundScheduler {
  readonly target: SchedulerName | null;
  readonly title: string | null;
  readonly reason: string;
  /** Whether a cron daemon runs; null if this can't be determined. */
  readonly cronIsRunning: boolean | null;
}

export async function detectMachine(workspace: Workspace, system: System): Promise<Machine> {
  return {
    git: await findProgramOrNull('git', system),
    agents: await findAgents(workspace, system),
    agentsWithoutLogs: agentsWithoutLogs
      .filter(({ dirs }) => dirs(system).some(isDir))
      .map(({ title }) => title),
    scheduler: await findScheduler(workspace, system),
  };
}

async function findAgents(workspace: Workspace, system: System): Promise<readonly FoundAgent[]> {
  const yieldToEventLoop = createYield(new AbortController().signal);
  const found: FoundAgent[] = [];
  for (const agent of agents) {
    const { roots } = findLogRoots(agent, [], { root: workspace.root, system });
    if (roots.length === 0) continue;
    const { logs, warnings } = await findLogs(agent, roots, yieldToEventLoop);
    if (logs.length === 0 && warnings.length === 0) continue;
    found.push({ name: agent.name, title: agentTitles[agent.name], logs: logs.length });
  }
  return found;
}

async function findScheduler(workspace: Workspace, system: System): Promise<FoundScheduler> {
  const cronIsRunning = system.platform === 'linux' ? await isCronRunning() : null;
  try {
    const context = await createScheduleContext(await readConfig(workspace), workspace, system);
    const { scheduler, reason } = await chooseScheduler('auto', context);
    return { target: scheduler.name, title: scheduler.title, reason, cronIsRunning };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof FileError)) throw error;
    return { target: null, title: null, reason: error.message, cronIsRunning };
  }
}
