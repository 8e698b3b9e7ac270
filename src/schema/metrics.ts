import * as z from 'zod/mini';

/** `metrics` in the configuration. */
export const metricsOptions = z.strictObject({
  /** For the textfile collector of Prometheus' node exporter, which reads files of this name only. */
  textfile: z.optional(
    z.string().check(z.refine((path) => /[^\\/]\.prom$/.test(path), 'does not end in ".prom"')),
  ),
});
