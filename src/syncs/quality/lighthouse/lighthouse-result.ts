import * as z from 'zod/mini';
import { streamMembers, type ChooseAction } from '../report/json-stream.ts';
import { ReportError } from '../report/report-file.ts';
import type { ReportSignature } from '../report/report-signature.ts';
import { parseDate } from '../report/report-time.ts';

/** The categories that are stored, by their names in Lighthouse. */
export const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
export type Category = (typeof categories)[number];

/** One load of one page. */
export interface LighthouseRun {
  readonly url: string;
  /** `mobile` or `desktop`; null if unknown. */
  readonly formFactor: string | null;
  /** 0..100; without the categories that were not run or could not be scored. */
  readonly scores: ReadonlyMap<Category, number>;
  /** Milliseconds since 1970; null if the report has no date. */
  readonly fetchTime: number | null;
  /** Milliseconds; 0 if the audit was not run, as in Lighthouse CI. */
  readonly firstContentfulPaint: number;
  readonly interactive: number;
  /** Why the page could not be loaded; such a run has no scores. */
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
  configSettings: z.optional(
    z.object({
      formFactor: z.nullish(z.string()),
      /** Before version 7. */
      emulatedFormFactor: z.nullish(z.string()),
    }),
  ),
  categories: z.record(z.string(), z.object({ score })),
  audits: metrics,
});

/** Whether a file is a Lighthouse result. */
export const isLighthouseResult = ({ keys }: ReportSignature): boolean =>
  keys.has('1.lighthouseVersion');

/** Most of a result are audits with screenshots and traces, which are skipped. */
const choose: ChooseAction = (key, path) => {
  if (path === null && key === 'audits') return 'enter';
  return Object.hasOwn((path === null ? result : metrics).shape, key) ? 'read' : 'skip';
};

/** Parses a Lighthouse result (LHR) from a stream. Throws `ReportError` if it is malformed. */
export async function parseRun(chunks: AsyncIterable<Buffer>): Promise<LighthouseRun> {
  const audits: Record<string, unknown> = {};
  const members: Record<string, unknown> = { audits };
  for await (const [key, value, path] of streamMembers(chunks, choose)) {
    (path === null ? members : audits)[key] = value;
  }
  const parsed = result.safeParse(members);
  if (!parsed.success) {
    const key = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ReportError(`"${key}": does not match the format of Lighthouse`);
  }
  const { data } = parsed;
  const error = data.runtimeError?.code ?? 'NO_ERROR';
  return {
    formFactor: data.configSettings?.formFactor ?? data.configSettings?.emulatedFormFactor ?? null,
    url: data.requestedUrl ?? data.finalDisplayedUrl ?? data.finalUrl ?? '',
    scores: toScores((category) => data.categories[category]?.score),
    fetchTime: parseDate(data.fetchTime),
    firstContentfulPaint: data.audits['first-contentful-paint']?.numericValue ?? 0,
    interactive: data.audits.interactive?.numericValue ?? 0,
    error: error === 'NO_ERROR' ? null : error,
  };
}

/** Returns scores of 0..1 as 0..100 with two decimals, so that their means are exact. */
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
