import * as z from 'zod/mini';
import { documented, section } from './documented.ts';
import { fleetOptions } from './fleet.ts';
import { metricsOptions } from './metrics.ts';
import { notifyOptions } from './notify.ts';
import { syncNames, type SyncName } from './sync-names.ts';
import { syncSchemas } from './syncs.ts';
import {
  intervalMinutes,
  quietHoursOption,
  scheduleOption,
  schedulerOption,
  syncSchedulesOption,
} from './timing.ts';

/** One key per sync. */
const syncOptions = Object.fromEntries(
  syncNames.map((name) => [
    name,
    z.prefault<z.core.$ZodType<unknown, object>>(syncSchemas[name].options, {}),
  ]),
) as unknown as {
  readonly [Name in SyncName]: z.ZodMiniPrefault<(typeof syncSchemas)[Name]['options']>;
};

/** `data/config/sync.json`. Strict, so that a misspelled key is an error. */
export const configFile = z.strictObject({
  $schema: documented(
    'Path of the JSON Schema, for completion in editors.',
    z.optional(z.string()),
    '../schema/config.schema.json',
  ),
  intervalMinutes: documented(
    'Minutes between two scheduled runs.',
    z._default(intervalMinutes(), 15),
  ),
  schedule: scheduleOption,
  syncSchedules: syncSchedulesOption,
  quietHours: quietHoursOption,
  scheduler: schedulerOption,
  syncs: documented('Enabled syncs.', z._default(z.array(z.enum(syncNames)), [...syncNames])),
  timeoutMinutes: documented(
    'Time limit of one sync. The limits of all enabled syncs together must not exceed `lock.staleMinutes`.',
    z._default(z.number().check(z.positive(), z.maximum(1440)), 10),
  ),
  retries: documented(
    'How often a sync is retried after a temporary failure, such as an unreachable network.',
    z._default(z.int().check(z.minimum(0), z.maximum(10)), 2),
  ),
  lock: section('The lock that prevents concurrent runs.', {
    staleMinutes: documented(
      'Age at which a lock without heartbeat is taken over, and at which a run that hangs is stopped.',
      z._default(z.number().check(z.minimum(1), z.maximum(10_080)), 60),
    ),
  }),
  history: section('The history in `data/history/`.', {
    retentionMonths: documented(
      'Months after which history files are removed.',
      z._default(z.int().check(z.minimum(1), z.maximum(1200)), 6),
    ),
  }),
  ...syncOptions,
  report: section('The HTML report.', {
    autoUpdate: documented(
      'Whether a run updates `data/report.html` when its content changes.',
      z._default(z.boolean(), false),
    ),
  }),
  notify: z.prefault(notifyOptions, {}),
  metrics: z.prefault(metricsOptions, {}),
  fleet: z.prefault(fleetOptions, {}),
});

export type Config = z.infer<typeof configFile>;
