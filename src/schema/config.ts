import * as z from 'zod/mini';
import { metricsOptions } from './metrics.ts';
import { notifyOptions } from './notify.ts';
import { syncNames, type SyncName } from './sync-names.ts';
import { contracts } from './syncs.ts';

/** One key per sync. */
const syncOptions = Object.fromEntries(
  syncNames.map((name) => [
    name,
    z.prefault<z.core.$ZodType<unknown, object>>(contracts[name].options, {}),
  ]),
) as unknown as {
  readonly [Name in SyncName]: z.ZodMiniPrefault<(typeof contracts)[Name]['options']>;
};

/** `data/config/sync.json`. Strict: an unknown key is a typing error that the user wants to hear of. */
export const configFile = z.strictObject({
  $schema: z.optional(z.string()),
  intervalMinutes: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 15),
  syncs: z._default(z.array(z.enum(syncNames)), [...syncNames]),
  timeoutMinutes: z._default(z.number().check(z.positive(), z.maximum(1440)), 10),
  retries: z._default(z.int().check(z.minimum(0), z.maximum(10)), 2),
  lock: z.prefault(
    z.strictObject({
      staleMinutes: z._default(z.number().check(z.minimum(1), z.maximum(10_080)), 60),
    }),
    {},
  ),
  history: z.prefault(
    z.strictObject({
      retentionMonths: z._default(z.int().check(z.minimum(1), z.maximum(1200)), 6),
    }),
    {},
  ),
  ...syncOptions,
  report: z.prefault(
    z.strictObject({
      /** Whether every run that changes something rebuilds `data/report.html`. */
      autoUpdate: z._default(z.boolean(), false),
    }),
    {},
  ),
  notify: z.prefault(notifyOptions, {}),
  metrics: z.prefault(metricsOptions, {}),
});

export type Config = z.infer<typeof configFile>;
