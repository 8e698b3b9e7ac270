import { readdir, readFile } from 'node:fs/promises';
import { errnoOf, isMachineProblem } from '../../util/errors.ts';

/** Names of the processes of cron daemons: Debian's, cronie, dcron and busybox, fcron, bcron. */
const daemonNames = new Set(['cron', 'crond', 'fcron', 'bcron-sched', 'bcron-start']);

/** systemd-cron has no daemon: it converts crontabs to timers. */
const cronUnit = '/run/systemd/generator/cron.target.wants';

/** Whether a cron daemon runs; null if this can't be determined, as on systems without a `/proc` of processes. */
export async function isCronRunning(proc = '/proc', unit = cronUnit): Promise<boolean | null> {
  const pids = ((await orNull(readdir(proc))) ?? []).filter((name) => /^\d+$/.test(name));
  // With the mount option hidepid the processes of other users, also the first one, are invisible.
  if (!pids.includes('1')) return null;
  const names = await Promise.all(
    pids.map((pid) => orNull(readFile(`${proc}/${pid}/comm`, 'utf8'))),
  );
  if (names.some((name) => name !== null && daemonNames.has(name.trim()))) return true;
  return (await orNull(readdir(unit))) !== null;
}

/** Returns null for a path that does not exist, such as that of a process that has ended. */
async function orNull<Value>(read: Promise<Value>): Promise<Value | null> {
  try {
    return await read;
  } catch (error) {
    if (errnoOf(error) === null || isMachineProblem(error)) throw error;
    return null;
  }
}
