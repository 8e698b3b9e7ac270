import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import type { Lighthouse } from '../../../schema/quality.ts';
import { instantOrNull } from '../report/report-time.ts';

const score = z.nullable(z.number().check(z.minimum(0), z.maximum(100)));

/** What the Lighthouse reports of a project say, as it is kept from run to run while none changes. */
export const lighthouseOutcome = z.object({
  /** Not rounded. */
  score,
  performance: score,
  accessibility: score,
  bestPractices: score,
  seo: score,
  urls: z.array(z.string()),
  runs: count,
  rule: z.nullable(z.enum(['manifest', 'median', 'single'])),
  /** Milliseconds since 1970. */
  fetchTime: z.nullable(z.number()),
  /** git rewrites the times of tracked files, so that they say nothing. */
  tracked: z.boolean(),
  /** Why there is no score. */
  reason: z.nullable(z.string()),
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});

export type LighthouseOutcome = z.infer<typeof lighthouseOutcome>;

// File systems and clocks differ by that much.
const toleranceMs = 2000;

/**
 * The Lighthouse part of a project as the snapshot tells it. It is stale when any source file is newer.
 * @param newestSource when a source file was written last, in milliseconds since 1970; null without any.
 */
export function toLighthouse(outcome: LighthouseOutcome, newestSource: number | null): Lighthouse {
  const { score, fetchTime, tracked } = outcome;
  const freshness = (): Lighthouse['freshness'] => {
    if (score === null) return null;
    if (tracked || fetchTime === null) return 'unknown';
    return (newestSource ?? 0) > fetchTime + toleranceMs ? 'stale' : 'fresh';
  };
  return {
    score: rounded(score),
    performance: rounded(outcome.performance),
    accessibility: rounded(outcome.accessibility),
    bestPractices: rounded(outcome.bestPractices),
    seo: rounded(outcome.seo),
    urls: outcome.urls,
    runs: outcome.runs,
    rule: outcome.rule,
    fetchTime: instantOrNull(fetchTime),
    freshness: freshness(),
    reason: outcome.reason,
  };
}

const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 100) / 100;
