/**
 * Whoever holds the lock, or wants it. What this machine can't tell is null, and then nothing is
 * concluded from it.
 */
export interface Owner {
  /** How often the lock has changed hands since it was last free; 1 is the first owner. */
  readonly generation: number;
  readonly pid: number;
  /** When the process started: clock ticks since boot on Linux, seconds since 1970 on macOS. */
  readonly start: string | null;
  /** Hash of the id that Linux gives to each boot. */
  readonly boot: string | null;
  /** Inode of the pid namespace; `none` on systems without such. */
  readonly pidNamespace: string | null;
  /** `<readable name>-<hash>`. */
  readonly host: string;
  /** Wall clock less time since boot, in seconds: it jumps when somebody sets the clock. */
  readonly clockOffset: string | null;
  /** Random, so that no two owners ever have the same name. */
  readonly token: string;
}

const prefix = 'own';
const optional = (value: string | null): string => value ?? '-';

/** The name of an owner's folder, which is the whole record: about 90 characters without a separator. */
export function formatOwner(owner: Owner): string {
  const { generation, pid, start, boot, pidNamespace, host, clockOffset, token } = owner;
  const facts = [start, boot, pidNamespace].map(optional);
  return [prefix, generation, pid, ...facts, host, optional(clockOffset), token].join('.');
}

const pattern = /^own\.(\d{1,9})\.([1-9]\d{0,9})((?:\.[\w-]{1,64}){6})$/;

/** The owner that a folder is named after; null for any other name. */
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

/** By how much the clock was set forward since the owner took the lock, in milliseconds. */
export function forwardClockStepMs(owner: Owner, self: Owner): number {
  if (owner.host !== self.host || owner.boot !== self.boot) return 0;
  if (owner.clockOffset === null || self.clockOffset === null) return 0;
  return Math.max(0, Number(self.clockOffset) - Number(owner.clockOffset)) * 1000;
}
