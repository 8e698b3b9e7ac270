import * as z from 'zod/mini';
import { readMembers } from '../report/json-stream.ts';
import { ReportError } from '../report/report-file.ts';

/** The categories that we publish, by Lighthouse's own names. */
export const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
export type Category = (typeof categories)[number];

/** One load of one page. */
export interface LighthouseRun {
  readonly url: string;
  /** 0..100; a category that was not run, or could not be scored, is not there. */
  readonly scores: ReadonlyMap<Category, number>;
  /** Milliseconds since 1970; null when the report doesn't say. */
  readonly fetchTime: number | null;
  /** Milliseconds; 0 where the audit was not run, as in Lighthouse CI. */
  readonly firstContentfulPaint: number;
  readonly interactive: number;
  /** Why the page could not be loaded: such a run has no scores. */
  readonly error: string | null;
}

const metric = z.optional(z.object({ numericValue: z.nullish(z.number()) }));
const score = z.nullish(z.number().check(z.minimum(0), z.maximum(1)));
const metrics = z.object({ 'first-contentful-paint': metric, interactive: metric });
const result = z.object({
  lighthouseVersion: z.string(),
  requestedUrl: z.optional(z.string()),
  /** Before version 10. */
  finalUrl: z.optional(z.string()),
  finalDisplayedUrl: z.optional(z.string()),
  fetchTime: z.optional(z.string()),
  runtimeError: z.optional(z.object({ code: z.string() })),
  categories: z.record(z.string(), z.object({ score })),
  audits: metrics,
});

/** Whether the first 4 KiB of a file are the beginning of a Lighthouse result. */
export const isLighthouseResult = (head: string): boolean =>
  /^\ufeff?\s*\{/.test(head) && head.includes('"lighthouseVersion"');

/** The audits, with pictures and traces in them, are by far the most: they are passed over. */
function treat(key: string, inside: string | null): boolean | 'enter' {
  if (inside !== null) return Object.hasOwn(metrics.shape, key);
  return key === 'audits' ? 'enter' : Object.hasOwn(result.shape, key);
}

/** Reads a Lighthouse result (LHR) as it streams by. Throws `ReportError` when it is broken. */
export async function parseRun(chunks: AsyncIterable<Buffer>): Promise<LighthouseRun> {
  const audits: Record<string, unknown> = {};
  const members: Record<string, unknown> = { audits };
  for await (const [key, value, inside] of readMembers(chunks, treat)) {
    (inside === null ? members : audits)[key] = value;
  }
  const parsed = result.safeParse(members);
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ReportError(`at "${at}": is not what Lighthouse writes`);
  }
  const { data } = parsed;
  const fetchTime = Date.parse(data.fetchTime ?? '');
  const error = data.runtimeError?.code ?? 'NO_ERROR';
  return {
    url: data.requestedUrl ?? data.finalDisplayedUrl ?? data.finalUrl ?? '',
    scores: toScores((category) => data.categories[category]?.score),
    fetchTime: Number.isNaN(fetchTime) ? null : fetchTime,
    firstContentfulPaint: data.audits['first-contentful-paint']?.numericValue ?? 0,
    interactive: data.audits.interactive?.numericValue ?? 0,
    error: error === 'NO_ERROR' ? null : error,
  };
}

/** Scores of 0..1 as 0..100 with two decimals, so that means of them are exact. */
export function toScores(
  scoreOf: (category: Category) => number | null | undefined,
): ReadonlyMap<Category, number> {
  const scores = new Map<Category, number>();
  for (const category of categories) {
    const value = scoreOf(category);
    if (typeof value === 'number') scores.set(category, Math.round(value * 10_000) / 100);
  }
  return scores;
}
