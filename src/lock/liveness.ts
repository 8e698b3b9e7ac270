import { readlink } from 'node:fs/promises';
import { readRegularFile } from '../util/fs.ts';
import type { System } from '../system/system.ts';
import type { Owner } from './owner.ts';

/** `alive`: certainly the process that took the lock. `unknown`: it can't be checked from here. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** Returns this process as an owner, with a new token. */
export async function identify(system: System): Promise<Owner> {
  const { pid } = system.processInfo;
  // Imported when needed: `status` seldom finds a lock.
  const { createHash, randomBytes } = await import('node:crypto');
  const hash = (text: string): string =>
    createHash('sha256').update(`sync-runner ${text}`).digest('hex').slice(0, 10);
  const [boot, pidNamespace, machine, uptime, process] = await Promise.all([
    readText('/proc/sys/kernel/random/boot_id'),
    ownPidNamespace(system),
    readText('/etc/machine-id'),
    readText('/proc/uptime'),
    inspectProcess(pid, system),
  ]);
  // Start ticks are relative to the boot, and procfs may show the pids of another namespace.
  const isComparable = pidNamespace !== null && (boot !== null || system.platform !== 'linux');
  const name = system.processInfo.host.replace(/[^\w-]/g, '-').slice(0, 24);
  const clockOffset = uptime === null ? NaN : system.now().getTime() / 1000 - parseFloat(uptime);
  return {
    generation: 1,
    pid,
    start: isComparable ? (process?.start ?? null) : null,
    boot: boot === null ? null : hash(boot),
    pidNamespace,
    host: `${name}-${hash(`${system.processInfo.host} ${machine ?? ''}`)}`,
    clockOffset: Number.isNaN(clockOffset) ? null : clockOffset.toFixed(0),
    token: randomBytes(8).toString('hex'),
  };
}

/** The start of an owner that was announced (see `System.announce`). */
const announced = 'announced';

/** Announces an owner where processes have no start time, so that a process that reuses its pid is not taken for it. */
export async function announceOwner(owner: Owner, system: System): Promise<Owner> {
  if (system.platform !== 'win32' || !(await system.announce(owner.token))) return owner;
  return { ...owner, start: announced };
}

/** Checks whether the process of `owner` still runs, as seen from the process `self`. */
export async function checkLiveness(owner: Owner, self: Owner, system: System): Promise<Liveness> {
  if (owner.host !== self.host) return 'unknown';
  if (owner.start === announced && system.platform === 'win32') {
    return (await system.isAnnounced(owner.token)) ? 'alive' : 'dead';
  }
  if (owner.boot !== null && self.boot !== null && owner.boot !== self.boot) return 'dead';
  if (owner.pidNamespace === null || owner.pidNamespace !== self.pidNamespace) return 'unknown';
  const process = await inspectProcess(owner.pid, system);
  if (system.signalProcess(owner.pid, 0) === 'missing') return 'dead';
  // The pid may have been reused, which only the start time reveals.
  if (process === null || owner.start === null || self.start === null) return 'unknown';
  return process.isRunning && process.start === owner.start ? 'alive' : 'dead';
}

interface ProcessInfo {
  readonly start: string;
  /** False for a zombie, which signal 0 reports as existing. */
  readonly isRunning: boolean;
}

async function inspectProcess(pid: number, system: System): Promise<ProcessInfo | null> {
  if (system.platform === 'linux') {
    // proc(5): `pid (name) state ppid …`; the name can contain any character, starttime is field 22.
    const stat = await readText(`/proc/${String(pid)}/stat`);
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    const [state, start] = [fields[0], fields[19]];
    if (state === undefined || start === undefined) return null;
    return { start, isRunning: !['Z', 'X'].includes(state) };
  }
  return system.platform === 'darwin' ? inspectWithPs(pid, system) : null;
}

async function inspectWithPs(pid: number, system: System): Promise<ProcessInfo | null> {
  try {
    const args = ['-o', 'stat=,lstart=', '-p', String(pid)];
    const env = { LC_ALL: 'C', TZ: 'UTC' };
    const { stdout } = await system.exec('/bin/ps', args, { timeoutMs: 5000, env });
    const [state = '', ...date] = Buffer.from(stdout).toString().trim().split(/\s+/);
    const startMs = Date.parse(`${date.join(' ')} UTC`);
    if (Number.isNaN(startMs)) return null;
    return { start: String(startMs / 1000), isRunning: !state.startsWith('Z') };
  } catch {
    return null;
  }
}

/** Returns the inode of the pid namespace; null if procfs is missing or belongs to another namespace. */
async function ownPidNamespace({ platform, processInfo: self }: System): Promise<string | null> {
  if (platform !== 'linux') return 'none';
  try {
    if ((await readlink('/proc/self')) !== String(self.pid)) return null;
    return /\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0] ?? null;
  } catch {
    return null;
  }
}

/** Returns the text of a short system file; null if it can't be read. */
async function readText(path: string): Promise<string | null> {
  try {
    const file = await readRegularFile(path, { maxBytes: 65_536, followLink: true });
    return file?.bytes.toString().trim() ?? null;
  } catch {
    return null;
  }
}
