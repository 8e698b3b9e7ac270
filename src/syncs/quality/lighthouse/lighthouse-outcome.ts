import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import { projectQuality, type Lighthouse } from '../../../schema/quality.ts';
import { fileWarning } from '../project-files/file-warnings.ts';
import { clockToleranceMs, toTimestampOrNull } from '../report/report-time.ts';

const score = z.nullable(z.number().check(z.minimum(0), z.maximum(100)));

/** The content of a project's Lighthouse reports. Cached until one of them changes. */
export const lighthouseOutcome = z.object({
  /** Not rounded. */
  score,
  performance: score,
  accessibility: score,
  bestPractices: score,
  seo: score,
  urls: z.array(z.string()),
  runs: count,
  rule: projectQuality.shape.lighthouse.shape.rule,
  /** Milliseconds since 1970. */
  fetchTime: z.nullable(z.number()),
  /** Whether git tracks a report. git rewrites the times of tracked files, so they do not show its age. */
  tracked: z.boolean(),
  /** Why `score` is null. */
  reason: z.nullable(z.string()),
  warnings: z.array(fileWarning),
});

export type LighthouseOutcome = z.infer<typeof lighthouseOutcome>;

/**
 * Returns the Lighthouse part of a project as it is stored. It is stale if any source file is newer.
 * @param newestSource when the newest source was modified, in milliseconds since 1970; null without sources.
 */
export function toLighthouse(outcome: LighthouseOutcome, newestSource: number | null): Lighthouse {
  const { score, fetchTime, tracked } = outcome;
  const freshness = (): Lighthouse['freshness'] => {
    if (score === null) return null;
    if (tracked || fetchTime === null) return 'unknown';
    return (newestSource ?? 0) > fetchTime + clockToleranceMs ? 'stale' : 'fresh';
  };
  return {
    score: round2(score),
    performance: round2(outcome.performance),
    accessibility: round2(outcome.accessibility),
    bestPractices: round2(outcome.bestPractices),
    seo: round2(outcome.seo),
    urls: outcome.urls,
    runs: outcome.runs,
    rule: outcome.rule,
    fetchTime: toTimestampOrNull(fetchTime),
    freshness: freshness(),
    reason: outcome.reason,
  };
}

const round2 = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 100) / 100;
