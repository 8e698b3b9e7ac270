import * as z from 'zod/mini';
import type { Day } from '../../../schema/timestamp.ts';
import { dayOf } from '../../../util/dates.ts';
import { count } from '../../../schema/numbers.ts';
import { parseAmount } from '../pricing/money.ts';
import { noTokens } from '../token-counts.ts';
import { baseUrlOf } from './base-url.ts';
import type { Bill, BillRow } from './bill.ts';
import { billingSource, type BillRequest } from './billing-source.ts';
import { readBuckets } from './buckets.ts';
import { createClient } from './api-client.ts';
import { amount, name, completeDays, optionalCount } from './report-rows.ts';

const title = 'OpenAI Admin API';

/**
 * The bill of an OpenAI organization (platform.openai.com/docs/api-reference, "Usage"): tokens of completions by
 * day, model and project, all costs by day, project and line item. Disabled without its key.
 */
export const openai = billingSource({
  name: 'openai',
  title: 'the OpenAI bill',
  isEnabled: (options, secrets) => options.openai.enabled && Boolean(secrets['OPENAI_ADMIN_KEY']),
  missingSecrets: () => null,
  organization: () => null,
  readBill,
});

/** `input_tokens` includes cached tokens and those written to the cache. */
const usageRow = z.object({
  model: name,
  project_id: name,
  input_tokens: count,
  input_uncached_tokens: optionalCount,
  input_cached_tokens: optionalCount,
  input_cache_write_tokens: optionalCount,
  output_tokens: count,
  num_model_requests: optionalCount,
});

/** `value` is in dollars. */
const costRow = z.object({
  project_id: name,
  line_item: name,
  amount: z.object({
    value: amount,
    currency: z.string().check(z.regex(/^usd$/i)),
  }),
});

const startDay = z.pipe(
  count.check(z.maximum(1e11)),
  z.transform((seconds) => dayOf(new Date(seconds * 1000))),
);

async function readBill({ from, today, secrets, signal }: BillRequest): Promise<Bill> {
  const fetchJson = createClient({
    apiName: title,
    baseUrl: baseUrlOf(secrets, 'OPENAI_BASE_URL', 'https://api.openai.com/v1'),
    keyName: 'OPENAI_ADMIN_KEY',
    key: secrets['OPENAI_ADMIN_KEY'] ?? '',
    headers: (key) => ({ Authorization: `Bearer ${key}` }),
    signal,
  });
  const start = ['start_time', String(Date.parse(from) / 1000)] as const;
  const api = { title, fetchJson, start, day: ['start_time', startDay], from, today } as const;
  const usage = await readBuckets(api, {
    path: '/organization/usage/completions',
    row: usageRow,
    limit: 31,
    dimensions: ['model', 'project_id'],
  });
  const costs = await readBuckets(api, {
    path: '/organization/costs',
    row: costRow,
    limit: 180,
    dimensions: ['project_id', 'line_item'],
  });
  const models = new Set([...usage.values()].flatMap((rows) => rows.map(({ model }) => model)));
  return {
    days: completeDays(usage, costs, today),
    rows: [
      ...[...usage].flatMap(([date, rows]) => rows.map((row) => usageOf(date, row))),
      ...[...costs].flatMap(([date, rows]) => rows.map((row) => costOf(date, row, models))),
    ],
  };
}

function usageOf(date: Day, row: z.infer<typeof usageRow>): BillRow {
  const cacheRead = row.input_cached_tokens ?? 0;
  const cacheWrite = row.input_cache_write_tokens ?? 0;
  const input = row.input_uncached_tokens ?? row.input_tokens - cacheRead - cacheWrite;
  return {
    date,
    model: row.model ?? 'unknown',
    workspace: row.project_id,
    serviceTier: null,
    contextWindow: null,
    tokens: {
      ...noTokens,
      input: Math.max(0, input),
      output: row.output_tokens,
      // The lifetime is not requested.
      cacheWrite5m: cacheWrite,
      cacheRead,
    },
    responses: row.num_model_requests,
    cost: null,
    isSearch: false,
  };
}

/** A line item such as `gpt-5, output` belongs to the model that it starts with, if the usage contains that model. */
function costOf(
  date: Day,
  { project_id, line_item, amount }: z.infer<typeof costRow>,
  models: ReadonlySet<string | null>,
): BillRow {
  const [model = ''] = (line_item ?? '').split(', ');
  return {
    date,
    model: models.has(model) ? model : (line_item ?? 'unknown'),
    workspace: project_id,
    serviceTier: null,
    contextWindow: null,
    tokens: noTokens,
    responses: null,
    cost: parseAmount(String(amount.value), 0),
    isSearch: false,
  };
}
