import {
  tickMinutes,
  timingOf,
  timingsOf,
  timingText,
  type TimingConfig,
} from '../config/timing.ts';
import { parseCron, type Cron } from '../util/cron.ts';
import { plural } from '../util/text.ts';
import type { Job } from './scheduler.ts';

/**
 * Returns when a job starts. Syncs with different timings, and an interval with quiet hours, get a tick: the longest
 * interval that includes all due times.
 */
export function jobTiming(
  config: TimingConfig,
): Pick<Job, 'when' | 'cron' | 'intervalMinutes' | 'dueCheck'> {
  const [timing, ...others] = timingsOf(config);
  const isSingle = timing !== undefined && others.length === 0;
  const isQuiet = config.quietHours !== undefined;
  const except = isQuiet ? `, except ${String(config.quietHours)}` : '';
  if (isSingle && typeof timing === 'number' && !isQuiet) {
    const when = timing === 1 ? 'every minute' : `every ${plural(timing, 'minute')}`;
    return { when, cron: null, intervalMinutes: timing, dueCheck: false };
  }
  const when = isSingle
    ? timingText(timing)
    : config.syncs.map((name) => `${name} ${timingText(timingOf(config, name))}`).join(', ');
  const isCron = isSingle && typeof timing === 'string';
  return {
    when: `${when}${except}`,
    cron: isCron ? parseCron(timing).text : null,
    intervalMinutes: tickMinutes(config),
    dueCheck: isQuiet || !isCron,
  };
}

/** The starts of a scheduler: at the times of a cron expression, or every few minutes. */
export type Starts = (
  | { readonly cron: Cron; readonly minutes: null }
  | { readonly cron: null; readonly minutes: number }
) & { readonly dueCheck: boolean };

/** Returns the starts of a job in a scheduler, which expresses the times of a cron expression exactly, or not at all. */
export function startsOf(
  { cron, intervalMinutes, dueCheck }: Pick<Job, 'cron' | 'intervalMinutes' | 'dueCheck'>,
  isExact: (cron: Cron) => boolean,
): Starts {
  if (cron !== null) {
    const parsed = parseCron(cron);
    if (isExact(parsed)) return { cron: parsed, minutes: null, dueCheck };
  }
  return { cron: null, minutes: intervalMinutes, dueCheck: dueCheck || cron !== null };
}

/**
 * Whether no time of a cron expression is in the hours in which clocks are changed, so that all schedulers agree on it.
 * In 2024 to 2037, according to the IANA data, clocks are changed from 21:00 (Easter Island) to 4:00.
 */
export const avoidsClockChanges = ({ hours }: Cron): boolean =>
  hours.every((hour) => hour >= 4 && hour <= 20);
