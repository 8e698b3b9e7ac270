import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import { day, type Day } from '../../../schema/timestamp.ts';
import { addDays } from '../../../util/dates.ts';
import { parseAmount } from '../pricing/money.ts';
import { noTokens } from '../token-counts.ts';
import { createClient, type FetchJson } from './api-client.ts';
import { baseUrlOf } from './base-url.ts';
import type { Bill, BillRow } from './bill.ts';
import { billingSource, type BillRequest } from './billing-source.ts';
import { amount, daysFrom, name, parseResponse, responseFault } from './report-rows.ts';

const title = 'LiteLLM proxy';
const path = '/user/daily/activity';

/**
 * The daily activity of a LiteLLM proxy (docs.litellm.ai/docs/proxy/cost_tracking, "Daily Spend Breakdown API";
 * checked against get_daily_activity of BerriAI/litellm): tokens and spend by UTC day and model. The proxy calculates
 * the spend from its prices, so that it is reported rather than billed. Disabled without its key.
 */
export const litellm = billingSource({
  name: 'litellm',
  title: 'the spend of the LiteLLM proxy',
  isEnabled: (options, secrets) => options.litellm.enabled && Boolean(secrets['LITELLM_ADMIN_KEY']),
  costBasis: 'reported',
  missingSecrets: () => null,
  organization: () => null,
  readBill,
});

/** `prompt_tokens` includes the tokens of the cache; `spend` is in dollars. */
const metrics = z.object({
  spend: amount,
  prompt_tokens: count,
  completion_tokens: count,
  cache_read_input_tokens: z._default(count, 0),
  cache_creation_input_tokens: z._default(count, 0),
  api_requests: count,
});
type Metrics = z.infer<typeof metrics>;

const activityPage = z.object({
  results: z.array(
    z.object({
      date: day,
      metrics,
      breakdown: z.object({ models: z.record(z.string(), z.object({ metrics })) }),
    }),
  ),
  metadata: z.object({ page: count, total_pages: count, has_more: z.boolean() }),
});

const pageSize = 1000;
const maxPages = 1000;

async function readBill({ from, today, secrets, signal }: BillRequest): Promise<Bill> {
  const fetchJson = createClient({
    apiName: title,
    baseUrl: baseUrlOf(secrets, 'LITELLM_BASE_URL', 'http://localhost:4000'),
    keyName: 'LITELLM_ADMIN_KEY',
    key: secrets['LITELLM_ADMIN_KEY'] ?? '',
    headers: (key) => ({ Authorization: `Bearer ${key}` }),
    signal,
  });
  // New rows of today would move those of other days to another page.
  const rows = [
    ...(await readActivity(fetchJson, from, addDays(today, -1))),
    ...(await readActivity(fetchJson, today, today)),
  ];
  return { days: daysFrom(from, today), rows };
}

/** Reads all pages. The rows of a day may be on several of them. */
async function readActivity(fetchJson: FetchJson, from: Day, to: Day): Promise<readonly BillRow[]> {
  const request = `GET ${path}`;
  const rows: BillRow[] = [];
  let pages: number | null = null;
  for (let page = 1; page <= maxPages; page += 1) {
    const response = await fetchJson(path, [
      ['start_date', from],
      ['end_date', to],
      ['page', String(page)],
      ['page_size', String(pageSize)],
    ]);
    const { results, metadata } = parseResponse(activityPage, response, { title, request });
    pages ??= metadata.total_pages;
    if (metadata.page !== page || metadata.total_pages !== pages) {
      throw responseFault(title, request, 'the pages changed while they were read');
    }
    for (const { date, metrics: total, breakdown } of results) {
      if (date < from || date > to)
        throw responseFault(title, request, `${date} was not requested`);
      const models = Object.entries(breakdown.models).map(([model, { metrics: own }]) =>
        toRow(date, model, own),
      );
      rows.push(...models, ...restOf(toRow(date, 'unknown', total), models));
    }
    if (!metadata.has_more) return rows;
  }
  throw responseFault(title, request, `there are more than ${String(maxPages)} pages`);
}

/**
 * Returns the row of what has no model, such as calls of MCP tools; none if the models are everything. The proxy adds
 * binary fractions, so that less than a microdollar may remain.
 */
function restOf(total: BillRow, models: readonly BillRow[]): readonly BillRow[] {
  const sumOf = (valueOf: (row: BillRow) => number | null): number =>
    models.reduce((sum, row) => sum + (valueOf(row) ?? 0), 0);
  const rest = (valueOf: (row: BillRow) => number | null): number =>
    Math.max(0, (valueOf(total) ?? 0) - sumOf(valueOf));
  const cost = models.reduce((left, row) => left - (row.cost ?? 0n), total.cost ?? 0n);
  const responses = rest((row) => row.responses);
  const tokens = {
    ...total.tokens,
    input: rest((row) => row.tokens.input),
    output: rest((row) => row.tokens.output),
    cacheWrite5m: rest((row) => row.tokens.cacheWrite5m),
    cacheRead: rest((row) => row.tokens.cacheRead),
  };
  const hasCost = cost >= 1_000_000n || cost <= -1_000_000n;
  const isEmpty = !hasCost && responses === 0 && Object.values(tokens).every((kind) => kind === 0);
  return isEmpty ? [] : [{ ...total, tokens, responses, cost: hasCost ? cost : 0n }];
}

const toRow = (date: Day, model: string, own: Metrics): BillRow => ({
  date,
  model: name.parse(model) ?? 'unknown',
  workspace: null,
  serviceTier: null,
  contextWindow: null,
  tokens: {
    ...noTokens,
    input: Math.max(
      0,
      own.prompt_tokens - own.cache_read_input_tokens - own.cache_creation_input_tokens,
    ),
    output: own.completion_tokens,
    // The lifetime is unknown.
    cacheWrite5m: own.cache_creation_input_tokens,
    cacheRead: own.cache_read_input_tokens,
  },
  responses: own.api_requests,
  cost: parseAmount(String(own.spend), 0),
  isSearch: false,
});
