import type { Cron } from './cron.ts';

const minuteMs = 60_000;

/** At most 8 years, plus a few days, are between two times of an expression: 29 February in 2096 and in 2104. */
export const searchLimitMs = 3000 * 24 * 60 * minuteMs;

/**
 * Returns the first time after `after` at which a cron expression is due in the local time zone; see
 * `Cron.followsClock` for the days on which the clock changes. Null for an impossible date such as 30 February.
 */
export function nextCronTime(cron: Cron, after: Date): Date | null {
  return cron.followsClock ? nextOnClock(cron, after) : nextFixedTime(cron, after);
}

/** Returns the first minute after `after` at which the wall clock matches. */
function nextOnClock(cron: Cron, after: Date): Date | null {
  let at = Math.floor(after.getTime() / minuteMs) * minuteMs + minuteMs;
  for (;;) {
    const clock = wallClock(at);
    const match = nextMatch(cron, clock);
    if (match === null) return null;
    if (match === clock) return new Date(at);
    const next = at + match - clock;
    // If the clock changes in between, it may show a matching time earlier.
    at = offsetAt(next) === offsetAt(at) ? next : clockChange(at, next);
  }
}

/** Returns the first time after `after` of an expression whose times are due once a day. */
function nextFixedTime(cron: Cron, after: Date): Date | null {
  let clock: number | null = wallClock(Math.floor(after.getTime() / minuteMs) * minuteMs);
  // The end of a gap is due for the times in the gap, which the clock has passed.
  clock -= Math.max(0, offsetAt(after.getTime()) - offsetAt(after.getTime() - minuteMs));
  for (;;) {
    clock = nextMatch(cron, clock + minuteMs);
    if (clock === null) return null;
    const at = firstInstant(clock);
    if (at > after.getTime()) return new Date(at);
  }
}

/** Returns when the local clock shows a minute of the day next, or the end of the gap if it does not on that day. */
export function nextClockTime(minuteOfDay: number, after: Date): Date {
  const [minutes, hours] = [[minuteOfDay % 60], [Math.floor(minuteOfDay / 60)]];
  const anyDay = { daysOfMonth: null, months: null, daysOfWeek: null, followsClock: false };
  const cron = { text: '', minutes, hours, ...anyDay };
  // The fixed time is the end of a gap, or the first of two; the clock shows the second one.
  const times = [nextFixedTime(cron, after), nextOnClock(cron, after)];
  return new Date(Math.min(...times.map((at) => at?.getTime() ?? Infinity)));
}

/** Returns when the clock shows a time first, or the end of the gap if it never does. */
function firstInstant(clock: number): number {
  const wall = new Date(clock);
  // The date of a missing time is after the gap, by as much as the time is after its start.
  const at = new Date(
    wall.getUTCFullYear(),
    wall.getUTCMonth(),
    wall.getUTCDate(),
    wall.getUTCHours(),
    wall.getUTCMinutes(),
  ).getTime();
  const shift = wallClock(at) - clock;
  return shift === 0 ? at : clockChange(at - shift, at);
}

/** Returns the first instant with another offset than `from`, which is before `to`. */
function clockChange(from: number, to: number): number {
  let [before, after] = [from, to];
  while (after - before > minuteMs) {
    const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs;
    if (offsetAt(middle) === offsetAt(from)) before = middle;
    else after = middle;
  }
  return after;
}

/** Offset of the local time zone from UTC in milliseconds. */
const offsetAt = (at: number): number => -new Date(at).getTimezoneOffset() * minuteMs;

/** Returns the local date and time as if it were in UTC. */
const wallClock = (at: number): number => at + offsetAt(at);

/** Returns the first matching time at or after `clock`, or null. Both are local times as if they were in UTC. */
function nextMatch(cron: Cron, clock: number): number | null {
  const { minutes, hours } = cron;
  const at = new Date(clock);
  while (at.getTime() - clock <= searchLimitMs) {
    if (!matchesDate(cron, at)) {
      at.setUTCHours(24, 0, 0, 0);
      continue;
    }
    const hour = hours.find((one) => one >= at.getUTCHours());
    if (hour === undefined) {
      at.setUTCHours(24, 0, 0, 0);
      continue;
    }
    if (hour > at.getUTCHours()) at.setUTCHours(hour, 0, 0, 0);
    const minute = minutes.find((one) => one >= at.getUTCMinutes());
    if (minute !== undefined) return at.setUTCMinutes(minute, 0, 0);
    at.setUTCHours(hour + 1, 0, 0, 0);
  }
  return null;
}

function matchesDate({ daysOfMonth, months, daysOfWeek }: Cron, at: Date): boolean {
  if (months && !months.includes(at.getUTCMonth() + 1)) return false;
  if (!daysOfMonth) return daysOfWeek?.includes(at.getUTCDay()) ?? true;
  return daysOfMonth.includes(at.getUTCDate()) || (daysOfWeek?.includes(at.getUTCDay()) ?? false);
}
