import { readdir, readFile, readlink } from 'node:fs/promises';
import { nullIfInaccessible } from '../../util/errors.ts';

/** Names of the processes of cron daemons: Debian's, cronie, dcron and busybox, fcron, bcron. */
const daemonNames = new Set(['cron', 'crond', 'fcron', 'bcron-sched', 'bcron-start']);

/** systemd-cron has no daemon: it converts crontabs to timers. */
const cronUnit = '/run/systemd/generator/cron.target.wants';

/** Whether a cron daemon runs; null if this can't be determined, as on systems without a `/proc` of processes. */
export async function isCronRunning(proc = '/proc', unit = cronUnit): Promise<boolean | null> {
  const daemons = await findDaemons(proc);
  if (daemons === null || daemons.length > 0) return daemons && true;
  return isSystemdCron(unit);
}

/** Whether systemd-cron starts the jobs of crontabs. */
export const isSystemdCron = async (unit = cronUnit): Promise<boolean> =>
  (await nullIfInaccessible(readdir(unit))) !== null;

/** Returns the variable TZ of the cron daemon; null if it has none, or if only the superuser may read it. */
export async function cronDaemonTimeZone(proc = '/proc'): Promise<string | null> {
  const namespaceOf = (pid: string): Promise<string | null> =>
    nullIfInaccessible(readlink(`${proc}/${pid}/ns/pid`));
  const own = await namespaceOf('self');
  for (const pid of (await findDaemons(proc)) ?? []) {
    // The daemons of containers are visible, too.
    if (own === null || (await namespaceOf(pid)) !== own) continue;
    const environment = await nullIfInaccessible(readFile(`${proc}/${pid}/environ`, 'utf8'));
    const zone = /(?:^|\0)TZ=([^\0]*)/.exec(environment ?? '');
    if (zone !== null) return zone[1] ?? '';
  }
  return null;
}

/** Returns the process ids of cron daemons; null if those of other users are invisible. */
async function findDaemons(proc: string): Promise<readonly string[] | null> {
  const entries = (await nullIfInaccessible(readdir(proc))) ?? [];
  const pids = entries.filter((name) => /^\d+$/.test(name));
  // With the mount option hidepid the processes of other users, also the first one, are invisible.
  if (!pids.includes('1')) return null;
  // A process may have ended meanwhile.
  const names = await Promise.all(
    pids.map((pid) => nullIfInaccessible(readFile(`${proc}/${pid}/comm`, 'utf8'))),
  );
  return pids.filter((_, index) => daemonNames.has(names[index]?.trim() ?? ''));
}
