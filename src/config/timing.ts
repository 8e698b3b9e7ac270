import type { Config } from '../schema/config.ts';
import type { SyncName } from '../schema/sync-names.ts';
import { dailyMinutes, parseCron } from '../util/cron.ts';
import { nextClockTime, nextCronTime, searchLimitMs } from '../util/cron-times.ts';

/** The part of the configuration that decides when runs are due. */
export type TimingConfig = Pick<
  Config,
  'intervalMinutes' | 'schedule' | 'syncSchedules' | 'quietHours' | 'syncs'
>;

/** Minutes between two runs, or a cron expression in local time. */
export type Timing = number | string;

/** Returns the timing of a sync, or of the bills, which the sync of tokens reads. */
export function timingOf(
  { intervalMinutes, schedule, syncSchedules }: TimingConfig,
  name: SyncName | 'bills',
): Timing {
  return syncSchedules[name] ?? schedule ?? intervalMinutes;
}

/** Returns the different timings of the enabled syncs. */
export const timingsOf = (config: TimingConfig): readonly Timing[] => [
  ...new Set(config.syncs.map((name) => timingOf(config, name))),
];

/** Whether runs are due at times of the clock, which depend on the time zone. */
export const hasClockTimes = (config: TimingConfig): boolean =>
  config.quietHours !== undefined ||
  [...timingsOf(config), timingOf(config, 'bills')].some((timing) => typeof timing === 'string');

/** Returns `every 15 min`, or the cron expression. */
export const timingText = (timing: Timing): string =>
  typeof timing === 'string' ? timing : `every ${String(timing)} min`;

const minuteMs = 60_000;

/** Returns when the next run after a run that started at `after` is due; null if none ever is. */
export function nextDueAfter(
  timing: Timing,
  quietHours: string | undefined,
  after: Date,
): Date | null {
  if (typeof timing === 'number') {
    return afterQuietHours(new Date(after.getTime() + timing * minuteMs), quietHours);
  }
  const cron = parseCron(timing);
  let due = nextCronTime(cron, after);
  while (due !== null && isQuiet(due, quietHours)) {
    if (due.getTime() - after.getTime() > searchLimitMs) return null;
    due = nextCronTime(cron, new Date(afterQuietHours(due, quietHours).getTime() - 1));
  }
  return due;
}

/** Whether every time of a cron expression is in the quiet hours. */
export function isAlwaysQuiet(timing: Timing, quietHours: string): boolean {
  if (typeof timing === 'number') return false;
  return dailyMinutes(parseCron(timing)).every((minute) => isQuietMinute(minute, quietHours));
}

/** Returns the shortest distance of two times of a timing in minutes. */
export function shortestMinutes(timing: Timing): number {
  if (typeof timing === 'number') return timing;
  const times = dailyMinutes(parseCron(timing));
  return Math.min(
    ...times.map((time, index) => (times[index + 1] ?? (times[0] ?? 0) + 1440) - time),
  );
}

/** Data are stale if their sync was due this often since its last success. */
export const staleAfter = 3;

/** Returns when data of `at` are stale; null if they never are. */
export function staleFrom(timing: Timing, quietHours: string | undefined, at: Date): Date | null {
  let due: Date | null = at;
  for (let count = 0; count < staleAfter && due !== null; count += 1) {
    due = nextDueAfter(timing, quietHours, due);
  }
  return due;
}

/** Returns the end of the quiet hours if they contain `at`, else `at`. */
export function afterQuietHours(at: Date, quietHours: string | undefined): Date {
  return isQuiet(at, quietHours) ? nextClockTime(minuteOfDay(quietHours?.slice(6) ?? ''), at) : at;
}

function isQuiet(at: Date, quietHours: string | undefined): boolean {
  return (
    quietHours !== undefined && isQuietMinute(at.getHours() * 60 + at.getMinutes(), quietHours)
  );
}

/** Whether quiet hours contain a minute of the day. */
function isQuietMinute(minute: number, quietHours: string): boolean {
  const [from, to] = [minuteOfDay(quietHours.slice(0, 5)), minuteOfDay(quietHours.slice(6))];
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Returns the minute of the day of `07:30`. */
const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * Returns the minutes between two starts of a job that includes every due time: a divisor of 60, and of 15 for a cron
 * expression, because the offsets of time zones are multiples of 15 minutes.
 */
export function tickMinutes(config: TimingConfig): number {
  const minutes = timingsOf(config).flatMap((timing) =>
    typeof timing === 'number' ? [timing] : [15, ...parseCron(timing).minutes],
  );
  const { quietHours } = config;
  const quietEnd = quietHours === undefined ? [] : [15, minuteOfDay(quietHours.slice(6))];
  return [...minutes, ...quietEnd].reduce(greatestCommonDivisor, 60);
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
