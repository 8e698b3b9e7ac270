import { posix } from 'node:path';
import type { Job } from './scheduler.ts';

/** Returns the words of the command that a scheduler starts. It needs no PATH, shell or working directory. */
export function scheduledCommand(
  job: Pick<Job, 'command' | 'workspace' | 'settings'>,
  { dueCheck }: { readonly dueCheck: boolean },
): readonly [string, ...string[]] {
  const [node, script] = job.command;
  const { lockWaitSeconds } = job.settings;
  const flags = [
    '--scheduled',
    ...(dueCheck ? ['--if-due'] : []),
    ...(lockWaitSeconds === 0 ? [] : ['--wait', String(lockWaitSeconds)]),
  ];
  return [node, script, 'run', ...flags, '--workspace', job.workspace];
}

/**
 * Returns the PATH of a job: the directory of git, then the default of the scheduler. Null if git was not found, so
 * that the scheduler's own PATH applies, which may be set to one with git later.
 */
export function searchPathOf(
  { git }: Pick<Job, 'git'>,
  defaultDirs: readonly string[],
): string | null {
  return git === null ? null : [...new Set([posix.dirname(git), ...defaultDirs])].join(':');
}
