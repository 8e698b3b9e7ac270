import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import { day, type Day } from '../../../schema/timestamp.ts';
import { addDays } from '../../../util/dates.ts';
import { parseAmount } from '../pricing/money.ts';
import { noTokens } from '../token-counts.ts';
import { createClient } from './api-client.ts';
import { baseUrlOf } from './base-url.ts';
import type { Bill, BillRow } from './bill.ts';
import { billingSource, type BillRequest } from './billing-source.ts';
import { amount, daysFrom, name, parseResponse, responseFault } from './report-rows.ts';

const title = 'OpenRouter API';

/**
 * The activity of an account (openrouter.ai/docs/api/api-reference/analytics/get-user-activity): tokens and spent
 * credits by day, model and endpoint. Disabled without its key, which must be a management key.
 */
export const openrouter = billingSource({
  name: 'openrouter',
  title: 'the OpenRouter bill',
  isEnabled: (options, secrets) =>
    options.openrouter.enabled && Boolean(secrets['OPENROUTER_MANAGEMENT_KEY']),
  missingSecrets: () => null,
  organization: () => null,
  readBill,
});

/** A UTC day, which the API may follow by the time 00:00:00. */
const activityDay = z.pipe(
  z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}([T ]00:00:00.{0,10})?$/)),
  z.pipe(
    z.transform((text: string) => text.slice(0, 10)),
    day,
  ),
);

/**
 * `prompt_tokens` includes cached tokens and `completion_tokens` those of reasoning. `usage` is in dollars; costs at
 * other vendors with the user's own keys (`byok_usage_inference`) are on their bills.
 */
const activityItem = z.object({
  date: activityDay,
  model: name,
  usage: amount,
  requests: count,
  prompt_tokens: count,
  completion_tokens: count,
});

/** The API has the last 30 completed UTC days, in one response. */
const availableDays = 30;

async function readBill({ from, today, secrets, signal }: BillRequest): Promise<Bill> {
  const fetchJson = createClient({
    apiName: title,
    baseUrl: baseUrlOf(secrets, 'OPENROUTER_BASE_URL', 'https://openrouter.ai/api/v1'),
    keyName: 'OPENROUTER_MANAGEMENT_KEY',
    key: secrets['OPENROUTER_MANAGEMENT_KEY'] ?? '',
    headers: (key) => ({ Authorization: `Bearer ${key}` }),
    signal,
  });
  const request = 'GET /activity';
  const oldest = addDays(today, -availableDays);
  const first = from > oldest ? from : oldest;
  const last = addDays(today, -1);
  const schema = z.object({ data: z.array(activityItem) });
  const { data } = parseResponse(schema, await fetchJson('/activity', []), { title, request });
  for (const { date } of data) {
    // One day more on either side is accepted, because clocks differ.
    if (date < addDays(oldest, -1) || date > addDays(today, 1)) {
      throw responseFault(title, request, `${date} was not requested`);
    }
  }
  return { days: daysFrom(first, last), coverage: [first, last], rows: data.map(toRow) };
}

const toRow = (item: z.infer<typeof activityItem>): BillRow => ({
  date: item.date satisfies Day,
  model: item.model ?? 'unknown',
  workspace: null,
  serviceTier: null,
  contextWindow: null,
  tokens: { ...noTokens, input: item.prompt_tokens, output: item.completion_tokens },
  responses: item.requests,
  cost: parseAmount(String(item.usage), 0),
  isSearch: false,
});
