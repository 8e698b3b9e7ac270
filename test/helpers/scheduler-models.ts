import { execFileSync } from 'node:child_process';
import type { ClockChange } from './calendar-oracle.ts';

/**
 * Models of the five schedulers: when each one starts a job, computed from the rendered text alone. All times are in
 * minutes since 1970. Zones are those of `Intl`, independently of the code under test.
 */

/** Every minute of a period and of the day before, with what the wall clock shows. */
export interface Clock {
  readonly change: ClockChange;
  /** By the minute of the day. */
  readonly times: ReadonlyMap<number, readonly WallMinute[]>;
  /** The times that the clock skips; `at` is the end of their gap. */
  readonly skipped: readonly WallMinute[];
}

interface WallMinute {
  readonly at: number;
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
  /** Whether the clock has shown this time before. */
  readonly isRepeated: boolean;
}

export function clockOf(change: ClockChange, zone = change.zone): Clock {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetAt = (at: number): number => {
    const parts = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(at * 60_000)) ?? [];
    const [, sign, hours = 0, minutes = 0] = parts;
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
  const from = change.from.getTime() / 60_000 - 1440;
  const times = new Map<number, WallMinute[]>();
  const skipped: WallMinute[] = [];
  let offset = offsetAt(from);
  let latest = from + offset - 1;
  for (let at = from; at < change.to.getTime() / 60_000; at += 1) {
    // Offsets change at quarters of an hour.
    if (at % 15 === 0) offset = offsetAt(at);
    const wall = at + offset;
    for (let gap = latest + 1; gap < wall; gap += 1) skipped.push(wallMinute(at, gap, false));
    const time = wallMinute(at, wall, wall <= latest);
    latest = Math.max(latest, wall);
    const minuteOfDay = time.hour * 60 + time.minute;
    times.set(minuteOfDay, [...(times.get(minuteOfDay) ?? []), time]);
  }
  return { change, times, skipped };
}

/** `wall` is what the clock shows, as minutes since 1970. */
function wallMinute(at: number, wall: number, isRepeated: boolean): WallMinute {
  const date = new Date(wall * 60_000);
  return {
    ...{ at, minute: date.getUTCMinutes(), hour: date.getUTCHours(), day: date.getUTCDate() },
    ...{ month: date.getUTCMonth() + 1, weekday: date.getUTCDay(), isRepeated },
  };
}

/** Returns the values of a numeric field of crontab(5). */
function valuesOf(field: string, min: number, max: number): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [first = '', last = first] =
      range === '*' ? [String(min), String(max)] : range.split('-');
    for (let value = Number(first); value <= Number(last); value += Number(step)) values.add(value);
  }
  return values;
}

/** Returns the minutes that match. If both kinds of days are restricted, one of them has to match. */
function matching(expression: string, { times }: Pick<Clock, 'times'>): readonly WallMinute[] {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.split(' ');
  const [days, months] = [valuesOf(day, 1, 31), valuesOf(month, 1, 12)];
  const weekdays = valuesOf(weekday, 0, 6);
  const isEither = day !== '*' && weekday !== '*';
  return [...valuesOf(hour, 0, 23)]
    .flatMap((hours) => [...valuesOf(minute, 0, 59)].map((minutes) => hours * 60 + minutes))
    .flatMap((minuteOfDay) => times.get(minuteOfDay) ?? [])
    .filter((time) => months.has(time.month))
    .filter((time) =>
      isEither
        ? days.has(time.day) || weekdays.has(time.weekday)
        : days.has(time.day) && weekdays.has(time.weekday),
    );
}

/** Returns the minutes in order, each once. */
const sorted = (times: readonly WallMinute[]): readonly number[] =>
  [...new Set(times.map(({ at }) => at))].toSorted((a, b) => a - b);

/**
 * Debian's cron, `main()` of cron.c: jobs whose minute or hour starts with `*` follow the clock. For the others a virtual
 * clock runs through a gap of up to three hours at its end, and waits while the clock repeats up to three hours.
 */
export function cronStarts(line: string, clock: Clock): readonly number[] {
  const [expression = ''] = /^(?:\S+ ){4}\S+/.exec(line) ?? [];
  const times = matching(expression, clock);
  if (
    expression
      .split(' ')
      .slice(0, 2)
      .some((field) => field.startsWith('*'))
  )
    return sorted(times);
  const skipped = clock.skipped.map((time) => [time.hour * 60 + time.minute, [time]] as const);
  return sorted([
    ...times.filter(({ isRepeated }) => !isRepeated),
    ...matching(expression, { times: new Map(skipped) }),
  ]);
}

/** robfig/cron in the controller of Kubernetes: every minute of the zone that matches. */
export function kubernetesStarts(yaml: string, local: Clock, utc: Clock): readonly number[] {
  const expression = /schedule: "([^"]+)"/.exec(yaml)?.[1] ?? '';
  const zone = /timeZone: "?([\w/]+)/.exec(yaml)?.[1] ?? '';
  if (zone !== 'Etc/UTC' && zone !== local.change.zone) throw new Error(`unexpected zone ${zone}`);
  return sorted(matching(expression, zone === 'Etc/UTC' ? utc : local));
}

/** launchd.plist(5): whenever the clock shows all values of a dictionary. */
export function launchdStarts(plist: string, { times }: Clock): readonly number[] {
  const [, array = ''] =
    /<key>StartCalendarInterval<\/key>\s*<array>([^]*?)<\/array>/.exec(plist) ?? [];
  const starts = [...array.matchAll(/<dict\/>|<dict>([^]*?)<\/dict>/g)].flatMap(
    ([, content = '']) => {
      const value = (key: string): number | null => {
        const [, text] = new RegExp(`<key>${key}</key>\\s*<integer>(\\d+)<`).exec(content) ?? [];
        return text === undefined ? null : Number(text);
      };
      const [minute, hour] = [value('Minute'), value('Hour')];
      const [day, month, weekday] = [value('Day'), value('Month'), value('Weekday')];
      const range = (one: number | null, count: number): readonly number[] =>
        one === null ? Array.from({ length: count }, (_, index) => index) : [one];
      return range(hour, 24)
        .flatMap((hours) => range(minute, 60).map((minutes) => hours * 60 + minutes))
        .flatMap((minuteOfDay) => times.get(minuteOfDay) ?? [])
        .filter((time) => day === null || time.day === day)
        .filter((time) => month === null || time.month === month)
        .filter((time) => weekday === null || time.weekday === weekday);
    },
  );
  return sorted(starts);
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
];

function minutesOf(duration: string): number {
  const [, d = 0, h = 0, m = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  return Number(d) * 1440 + Number(h) * 60 + Number(m);
}

/**
 * Task Scheduler: a trigger at its start on each day that matches, and then at the interval while its duration lasts. A
 * start in UTC without a schedule repeats for ever.
 */
export function taskStarts(xml: string, clock: Clock): readonly number[] {
  const starts = new Set<number>();
  const text = (content: string, name: string): string =>
    new RegExp(`<${name}>([^<]*)<`).exec(content)?.[1] ?? '';
  for (const [, kind, content = ''] of xml.matchAll(
    /<(CalendarTrigger|TimeTrigger)>([^]*?)<\/\1>/g,
  )) {
    const boundary = text(content, 'StartBoundary');
    const interval = minutesOf(text(content, 'Interval'));
    if (kind === 'TimeTrigger') {
      if (!boundary.endsWith('Z')) throw new Error('not in UTC');
      const first = Date.parse(boundary) / 60_000;
      const all = [...clock.times.values()].flat();
      for (const { at } of all) if ((at - first) % interval === 0) starts.add(at);
      continue;
    }
    const [, hour = '', minute = ''] = /T(\d\d):(\d\d):00$/.exec(boundary) ?? [];
    const duration = minutesOf(text(content, 'Duration'));
    const months = monthNames.flatMap((name, index) =>
      content.includes(`<${name} />`) ? [index + 1] : [],
    );
    const weekdays = days.flatMap((name, index) =>
      content.includes(`<${name} />`) ? [index] : [],
    );
    const dates = [...content.matchAll(/<Day>(\d+)</g)].map(([, date]) => Number(date));
    for (const time of clock.times.get(Number(hour) * 60 + Number(minute)) ?? []) {
      if (months.length > 0 && !months.includes(time.month)) continue;
      if (weekdays.length > 0 && !weekdays.includes(time.weekday)) continue;
      if (dates.length > 0 && !dates.includes(time.day)) continue;
      starts.add(time.at);
      for (let later = interval; later > 0 && later < duration; later += interval)
        starts.add(time.at + later);
    }
  }
  const end = clock.change.to.getTime() / 60_000;
  return [...starts].filter((at) => at < end).toSorted((a, b) => a - b);
}

/** The calendar expressions of a timer. */
export const onCalendarLines = (timer: string): readonly string[] =>
  [...timer.matchAll(/^OnCalendar=(.*)$/gm)].map(([, line = '']) => line);

/** systemd itself: the starts of calendar expressions in a zone other than UTC. */
export function systemdStarts(
  lines: readonly string[],
  { zone, from, to }: ClockChange,
): ReadonlyMap<string, readonly number[]> {
  const starts = new Map<string, readonly number[]>();
  // The first start is after the base time.
  const base = `--base-time=@${String(from.getTime() / 1000 - 1)}`;
  for (const [iterations, group] of groupsOf(lines, (to.getTime() - from.getTime()) / 60_000)) {
    const output = execFileSync(
      'systemd-analyze',
      ['calendar', `--iterations=${String(iterations)}`, base, ...group],
      { env: { ...process.env, TZ: zone, LC_ALL: 'C' }, encoding: 'utf8', maxBuffer: 2 ** 28 },
    );
    for (const [index, block] of output.split('\n\n').entries()) {
      const times = [...block.matchAll(/\(in UTC\): \w+ (\S+) (\S+) UTC$/gm)].map(
        ([, day = '', time = '']) => Date.parse(`${day}T${time}Z`) / 60_000,
      );
      const end = to.getTime() / 60_000;
      starts.set(
        group[index] ?? '',
        times.filter((at) => at < end),
      );
    }
  }
  return starts;
}

/** More than there are in so many minutes. */
function iterationsOf(line: string, minutes: number): number {
  const [, step] = /\*:00\/(\d+):00 UTC$/.exec(line) ?? [];
  // At most all minutes of one hour a day.
  return step === undefined ? minutes / 24 + 60 : Math.ceil(minutes / Number(step)) + 1;
}

function groupsOf(
  lines: readonly string[],
  minutes: number,
): ReadonlyMap<number, readonly string[]> {
  const groups = new Map<number, string[]>();
  for (const line of new Set(lines)) {
    const iterations = iterationsOf(line, minutes);
    groups.set(iterations, [...(groups.get(iterations) ?? []), line]);
  }
  return groups;
}
