import { readlink } from 'node:fs/promises';
import { readRegularFile } from '../util/fs.ts';
import type { System } from '../system/system.ts';

import type { Owner } from './owner.ts';

/** `alive` is certain: the very process that took the lock. `unknown` is all that can't be examined. */
export type Verdict = 'alive' | 'dead' | 'unknown';

/** Who this process is, with a new token. */
export async function identify(system: System): Promise<Owner> {
  const { pid } = system.processInfo;
  // Loaded when needed: most calls of `status` find no lock to judge.
  const { createHash, randomBytes } = await import('node:crypto');
  const hash = (text: string): string =>
    createHash('sha256').update(`sync-runner ${text}`).digest('hex').slice(0, 10);
  const [boot, pidNamespace, machine, uptime, process] = await Promise.all([
    readText('/proc/sys/kernel/random/boot_id'),
    ownPidNamespace(system),
    readText('/etc/machine-id'),
    readText('/proc/uptime'),
    examineProcess(pid, system),
  ]);
  // Start ticks count from the boot, and procfs may show another namespace under our numbers.
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

/** Whether an owner still runs, as far as `self` can see from where it runs. */
export async function judge(owner: Owner, self: Owner, system: System): Promise<Verdict> {
  if (owner.host !== self.host) return 'unknown';
  if (owner.boot !== null && self.boot !== null && owner.boot !== self.boot) return 'dead';
  if (owner.pidNamespace === null || owner.pidNamespace !== self.pidNamespace) return 'unknown';
  const process = await examineProcess(owner.pid, system);
  if (system.signalProcess(owner.pid, 0) === 'missing') return 'dead';
  // A number that is in use says nothing yet: it may have been given to another process.
  if (process === null || owner.start === null || self.start === null) return 'unknown';
  return process.isRunning && process.start === owner.start ? 'alive' : 'dead';
}

interface ProcessFacts {
  readonly start: string;
  /** False for a zombie: it answers to signal 0, but does nothing any more. */
  readonly isRunning: boolean;
}

async function examineProcess(pid: number, system: System): Promise<ProcessFacts | null> {
  if (system.platform === 'linux') {
    // proc(5): `pid (name) state ppid …`, where the name may hold anything; the start is field 22.
    const stat = await readText(`/proc/${String(pid)}/stat`);
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    const [state, start] = [fields[0], fields[19]];
    if (state === undefined || start === undefined) return null;
    return { start, isRunning: !['Z', 'X'].includes(state) };
  }
  return system.platform === 'darwin' ? examineWithPs(pid, system) : null;
}

async function examineWithPs(pid: number, system: System): Promise<ProcessFacts | null> {
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

/** The inode of our pid namespace; null where procfs is missing, or belongs to another namespace. */
async function ownPidNamespace({ platform, processInfo: self }: System): Promise<string | null> {
  if (platform !== 'linux') return 'none';
  try {
    if ((await readlink('/proc/self')) !== String(self.pid)) return null;
    return /\d+/.exec(await readlink('/proc/self/ns/pid'))?.[0] ?? null;
  } catch {
    return null;
  }
}

/** A short file of the system; null where it can't be had. */
async function readText(path: string): Promise<string | null> {
  try {
    const file = await readRegularFile(path, { maxBytes: 65_536, followLink: true });
    return file?.bytes.toString().trim() ?? null;
  } catch {
    return null;
  }
}
