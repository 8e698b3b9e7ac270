import type { Day, Timestamp } from '../schema/timestamp.ts';
import { addDays, dayMs, dayOf, toTimestamp } from '../util/dates.ts';
import { InvalidArgumentError } from 'commander';
import { projectColumnNames } from '../schema/project-column-names.ts';
import { syncNames } from '../schema/sync-names.ts';
import { schedulerNames } from '../schedule/scheduler.ts';
import type { ScheduleTarget } from '../schedule/install/choose-scheduler.ts';

/** Returns a parser of names that are separated by commas. */
const parseNames =
  <Name extends string>(known: readonly Name[], noun: string) =>
  (value: string): readonly Name[] =>
    value.split(',').map((word) => {
      const found = known.find((name) => name === word.trim());
      if (found !== undefined) return found;
      throw new InvalidArgumentError(
        `Unknown ${noun} '${word.trim()}'. Known: ${known.join(', ')}.`,
      );
    });

/** Parses `--only`. */
export const parseSyncList = parseNames(syncNames, 'sync');

/** Parses `--columns`. */
export const parseColumns = parseNames(projectColumnNames, 'column');

/** Parses `--wait`: seconds, up to a day. */
export function parseSeconds(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number >= 0 && number <= 86_400) return number;
  throw new InvalidArgumentError('Expected a number of seconds from 0 to 86400.');
}

/** Common aliases of the schedulers. */
const aliases: Readonly<Record<string, ScheduleTarget>> = {
  cron: 'crontab',
  schtasks: 'task-scheduler',
  windows: 'task-scheduler',
  k8s: 'kubernetes',
};

export const targets: readonly ScheduleTarget[] = ['auto', ...schedulerNames];

export function parseTarget(value: string): ScheduleTarget {
  const target = targets.find((name) => name === value) ?? aliases[value];
  if (target !== undefined) return target;
  throw new InvalidArgumentError(`Unknown scheduler '${value}'. Known: ${targets.join(', ')}.`);
}

/** Returns a parser that accepts exactly the given values. */
export const parseOneOf =
  <Value extends string>(values: readonly Value[]) =>
  (value: string): Value => {
    const found = values.find((known) => known === value);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Expected one of ${values.join(', ')}, not '${value}'.`);
  };

export function parseLimit(value: string): number {
  if (value === 'all') return Infinity;
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number of lines from 1 to 999999, or all.');
}

/** Parses a number of days such as `400d`. */
export function parseDays(value: string): number {
  const [, days] = /^([1-9]\d{0,4})d$/.exec(value) ?? [];
  if (days !== undefined) return Number(days);
  throw new InvalidArgumentError('Expected a number of days such as 400d.');
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses `--since`. Returns a duration in milliseconds, or a day or timestamp in UTC. */
export function parseSince(value: string): number | Date {
  const [, number, unit] = /^(\d{1,5})([mhd])$/.exec(value) ?? [];
  if (unit !== undefined) return Number(number) * (unitMs[unit] ?? 0);
  const isTimestamp = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(value);
  const at = new Date(isTimestamp ? value : NaN);
  if (!Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError(
    'Expected a duration such as 90m, 12h or 7d, or a day such as 2026-11-01.',
  );
}

/** Returns the start of the period of `--since`; null without the flag. */
export function startOf(since: number | Date | undefined, now: Date): Timestamp | null {
  if (since === undefined) return null;
  return toTimestamp(typeof since === 'number' ? new Date(now.getTime() - since) : since);
}

/**
 * Returns the first day of the period of `--since` for daily values; null without the flag. A duration of 7d is the
 * last seven days including today, as on the page.
 */
export function firstDayOf(since: number | Date | undefined, today: Day): Day | null {
  if (since === undefined) return null;
  if (typeof since !== 'number') return dayOf(since);
  return addDays(today, 1 - Math.max(1, Math.ceil(since / dayMs)));
}

/** The exportable tables. */
export const exportNames = [
  'projects',
  'tokens',
  'costs',
  'runs',
  'projects-history',
  'quality-history',
] as const;

export type ExportName = (typeof exportNames)[number];

export const shells = ['bash', 'zsh', 'fish', 'pwsh'] as const;

export type Shell = (typeof shells)[number];
