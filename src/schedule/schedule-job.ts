import { createHash } from 'node:crypto';
import type { Config } from '../schema/config.ts';
import { UserError } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import { defaultWorkspace, type Workspace } from '../config/workspace.ts';
import type { Job } from './scheduler.ts';
import { stablePath } from './stable-path.ts';

/** What a scheduler is to start for this workspace. Throws `UserError` USAGE for a path that none can name. */
export async function jobFor(config: Config, workspace: Workspace, system: System): Promise<Job> {
  const [node, script] = system.processInfo.command;
  const nodeName = system.platform === 'win32' ? 'node.exe' : 'node';
  const job: Job = {
    id: scheduleId(workspace, system),
    intervalMinutes: config.intervalMinutes,
    command: [
      await stablePath(node, nodeName, system.env['PATH']),
      await stablePath(script, 'sync-runner', system.env['PATH']),
    ],
    workspace: workspace.root,
    timeLimitMinutes: Math.ceil(config.lock.staleMinutes),
  };
  const odd = [...job.command, job.workspace].find((path) => /[\p{Cc}]/u.test(path));
  if (odd === undefined) return job;
  const message = `no scheduler can start what has a control character in its path: ${odd}`;
  throw new UserError('usage', message, { hint: 'move it to a plain path' });
}

/**
 * `sync-runner` for the user's default workspace; others get a suffix that follows from their path, so
 * that each workspace can have a schedule of its own.
 */
export function scheduleId(
  workspace: Workspace,
  hints: Parameters<typeof defaultWorkspace>[0],
): string {
  if (workspace.root === defaultWorkspace(hints).root) return 'sync-runner';
  return `sync-runner-${createHash('sha256').update(workspace.root).digest('hex').slice(0, 8)}`;
}
