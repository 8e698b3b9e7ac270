import { plural } from './text.ts';

/**
 * A cron expression as sets of numbers, ascending. Null means any day or month. If both kinds of days are set, a date
 * matches if either matches, as in crontab(5).
 */
export interface Cron {
  /** The expression with numbers instead of names, as every cron reads it. */
  readonly text: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 to 31. */
  readonly daysOfMonth: readonly number[] | null;
  /** 1 to 12. */
  readonly months: readonly number[] | null;
  /** 0 (Sunday) to 6. */
  readonly daysOfWeek: readonly number[] | null;
  /**
   * Whether the minute or the hour starts with `*`. As in cron(8), such an expression follows the clock when it
   * changes: times that do not exist are omitted, times that exist twice count twice. The times of any other expression
   * are due once on every day: at the end of the gap, or the first time.
   */
  readonly followsClock: boolean;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names: readonly string[];
}

const fields = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of the month', min: 1, max: 31, names: [] },
  {
    ...{ name: 'month', min: 1, max: 12 },
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  // 7 is Sunday, too.
  {
    ...{ name: 'day of the week', min: 0, max: 7 },
    names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
  },
] as const satisfies readonly Field[];

const macros: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/** Thrown by `parseCron`. The message continues a sentence: `has 4 fields`. */
export class CronError extends Error {}

/**
 * Parses a cron expression of crontab(5): minute, hour, day of the month, month and day of the week, or `@hourly` and
 * the like. Throws `CronError`.
 */
export function parseCron(text: string): Cron {
  const trimmed = text.trim().toLowerCase();
  if (trimmed.startsWith('@') && macros[trimmed] === undefined) {
    throw new CronError(`must be one of ${Object.keys(macros).join(', ')}`);
  }
  const parts = (macros[trimmed] ?? trimmed).split(/\s+/).filter((part) => part !== '');
  const [minute, hour, dayOfMonth, month, dayOfWeek] = parts;
  if (parts.length > 5 || dayOfWeek === undefined) {
    const names = fields.map(({ name }) => name).join(', ');
    throw new CronError(`must have 5 fields (${names}), not ${plural(parts.length, 'field')}`);
  }
  const cron = {
    minutes: parseField(minute ?? '', fields[0]),
    hours: parseField(hour ?? '', fields[1]),
    daysOfMonth: nullIfAll(parseField(dayOfMonth ?? '', fields[2]), 31),
    months: nullIfAll(parseField(month ?? '', fields[3]), 12),
    daysOfWeek: nullIfAll(unique(parseField(dayOfWeek, fields[4]).map((day) => day % 7)), 7),
    followsClock: minute?.startsWith('*') === true || hour?.startsWith('*') === true,
  };
  const { daysOfMonth, months, daysOfWeek } = cron;
  if (daysOfMonth && daysOfWeek && `${dayOfMonth ?? ''} ${dayOfWeek}`.includes('*')) {
    throw new CronError(
      'combines two kinds of days, one of them with *, which schedulers read differently; write 1-31/2 instead of */2',
    );
  }
  if (daysOfMonth && !daysOfWeek && !hasDate(daysOfMonth, months)) {
    throw new CronError('never occurs: no such month has that day');
  }
  const canonical = [
    fieldText(cron.minutes, minute ?? '', 60),
    fieldText(cron.hours, hour ?? '', 24),
    ...[daysOfMonth, months, daysOfWeek].map((values) => (values ? listText(values) : '*')),
  ];
  return { text: canonical.join(' '), ...cron };
}

/** Returns the minutes of the day at which an expression is due, ascending. */
export const dailyMinutes = ({ hours, minutes }: Cron): readonly number[] =>
  hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));

const nullIfAll = (values: readonly number[], count: number): readonly number[] | null =>
  values.length === count ? null : values;

function parseField(text: string, field: Field): readonly number[] {
  return unique(text.split(',').flatMap((part) => parsePart(part, field)));
}

function parsePart(part: string, field: Field): readonly number[] {
  const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d{1,4}))?$/.exec(part);
  if (!match) throw invalidValue(part, field);
  const [, star, first = '', last, step] = match;
  const from = star ? field.min : parseValue(first, field);
  const isSingle = !star && last === undefined && step === undefined;
  const to = last === undefined ? (isSingle ? from : field.max) : parseValue(last, field);
  if (from > to) {
    throw new CronError(`has ${part} as ${field.name}, which ends before it starts`);
  }
  const by = Number(step ?? 1);
  if (by === 0) throw new CronError(`has ${part} as ${field.name}, with a step of 0`);
  const values = Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, n) => from + n * by);
  // Only an explicit 7 is Sunday.
  return field.max === 7 && last === undefined && !isSingle ? values.filter((n) => n < 7) : values;
}

function parseValue(text: string, field: Field): number {
  const named = field.names.indexOf(text);
  if (named !== -1) return named + field.min;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < field.min || value > field.max)
    throw invalidValue(text, field);
  return value;
}

function invalidValue(text: string, { name, min, max, names }: Field): CronError {
  const named = names.length === 0 ? '' : ` or ${names[0] ?? ''} to ${names.at(-1) ?? ''}`;
  const range = `${String(min)} to ${String(max)}${named}`;
  return new CronError(`has ${text === '' ? 'nothing' : text} as ${name}, which must be ${range}`);
}

/** Whether any of the months has any of the days. */
function hasDate(days: readonly number[], months: readonly number[] | null): boolean {
  const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return (months ?? [1]).some((month) => (days[0] ?? 1) <= (lengths[month - 1] ?? 31));
}

/** Returns a minute or hour with the `*` at its start, because of its meaning when the clock changes. */
function fieldText(values: readonly number[], source: string, count: number): string {
  if (values.length === count && source.startsWith('*')) return '*';
  if (/^\*\/\d+$/.test(source)) return source;
  const [star = ''] = source.split(',');
  return star.startsWith('*') ? `${star},${listText(values)}` : listText(values);
}

/** Returns `1-5,7` for 1, 2, 3, 4, 5 and 7. */
function listText(values: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const value of values) {
    const range = ranges.at(-1);
    if (range?.[1] === value - 1) range[1] = value;
    else ranges.push([value, value]);
  }
  return ranges
    .map(([first, last]) => (first === last ? String(first) : `${String(first)}-${String(last)}`))
    .join(',');
}

const unique = (values: readonly number[]): readonly number[] =>
  [...new Set(values)].toSorted((a, b) => a - b);
