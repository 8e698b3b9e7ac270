import { describe, expect, test } from 'vitest';
import { calendarExpressions } from '../../../src/schedule/calendar.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import type { SchedulerName } from '../../../src/schedule/scheduler.ts';
import { elementText, everyInterval, exampleHost, exampleJob } from './examples.ts';

// Every start is derived from the rendered text, by rules of its own: what the scheduler would do with it.

interface Week {
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly from: number;
}

const weekMinutes = 7 * 1440;
const weeks: readonly Week[] = ['Europe/Berlin', 'UTC'].flatMap((zone) =>
  // The clocks change in Berlin on 29 March and on 25 October 2026.
  ['2026-03-26T00:00:00Z', '2026-10-22T00:00:00Z'].map((from) => ({
    zone,
    from: Date.parse(from),
  })),
);

function rendered(name: SchedulerName, intervalMinutes: number): string {
  const artifacts = schedulers[name].render({ ...exampleJob, intervalMinutes }, exampleHost);
  return artifacts.map(({ text }) => text).join('\n');
}

/** A star, a start with a step, a list or a number: what crontab and systemd have in common. */
function matches(field: string, value: number): boolean {
  return field.split(',').some((part) => {
    const [start = '', step] = part.split('/');
    if (step === undefined) return start === '*' || Number(start) === value;
    const first = start === '*' ? 0 : Number(start);
    return value >= first && (value - first) % Number(step) === 0;
  });
}

/** The wall clock of each minute of a week. */
function wallClock({ zone, from }: Week): readonly { readonly hour: number; minute: number }[] {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' });
  return Array.from({ length: weekMinutes }, (_, index) => {
    const [hour = '', minute = ''] = format.format(from + index * 60_000).split(':');
    return { hour: Number(hour), minute: Number(minute) };
  });
}

const clocks = new Map(weeks.map((week) => [week, wallClock(week)]));
const remembered = new Map<string, readonly number[]>();

/** The seconds of a week at which the fields of any of the lines match the wall clock. */
function startsOf(lines: readonly (readonly [hour: string, minute: string])[], week: Week) {
  const key = JSON.stringify([lines, week]);
  const known = remembered.get(key);
  if (known) return known;
  const starts = (clocks.get(week) ?? []).flatMap(({ hour, minute }, index) =>
    lines.some(([hours, minutes]) => matches(hours, hour) && matches(minutes, minute))
      ? [index * 60]
      : [],
  );
  remembered.set(key, starts);
  return starts;
}

/** What `run --if-due` makes of starts: it lets one pass when an interval is over, less 30 seconds. */
function dueOnly(starts: readonly number[], intervalMinutes: number): readonly number[] {
  let due = -Infinity;
  return starts.filter((start) => {
    if (start < due) return false;
    due = start + intervalMinutes * 60 - 30;
    return true;
  });
}

/** The gaps, in seconds, that are not what was asked for. */
const wrongGaps = (runs: readonly number[], intervalMinutes: number, toleranceSeconds = 0) =>
  runs
    .slice(1)
    .map((run, index) => run - (runs[index] ?? 0))
    .filter((gap) => Math.abs(gap - intervalMinutes * 60) > toleranceSeconds);

/** Asserts outside the hot loop: 1440 intervals at once. */
function expectNone(wrong: readonly (readonly [interval: number, gaps: readonly number[]])[]) {
  expect(wrong.filter(([, gaps]) => gaps.length > 0).slice(0, 5)).toEqual([]);
}

describe.each(weeks)('in $zone, the week from $from', (week) => {
  function cronRuns(intervalMinutes: number, jitter = 0): readonly number[] {
    const line = /^((?:\S+ ){5})(\/.*)$/m.exec(rendered('crontab', intervalMinutes));
    const [minute = '', hour = '', ...days] = (line?.[1] ?? '').trim().split(' ');
    expect(days).toEqual(['*', '*', '*']);
    const starts = startsOf([[hour, minute]], week).map(
      (start, index) => start + ((index * 7919) % (jitter + 1)),
    );
    return (line?.[2] ?? '').includes(' --if-due ') ? dueOnly(starts, intervalMinutes) : starts;
  }

  test('cron runs at every interval from 1 to 1440 minutes with gaps of exactly that', () => {
    expectNone(everyInterval.map((n) => [n, wrongGaps(cronRuns(n), n)]));
    for (const n of [1, 15, 45, 90, 1440]) {
      expect(cronRuns(n).length).toBeGreaterThanOrEqual(weekMinutes / n - 1);
    }
  });

  test('cron that starts up to 25 seconds late keeps every gap within a minute', () => {
    expectNone(everyInterval.map((n) => [n, wrongGaps(cronRuns(n, 25), n, 60)]));
  });
});

describe('systemd', () => {
  test('starts with gaps of exactly the interval where it divides a day', () => {
    const week = { zone: 'UTC', from: weeks[2]?.from ?? 0 };
    clocks.set(week, wallClock(week));
    const divisors = everyInterval.filter((n) => 1440 % n === 0);
    expect(divisors).toHaveLength(36);
    const wrong = divisors.map((n) => {
      const lines = [
        ...rendered('systemd', n).matchAll(/^OnCalendar=\*-\*-\* (\S+):(\S+):00 UTC$/gm),
      ].map(([, hour = '', minute = '']) => [hour, minute] as const);
      const starts = startsOf(lines, week);
      expect(starts.length).toBe(weekMinutes / n);
      return [n, wrongGaps(starts, n)] as const;
    });
    expectNone(wrong);
  });

  test.each(['systemd', 'launchd'] as const)('%s counts seconds exactly for the rest', (name) => {
    const rest = everyInterval.filter((n) => name === 'launchd' || !calendarExpressions(n));
    const wrong = rest.map((n) => {
      const text = rendered(name, n);
      const seconds = Number(/OnUnitActiveSec=(\d+)s|<integer>(\d+)/.exec(text)?.slice(1).join(''));
      expect(seconds).toBeLessThanOrEqual(3600);
      // Each start is a little late, and the next one counts from it.
      const starts = Array.from(
        { length: (20 * 3600) / 30 },
        (_, index) => index * (seconds + 0.2),
      ).filter((start) => start < 10 * n * 60);
      const runs = text.includes('--if-due') ? dueOnly(starts, n) : starts;
      expect(runs.length).toBeGreaterThan(1);
      return [n, wrongGaps(runs, n, 30)] as const;
    });
    expectNone(wrong);
  });

  test('takes several lines where the minutes differ from hour to hour', () => {
    expect(calendarExpressions(45)).toEqual([
      '*-*-* 00/3:00,45:00 UTC',
      '*-*-* 01/3:30:00 UTC',
      '*-*-* 02/3:15:00 UTC',
    ]);
    const lines = everyInterval.map((n) => calendarExpressions(n)?.length ?? 0);
    expect(Math.max(...lines)).toBe(8);
  });
});

test('Kubernetes starts with gaps of exactly the interval in UTC', () => {
  const week = weeks[2] ?? { zone: 'UTC', from: 0 };
  const wrong = everyInterval.map((n) => {
    const text = rendered('kubernetes', n);
    const [minute = '', hour = ''] = (/schedule: "([^"]+)"/.exec(text)?.[1] ?? '').split(' ');
    const starts = startsOf([[hour, minute]], week);
    expect(text.match(/schedule:/g)).toHaveLength(1);
    return [n, wrongGaps(text.includes('--if-due') ? dueOnly(starts, n) : starts, n)] as const;
  });
  expectNone(wrong);
});

test('the Task Scheduler repeats after exactly the interval, in UTC', () => {
  for (const n of everyInterval) {
    const text = rendered('task-scheduler', n);
    const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(elementText(text, 'Interval'));
    const [days = 0, hours = 0, minutes = 0] =
      parts?.slice(1).map((part) => Number(part || 0)) ?? [];
    expect(days * 1440 + hours * 60 + minutes).toBe(n);
    expect(elementText(text, 'StartBoundary')).toMatch(/Z$/);
    expect(text).not.toContain('--if-due');
  }
});
