/** A process that holds or requests the lock. Facts that the system does not provide are null. */
export interface Owner {
  /** Number of owners since the lock was last free; 1 is the first owner. */
  readonly generation: number;
  readonly pid: number;
  /** Start time of the process: clock ticks since boot on Linux, seconds since 1970 on macOS; `announced` on Windows. */
  readonly start: string | null;
  /** Hash of the boot id of Linux. */
  readonly boot: string | null;
  /** Inode of the pid namespace; `none` on systems without namespaces. */
  readonly pidNamespace: string | null;
  /** `<readable name>-<hash>`. */
  readonly host: string;
  /** Wall clock minus uptime in seconds: changes only when the clock is set. */
  readonly clockOffset: string | null;
  /** Random, so that every owner has a unique name. */
  readonly token: string;
}

const prefix = 'own';
const optional = (value: string | null): string => value ?? '-';

/** Returns the name of the owner's directory, which encodes the complete record in about 90 characters. */
export function formatOwner(owner: Owner): string {
  const { generation, pid, start, boot, pidNamespace, host, clockOffset, token } = owner;
  const facts = [start, boot, pidNamespace].map(optional);
  return [prefix, generation, pid, ...facts, host, optional(clockOffset), token].join('.');
}

const pattern = /^own\.(\d{1,9})\.([1-9]\d{0,9})((?:\.[\w-]{1,64}){6})$/;

/** Parses the name of an owner's directory; null for any other name. */
export function parseOwner(name: string): Owner | null {
  const [, generation, pid, rest] = pattern.exec(name) ?? [];
  if (generation === undefined || pid === undefined || rest === undefined) return null;
  const fields = rest.slice(1).split('.');
  const required = (index: number): string => fields[index] ?? '';
  const nullable = (index: number): string | null =>
    required(index) === '-' ? null : required(index);
  return {
    generation: Number(generation),
    pid: Number(pid),
    start: nullable(0),
    boot: nullable(1),
    pidNamespace: nullable(2),
    host: required(3),
    clockOffset: nullable(4),
    token: required(5),
  };
}

/** Returns by how many milliseconds the clock was set forward since the owner took the lock. */
export function forwardClockStepMs(owner: Owner, self: Owner): number {
  if (owner.host !== self.host || owner.boot !== self.boot) return 0;
  if (owner.clockOffset === null || self.clockOffset === null) return 0;
  return Math.max(0, Number(self.clockOffset) - Number(owner.clockOffset)) * 1000;
}
