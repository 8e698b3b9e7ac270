import * as z from 'zod/mini';
import { CronError, parseCron } from '../util/cron.ts';
import { documented, section } from './documented.ts';
import type { syncNames } from './sync-names.ts';

export const intervalMinutes = () => z.int().check(z.minimum(1), z.maximum(1440));

/** Why a text is not a cron expression, or null. */
function cronProblem(text: string): string | null {
  try {
    parseCron(text);
    return null;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}

const isCron = z.check((context) => {
  const { value } = context;
  const problem = typeof value === 'string' ? cronProblem(value) : null;
  if (problem === null) return;
  const message = `is not a cron expression: it ${problem}`;
  context.issues.push({ code: 'custom', input: value, message });
});

/** `schedule` in the configuration. */
export const scheduleOption = documented(
  'Times of the scheduled runs as a cron expression in local time, instead of `intervalMinutes`.',
  z.optional(z.string().check(isCron)),
  '*/15 9-18 * * 1-5',
);

/** `quietHours` in the configuration. */
export const quietHoursOption = documented(
  'Hours of the day, in local time, in which no scheduled run starts.',
  z.optional(
    z.string().check(
      z.refine(
        (text) => /^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/.test(text),
        'is not a range of times, such as "22:00-07:00"',
      ),
      z.refine((text) => text.slice(0, 5) !== text.slice(6), 'is an empty range of times'),
    ),
  ),
  '22:00-07:00',
);

const ownSchedule = (description: string, example: number | string) =>
  documented(
    `${description}: minutes between two scheduled runs, or a cron expression.`,
    z.optional(z.union([intervalMinutes(), z.string()]).check(isCron)),
    example,
  );

const examples = { tokens: 60, quality: '0 12 * * 1-5', projects: 5 } as const;

/** `syncSchedules` in the configuration. */
export const syncSchedulesOption = section(
  'Schedules of single syncs, which otherwise have that of `schedule` or `intervalMinutes`.',
  {
    tokens: ownSchedule('Schedule of `tokens`', examples.tokens),
    quality: ownSchedule('Schedule of `quality`', examples.quality),
    projects: ownSchedule('Schedule of `projects`', examples.projects),
    bills: ownSchedule(
      'Schedule of the bills, which are read by the first run of `tokens` from then on',
      1440,
    ),
  } satisfies Readonly<Record<(typeof syncNames)[number] | 'bills', unknown>>,
);

/** `scheduler` in the configuration. */
export const schedulerOption = section('Settings of the installed job.', {
  jitterSeconds: documented(
    'Longest delay of a start, so that machines do not start at the same time (systemd, Task Scheduler).',
    z.optional(z.int().check(z.minimum(0), z.maximum(3600))),
    60,
  ),
  requireAcPower: documented(
    'Whether runs start only on AC power (systemd, Task Scheduler).',
    z._default(z.boolean(), false),
  ),
  requireNetwork: documented(
    'Whether runs start only with a network connection (Task Scheduler).',
    z._default(z.boolean(), false),
  ),
  lockWaitSeconds: documented(
    'How long a scheduled run waits for another run to finish.',
    z._default(z.int().check(z.minimum(0), z.maximum(3600)), 0),
  ),
  priority: documented('Priority of scheduled runs.', z._default(z.enum(['low', 'normal']), 'low')),
});
