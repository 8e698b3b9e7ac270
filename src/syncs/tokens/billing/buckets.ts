import * as z from 'zod/mini';
import type { Day } from '../../../schema/timestamp.ts';
import { UserError } from '../../../util/errors.ts';
import { addDays } from './days.ts';
import type { Ask, Query } from './client.ts';

const maxPages = 1000;

/** The envelope of both APIs. The token of the next page is opaque. */
const envelope = z.object({
  data: z.array(z.unknown()),
  has_more: z.boolean(),
  next_page: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(8192)))),
});

export interface Report<Row> {
  readonly title: string;
  readonly path: string;
  readonly query: Query;
  /** One day of the report. */
  readonly bucket: z.ZodMiniType<{ readonly date: Day; readonly rows: readonly Row[] }>;
  /** What was asked for: the first day, and today; a day more for clocks that differ. */
  readonly from: Day;
  readonly today: Day;
}

/**
 * All pages of a report, by day. Throws `UserError` NETWORK for whatever could make the sum wrong: a page that is not
 * as documented, one that leads back, pages without an end, a day twice or that was not asked for.
 */
export async function readBuckets<Row>(
  ask: Ask,
  { title, path, query, bucket, from, today }: Report<Row>,
): Promise<ReadonlyMap<Day, readonly Row[]>> {
  const fail = (problem: string): never => {
    throw new UserError('network', `${title}: GET ${path}: ${problem}`, {
      hint: 'nothing of this answer is stored; the days that were stored before are kept',
    });
  };
  const page = z.object({ ...envelope.shape, data: z.array(bucket) });
  const buckets = new Map<Day, readonly Row[]>();
  const seen = new Set<string>();
  let token: string | null = null;
  for (let number = 1; number <= maxPages; number += 1) {
    const at: Query = token === null ? [] : [['page', token]];
    const { success, data, error } = page.safeParse(await ask(path, [...query, ...at]));
    if (!success) {
      const place = error.issues[0]?.path.map(String).join('.') ?? '';
      return fail(
        `page ${String(number)} is not as documented${place === '' ? '' : `, at ${place}`}`,
      );
    }
    for (const { date, rows } of data.data) {
      if (buckets.has(date)) return fail(`${date} came twice`);
      if (date < from || date > addDays(today, 1)) return fail(`${date} was not asked for`);
      buckets.set(date, rows);
    }
    if (!data.has_more) return buckets;
    token =
      data.next_page ?? fail(`page ${String(number)} says that there are more, but not where`);
    if (seen.has(token)) return fail(`page ${String(number)} leads back to one that was read`);
    seen.add(token);
  }
  return fail(`there are more than ${String(maxPages)} pages`);
}
