import * as z from 'zod/mini';
import { timestamp } from '../../../schema/timestamp.ts';
import { count } from '../../../schema/numbers.ts';
import type { Coverage } from '../../../schema/quality.ts';
import { judgeFreshness } from './coverage-freshness.ts';

const hits = z.object({ covered: count, total: count });

/** What the reports of a project say, as it is kept from run to run while no report changes. */
export const coverageOutcome = z.object({
  measure: z.nullable(
    z.object({
      ...hits.shape,
      metric: z.nullable(z.enum(['line', 'statement', 'instruction', 'sequencePoint'])),
      branches: z.nullable(hits),
      functions: z.nullable(hits),
      rounding: z.enum(['nearest', 'down']),
    }),
  ),
  sources: z.array(
    z.object({
      path: z.string(),
      format: z.string(),
      ...hits.shape,
      reportTime: z.nullable(timestamp),
    }),
  ),
  /** Why there is no measure. */
  reason: z.nullable(z.string()),
  /** What each report covers, for its freshness. */
  covered: z.array(
    z.object({
      reportTime: z.nullable(z.number()),
      tracked: z.boolean(),
      sources: z.array(z.string()),
    }),
  ),
  /** Source files that the reports name and the project doesn't have. */
  missingFiles: count,
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});

export type CoverageOutcome = z.infer<typeof coverageOutcome>;

/**
 * The coverage of a project as the snapshot tells it.
 * @param modifiedAt when a source was written, in milliseconds since 1970; null when it is gone.
 */
export function toCoverage(
  { measure, sources, reason, covered, missingFiles }: CoverageOutcome,
  modifiedAt: (path: string) => number | null,
): Coverage {
  const { freshness, staleFiles, goneFiles } = judgeFreshness(covered, modifiedAt);
  const known = measure !== null;
  return {
    percent: measure && percentOf(measure),
    covered: measure?.covered ?? null,
    total: measure?.total ?? null,
    metric: measure?.metric ?? null,
    branches: measure?.branches ?? null,
    functions: measure?.functions ?? null,
    sources,
    freshness: known ? freshness : null,
    staleFiles: known ? staleFiles : null,
    missingFiles: known ? missingFiles + goneFiles : null,
    reason,
  };
}

/** Two decimals, rounded as the report's tool prints them. */
function percentOf({ covered, total, rounding }: NonNullable<CoverageOutcome['measure']>): number {
  const hundredths = (covered * 10_000) / total;
  return (rounding === 'down' ? Math.floor(hundredths) : Math.round(hundredths)) / 100;
}
