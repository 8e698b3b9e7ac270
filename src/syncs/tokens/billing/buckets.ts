import * as z from 'zod/mini';
import type { Day } from '../../../schema/timestamp.ts';
import { addDays } from '../../../util/dates.ts';
import type { FetchJson, Query } from './api-client.ts';
import { responseFault } from './report-rows.ts';

const maxPages = 1000;

/** The envelope of both APIs. The token of the next page is opaque. */
const envelope = z.object({
  data: z.array(z.unknown()),
  has_more: z.boolean(),
  next_page: z.optional(z.nullable(z.string().check(z.minLength(1), z.maxLength(8192)))),
});

/** The common properties of the reports of one API. */
interface ReportApi {
  readonly title: string;
  readonly fetchJson: FetchJson;
  /** The parameter of the first day. */
  readonly start: Query[number];
  /** The key of a bucket that contains its day. */
  readonly day: readonly [key: string, schema: z.ZodMiniType<Day>];
  /** The first day that the query is for. */
  readonly from: Day;
  /** The last one. One more is accepted, because clocks differ. */
  readonly today: Day;
}

interface Report<Row> {
  readonly path: string;
  readonly row: z.ZodMiniType<Row>;
  /** How many buckets a page may have. */
  readonly limit: number;
  readonly dimensions: readonly string[];
}

/**
 * Reads all pages of a report, by day. Throws `UserError` with code `network` for everything that could make sums
 * wrong: an undocumented or repeated page, too many pages, a duplicate day, a day outside the query.
 */
export async function readBuckets<Row>(
  { title, fetchJson, start, day: [dayKey, day], from, today }: ReportApi,
  { path, row, limit, dimensions }: Report<Row>,
): Promise<ReadonlyMap<Day, readonly Row[]>> {
  const fail = (problem: string): never => {
    throw responseFault(title, `GET ${path}`, problem);
  };
  const query: Query = [
    start,
    ['bucket_width', '1d'],
    ['limit', String(limit)],
    ...dimensions.map((dimension) => ['group_by[]', dimension] as const),
  ];
  const bucket = z.pipe(
    z.object({ [dayKey]: day, results: z.array(row) }),
    z.transform((one) => ({ date: one[dayKey] as Day, rows: one['results'] as readonly Row[] })),
  );
  const page = z.object({ ...envelope.shape, data: z.array(bucket) });
  const buckets = new Map<Day, readonly Row[]>();
  const seen = new Set<string>();
  let token: string | null = null;
  for (let number = 1; number <= maxPages; number += 1) {
    const pageQuery: Query = token === null ? [] : [['page', token]];
    const response = await fetchJson(path, [...query, ...pageQuery]);
    const { success, data, error } = page.safeParse(response);
    if (!success) {
      const location = error.issues[0]?.path.map(String).join('.') ?? '';
      return fail(
        `page ${String(number)} is not as documented${location === '' ? '' : `, at ${location}`}`,
      );
    }
    for (const { date, rows } of data.data) {
      if (buckets.has(date)) return fail(`${date} was returned twice`);
      if (date < from || date > addDays(today, 1)) return fail(`${date} was not requested`);
      buckets.set(date, rows);
    }
    if (!data.has_more) return buckets;
    token = data.next_page ?? fail(`page ${String(number)} has more pages but no next_page`);
    if (seen.has(token))
      return fail(`page ${String(number)} leads to a page that was read already`);
    seen.add(token);
  }
  return fail(`there are more than ${String(maxPages)} pages`);
}
