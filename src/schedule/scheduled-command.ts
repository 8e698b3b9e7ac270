import type { Job } from './scheduler.ts';

/** What a scheduler starts, word by word. Nothing in it depends on PATH, a shell or a working folder. */
export function commandOf(
  job: Pick<Job, 'command' | 'workspace'>,
  { dueCheck }: { readonly dueCheck: boolean },
): readonly [string, ...string[]] {
  const [node, script] = job.command;
  const flags = dueCheck ? ['--scheduled', '--if-due'] : ['--scheduled'];
  return [node, script, 'run', ...flags, '--workspace', job.workspace];
}

/** `every minute`, `every 45 minutes`: for the comments in the artifacts. */
export const everyText = ({ intervalMinutes }: Pick<Job, 'intervalMinutes'>): string =>
  intervalMinutes === 1 ? 'every minute' : `every ${String(intervalMinutes)} minutes`;
