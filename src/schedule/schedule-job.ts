import { createHash } from 'node:crypto';
import { defaultWorkspace, type Workspace } from '../config/workspace.ts';
import type { Config } from '../schema/config.ts';
import { findProgramOrNull } from '../system/find-program.ts';
import type { System } from '../system/system.ts';
import { localTimeZone } from '../system/time-zone.ts';
import { comparablePath } from '../util/compare-paths.ts';
import { UserError } from '../util/errors.ts';
import { jobTiming } from './job-timing.ts';
import type { Job } from './scheduler.ts';
import { resolveLink, stablePath } from './stable-path.ts';

/** Returns how long a job may take, and its settings. */
export const jobOptions = (
  config: Config,
): Pick<Job, 'syncMinutes' | 'timeLimitMinutes' | 'settings'> => ({
  syncMinutes: config.syncs.length * config.timeoutMinutes,
  timeLimitMinutes: Math.ceil(config.lock.staleMinutes),
  settings: config.scheduler,
});

/** Returns the job of a workspace. Throws `UserError` with code `usage` for a path that schedulers cannot represent. */
export async function createJob(
  config: Config,
  workspace: Workspace,
  system: System,
): Promise<Job> {
  const [node, script] = system.processInfo.command;
  const nodeName = system.platform === 'win32' ? 'node.exe' : 'node';
  // One schedule for all paths of the workspace: through a link, or in another case where that is ignored.
  const realPath = async ({ root }: Workspace): Promise<string> =>
    (await resolveLink(root)) ?? root;
  const root = await realPath(workspace);
  const job: Job = {
    id: scheduleId(root, await realPath(defaultWorkspace(system))),
    ...jobTiming(config),
    timeZone: localTimeZone() ?? 'Etc/UTC',
    command: [
      await stablePath(node, nodeName, system.env['PATH']),
      await stablePath(script, 'sync-runner', system.env['PATH']),
    ],
    git: await findGit(system),
    workspace: root,
    ...jobOptions(config),
  };
  const paths = [...job.command, ...(job.git === null ? [] : [job.git]), job.workspace];
  const invalid = paths.find((path) => /[\p{Cc}]/u.test(path));
  if (invalid === undefined) return job;
  const message = `schedulers do not support control characters in paths: ${invalid}`;
  throw new UserError('usage', message, { hint: 'move it to a path without control characters' });
}

/** Returns the path of the git that this shell uses, or null if there is none. */
async function findGit(system: System): Promise<string | null> {
  const git = await findProgramOrNull('git', system);
  const name = system.platform === 'win32' ? 'git.exe' : 'git';
  return git === null ? null : stablePath(git, name, system.env['PATH']);
}

/**
 * Returns `sync-runner` for the default workspace, and with a suffix derived from the path for any other. All spellings
 * of a path of Windows have the same id.
 */
export function scheduleId(root: string, defaultRoot: string): string {
  const path = comparablePath(root);
  if (path === comparablePath(defaultRoot)) return 'sync-runner';
  return `sync-runner-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}
