import * as z from 'zod/mini';
import { documented } from './documented.ts';

/** `metrics` in the configuration. */
export const metricsOptions = documented(
  'Metrics for Prometheus.',
  z.strictObject({
    textfile: documented(
      "Path of a file, ending in `.prom`, for the textfile collector of Prometheus' node exporter.",
      z.optional(
        z.string().check(z.refine((path) => /[^\\/]\.prom$/.test(path), 'does not end in ".prom"')),
      ),
      '/var/lib/node_exporter/sync-runner.prom',
    ),
  }),
);
