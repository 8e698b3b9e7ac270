import { Cron } from 'croner';
import { sizeFor } from './torture.ts';

export interface ClockChange {
  readonly zone: string;
  /** The days around the change, at least a week. */
  readonly from: Date;
  readonly to: Date;
}

/** Half the length of what is compared. */
const marginMs = sizeFor({ suite: 3.5, torture: 7 }) * 86_400_000;

const change = (zone: string, day: string): ClockChange => ({
  zone,
  from: new Date(Date.parse(day) - marginMs),
  to: new Date(Date.parse(day) + marginMs),
});

/** Both changes of three zones. Lord Howe Island changes by half an hour. */
export const clockChanges: readonly ClockChange[] = [
  change('Europe/Berlin', '2026-03-29'),
  change('Europe/Berlin', '2026-10-25'),
  change('America/New_York', '2026-03-08'),
  change('America/New_York', '2026-11-01'),
  change('Australia/Lord_Howe', '2026-04-05'),
  change('Australia/Lord_Howe', '2026-10-04'),
];

/**
 * Returns the times, in minutes since 1970, at which croner is due. Its rule for the days on which the clock changes is
 * that of cron(8), except for steps of a range, which are therefore written as lists. The zone is that of the process.
 */
export function oracleTimes(expression: string, { from, to }: ClockChange): readonly number[] {
  const [minute = '', hour = '', ...days] = expression.split(' ');
  const text = [...[minute, hour].map(withoutSteps), ...days].join(' ');
  const cron = new Cron(text, { fixedTimeRule: 'no-wildcard' });
  const times: number[] = [];
  for (let at = cron.nextRun(from); at && at < to; at = cron.nextRun(at)) {
    times.push(at.getTime() / 60_000);
  }
  return times;
}

const withoutSteps = (field: string): string =>
  field.replace(/(\d+)(?:-(\d+))?\/(\d+)/g, (_step, first: string, last = '59', by = '1') =>
    Array.from({ length: 60 }, (_, value) => value)
      .filter((value) => value >= Number(first) && value <= Number(last))
      .filter((value) => (value - Number(first)) % Number(by) === 0)
      .join(','),
  );
