import { InvalidArgumentError } from 'commander';
import { syncNames, type SyncName } from '../schema/sync-names.ts';
import { schedulerNames } from '../schedule/scheduler.ts';
import type { Target } from '../schedule/select.ts';

/** The value of `--only`: some of the syncs, separated by commas. */
export function syncList(value: string): readonly string[] {
  const names = value.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !syncNames.includes(name as SyncName));
  if (unknown === undefined) return names;
  throw new InvalidArgumentError(`'${unknown}' is none of ${syncNames.join(', ')}.`);
}

/** The value of `--wait`: seconds, up to a day. */
export function seconds(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number >= 0 && number <= 86_400) return number;
  throw new InvalidArgumentError('It is a number of seconds from 0 to 86400.');
}

/** Other names that people know the schedulers by. */
const otherNames: Readonly<Record<string, Target>> = {
  cron: 'crontab',
  schtasks: 'task-scheduler',
  windows: 'task-scheduler',
  k8s: 'kubernetes',
};

export const targets: readonly Target[] = ['auto', ...schedulerNames];

/** The value of `--target`. */
export function targetNamed(value: string): Target {
  const target = targets.find((name) => name === value) ?? otherNames[value];
  if (target !== undefined) return target;
  throw new InvalidArgumentError(`'${value}' is none of ${targets.join(', ')}.`);
}

/** A value that has to be one of those named. */
export const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (value: string): Value => {
    const found = values.find((one) => one === value);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`'${value}' is none of ${values.join(', ')}.`);
  };

/** The value of `--limit`. */
export function lineCount(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It is a number of lines from 1 to 999999.');
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The value of `--since`: a span until now in milliseconds, or a day or instant in UTC. */
export function pastTime(value: string): number | Date {
  const [, number, unit] = /^(\d{1,5})([mhd])$/.exec(value) ?? [];
  if (unit !== undefined) return Number(number) * (unitMs[unit] ?? 0);
  const isInstant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(value);
  const at = new Date(isInstant ? value : NaN);
  if (!Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError(
    'It is a span such as 90m, 12h or 7d, or a day such as 2026-11-01.',
  );
}
