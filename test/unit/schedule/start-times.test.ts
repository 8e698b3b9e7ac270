import { expect, test } from 'vitest';
import { calendarExpressions } from '../../../src/schedule/calendar.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import type { SchedulerName } from '../../../src/schedule/scheduler.ts';
import { elementText, everyInterval, exampleHost, exampleJob } from './examples.ts';

// The starts are computed from the rendered text, independently of the code that renders it.

interface Week {
  readonly zone: string;
  readonly start: string;
}

const weekMinutes = 7 * 1440;
const utcWeek: Week = { zone: 'UTC', start: '2026-03-26' };
const weeks: readonly Week[] = [
  utcWeek,
  // The clocks change on 29 March and on 25 October 2026.
  { zone: 'Europe/Berlin', start: '2026-03-26' },
  { zone: 'Europe/Berlin', start: '2026-10-22' },
];

function rendered(name: SchedulerName, intervalMinutes: number): string {
  const artifacts = schedulers[name].render({ ...exampleJob, intervalMinutes }, exampleHost);
  return artifacts.map(({ text }) => text).join('\n');
}

/** Returns the values below a limit that match a field of crontab or systemd: a star, a list, a start with a step, a number. */
function valuesOf(field: string, limit: number): ReadonlySet<number> {
  const parts = field.split(',').map((part) => {
    const [start = '', step] = part.split('/');
    const first = start === '*' ? 0 : Number(start);
    if (step !== undefined) return { first, last: limit, step: Number(step) };
    return { first, last: start === '*' ? limit : first, step: 1 };
  });
  return new Set(
    Array.from({ length: limit }, (_, value) => value).filter((value) =>
      parts.some(
        ({ first, last, step }) => value >= first && value <= last && (value - first) % step === 0,
      ),
    ),
  );
}

/** Returns the wall clock of each minute of a week. */
function wallClock({ zone, start }: Week): readonly { readonly hour: number; minute: number }[] {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' });
  const from = Date.parse(`${start}T00:00:00Z`);
  return Array.from({ length: weekMinutes }, (_, index) => {
    const [hour = '', minute = ''] = format.format(from + index * 60_000).split(':');
    return { hour: Number(hour), minute: Number(minute) };
  });
}

const clocks = new Map(weeks.map((week) => [week, wallClock(week)]));
const knownStarts = new Map<string, readonly number[]>();

/** Returns the seconds of a week at which any of the lines matches the wall clock, each up to `maxDelay` later. */
function startsOf(
  lines: readonly (readonly [hour: string, minute: string])[],
  week: Week,
  maxDelay = 0,
): readonly number[] {
  const key = JSON.stringify([lines, week, maxDelay]);
  const known = knownStarts.get(key);
  if (known) return known;
  const values = lines.map(([hours, minutes]) => [valuesOf(hours, 24), valuesOf(minutes, 60)]);
  const starts = (clocks.get(week) ?? [])
    .flatMap(({ hour, minute }, index) =>
      values.some(([hours, minutes]) => hours?.has(hour) === true && minutes?.has(minute) === true)
        ? [index * 60]
        : [],
    )
    .map((start, index) => start + ((index * 7919) % (maxDelay + 1)));
  knownStarts.set(key, starts);
  return starts;
}

/** Returns the starts that `run --if-due` passes: those at least an interval, less 30 s, after the last one. */
function dueOnly(starts: readonly number[], intervalMinutes: number): readonly number[] {
  const due: number[] = [];
  let next = -Infinity;
  for (const start of starts) {
    if (start < next) continue;
    due.push(start);
    next = start + intervalMinutes * 60 - 30;
  }
  return due;
}

/** Returns the gaps, in seconds, that differ from the interval by more than the tolerance. */
function wrongGaps(
  runs: readonly number[],
  intervalMinutes: number,
  toleranceSeconds = 0,
): readonly number[] {
  return runs
    .slice(1)
    .map((run, index) => run - (runs[index] ?? 0))
    .filter((gap) => Math.abs(gap - intervalMinutes * 60) > toleranceSeconds);
}

const cronLines = everyInterval.map((intervalMinutes) => {
  const text = rendered('crontab', intervalMinutes);
  const [, minute = '', hour = '', days = ''] = /^(\S+) (\S+) (.*?) \//m.exec(text) ?? [];
  return { intervalMinutes, minute, hour, days, dueCheck: text.includes(' --if-due ') };
});

type CronLine = (typeof cronLines)[number];

function cronRuns({ minute, hour, dueCheck, intervalMinutes }: CronLine, week: Week, maxDelay = 0) {
  const starts = startsOf([[hour, minute]], week, maxDelay);
  return dueCheck ? dueOnly(starts, intervalMinutes) : starts;
}

const rendersForEveryDay = cronLines.every(({ days }) => days === '* * *');

test.each(weeks)(
  'crontab runs exactly every interval from 1 to 1440 minutes in the week of $start in $zone',
  (week) => {
    expect(rendersForEveryDay).toBe(true);
    const wrong = cronLines.filter((line) => {
      const runs = cronRuns(line, week);
      const isComplete = runs.length >= Math.floor(weekMinutes / line.intervalMinutes) - 1;
      return !isComplete || wrongGaps(runs, line.intervalMinutes).length > 0;
    });
    expect(wrong).toEqual([]);
  },
);

test.each(weeks)(
  'crontab keeps every gap within a minute in the week of $start in $zone when cron is up to 25 s late',
  (week) => {
    const wrong = cronLines.filter(
      (line) => wrongGaps(cronRuns(line, week, 25), line.intervalMinutes, 60).length > 0,
    );
    expect(wrong).toEqual([]);
  },
);

test('systemd runs exactly every interval from 1 to 1440 minutes in UTC', () => {
  const wrong = everyInterval.filter((interval) => {
    const text = rendered('systemd', interval);
    const lines = [...text.matchAll(/^OnCalendar=\*-\*-\* (\S+):(\S+):00 UTC$/gm)].map(
      ([, hour = '', minute = '']) => [hour, minute] as const,
    );
    const starts = startsOf(lines, utcWeek);
    const runs = text.includes('--if-due') ? dueOnly(starts, interval) : starts;
    const isComplete = runs.length >= Math.floor(weekMinutes / interval) - 1;
    return !isComplete || wrongGaps(runs, interval).length > 0;
  });
  expect(wrong).toEqual([]);
});

const launchdAgents = everyInterval.map((interval) => {
  const text = rendered('launchd', interval);
  const [, seconds] = /<key>StartInterval<\/key>\s*<integer>(\d+)/.exec(text) ?? [];
  const minutes = [...text.matchAll(/<key>Minute<\/key>\s*<integer>(\d+)/g)].map(([, n]) => n);
  return { interval, seconds, minutes, dueCheck: text.includes('--if-due') };
});

test.each(weeks)(
  'launchd runs exactly every interval from 1 to 1440 minutes in the week of $start in $zone',
  (week) => {
    const wrong = launchdAgents.filter(({ interval, seconds, minutes, dueCheck }) => {
      if (seconds !== undefined) {
        return Number(seconds) !== interval * 60 || interval > 60 || dueCheck;
      }
      const line = ['*', minutes.length === 0 ? '*' : minutes.join(',')] as const;
      const starts = startsOf([line], week);
      const runs = dueCheck ? dueOnly(starts, interval) : starts;
      const isComplete = runs.length >= Math.floor(weekMinutes / interval) - 1;
      return !isComplete || wrongGaps(runs, interval).length > 0;
    });
    expect(wrong).toEqual([]);
  },
);

test('calendarExpressions returns several lines when the minutes differ from hour to hour', () => {
  expect(calendarExpressions(45)).toEqual([
    '*-*-* 00/3:00,45:00 UTC',
    '*-*-* 01/3:30:00 UTC',
    '*-*-* 02/3:15:00 UTC',
  ]);
  const lines = everyInterval.map((interval) => calendarExpressions(interval)?.length ?? 0);
  expect(Math.max(...lines)).toBe(8);
});

test('kubernetes runs exactly every interval from 1 to 1440 minutes in UTC', () => {
  const wrong = everyInterval.filter((interval) => {
    const text = rendered('kubernetes', interval);
    const [minute = '', hour = ''] = (/schedule: "([^"]+)"/.exec(text)?.[1] ?? '').split(' ');
    const starts = startsOf([[hour, minute]], utcWeek);
    const runs = text.includes('--if-due') ? dueOnly(starts, interval) : starts;
    const isComplete = runs.length >= Math.floor(weekMinutes / interval) - 1;
    return !isComplete || wrongGaps(runs, interval).length > 0;
  });
  expect(wrong).toEqual([]);
});

test('task-scheduler repeats exactly every interval from 1 to 1440 minutes in UTC', () => {
  const wrong = everyInterval.filter((interval) => {
    const text = rendered('task-scheduler', interval);
    const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(elementText(text, 'Interval'));
    const [days = 0, hours = 0, minutes = 0] =
      parts?.slice(1).map((part) => Number(part || 0)) ?? [];
    const isUtc = elementText(text, 'StartBoundary').endsWith('Z');
    return days * 1440 + hours * 60 + minutes !== interval || !isUtc || text.includes('--if-due');
  });
  expect(wrong).toEqual([]);
});
