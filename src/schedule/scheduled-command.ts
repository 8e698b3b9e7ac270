import { plural } from '../util/text.ts';
import type { Job } from './scheduler.ts';

/** Returns the words of the command that a scheduler starts. It needs no PATH, shell or working directory. */
export function scheduledCommand(
  job: Pick<Job, 'command' | 'workspace'>,
  { dueCheck }: { readonly dueCheck: boolean },
): readonly [string, ...string[]] {
  const [node, script] = job.command;
  const flags = dueCheck ? ['--scheduled', '--if-due'] : ['--scheduled'];
  return [node, script, 'run', ...flags, '--workspace', job.workspace];
}

/** Returns `every minute` or `every 45 minutes`, for comments in the artifacts. */
export const intervalText = ({ intervalMinutes }: Pick<Job, 'intervalMinutes'>): string =>
  intervalMinutes === 1 ? 'every minute' : `every ${plural(intervalMinutes, 'minute')}`;
