import { readdir, readFile } from 'node:fs/promises';
import { nullIfInaccessible } from '../../util/errors.ts';

/** Names of the processes of cron daemons: Debian's, cronie, dcron and busybox, fcron, bcron. */
const daemonNames = new Set(['cron', 'crond', 'fcron', 'bcron-sched', 'bcron-start']);

/** systemd-cron has no daemon: it converts crontabs to timers. */
const cronUnit = '/run/systemd/generator/cron.target.wants';

/** Whether a cron daemon runs; null if this can't be determined, as on systems without a `/proc` of processes. */
export async function isCronRunning(proc = '/proc', unit = cronUnit): Promise<boolean | null> {
  const entries = (await nullIfInaccessible(readdir(proc))) ?? [];
  const pids = entries.filter((name) => /^\d+$/.test(name));
  // With the mount option hidepid the processes of other users, also the first one, are invisible.
  if (!pids.includes('1')) return null;
  // A process may have ended meanwhile.
  const names = await Promise.all(
    pids.map((pid) => nullIfInaccessible(readFile(`${proc}/${pid}/comm`, 'utf8'))),
  );
  if (names.some((name) => name !== null && daemonNames.has(name.trim()))) return true;
  return (await nullIfInaccessible(readdir(unit))) !== null;
}
