import * as z from 'zod/mini';
import type { Day } from '../../../schema/timestamp.ts';
import { dayOf } from '../../../util/dates.ts';
import { count } from '../../../schema/numbers.ts';
import { UserError } from '../../../util/errors.ts';
import { parseAmount } from '../pricing/money.ts';
import { noTokens } from '../token-counts.ts';
import { baseUrlOf } from './base-url.ts';
import type { Bill, BillRow } from './bill.ts';
import { billingSource, type BillRequest } from './billing-source.ts';
import { readBuckets } from './buckets.ts';
import { createClient } from './api-client.ts';
import { name, completeDays, optionalCount } from './report-rows.ts';

const title = 'Anthropic Admin API';
const missingSecrets = 'ANTHROPIC_ADMIN_KEY or ANTHROPIC_ORG_ID not set';

/**
 * The bill of an organization from the Usage and Cost API (platform.claude.com/docs, "Usage and Cost API"):
 * tokens by day, model, workspace, service tier and context window, costs by day, workspace and description.
 */
export const anthropicAdmin = billingSource({
  name: 'anthropic-admin',
  title: 'the Anthropic bill',
  isEnabled: ({ anthropic }) => anthropic.enabled,
  missingSecrets: (secrets) =>
    secrets['ANTHROPIC_ADMIN_KEY'] && secrets['ANTHROPIC_ORG_ID'] ? null : missingSecrets,
  organization: (secrets) => secrets['ANTHROPIC_ORG_ID'] ?? null,
  readBill,
});

/** Null means that a dimension was not requested, but is also a value, such as the default workspace. */
const usageRow = z.object({
  model: name,
  workspace_id: name,
  service_tier: name,
  context_window: name,
  uncached_input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: optionalCount,
  cache_creation: z.optional(
    z.nullable(
      z.object({
        ephemeral_5m_input_tokens: optionalCount,
        ephemeral_1h_input_tokens: optionalCount,
      }),
    ),
  ),
  server_tool_use: z.optional(z.nullable(z.object({ web_search_requests: optionalCount }))),
});

/** `amount` is in cents. New types of cost are reported by their name. */
const costRow = z.object({
  model: name,
  workspace_id: name,
  service_tier: name,
  context_window: name,
  cost_type: name,
  description: name,
  amount: z.string().check(z.regex(/^-?\d{1,20}(\.\d{1,30})?$/)),
  currency: z.literal('USD'),
});

const startDay = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((at) => dayOf(new Date(at))),
);

async function readBill({ from, today, secrets, signal }: BillRequest): Promise<Bill> {
  const fetchJson = createClient({
    apiName: title,
    baseUrl: baseUrlOf(secrets, 'ANTHROPIC_BASE_URL', 'https://api.anthropic.com'),
    keyName: 'ANTHROPIC_ADMIN_KEY',
    key: secrets['ANTHROPIC_ADMIN_KEY'] ?? '',
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    signal,
  });
  // The usage of another organization must not get into the history of this one.
  const me = z.object({ id: z.string() }).safeParse(await fetchJson('/v1/organizations/me', []));
  if (!me.success || me.data.id !== secrets['ANTHROPIC_ORG_ID']) {
    throw new UserError(
      'secrets',
      `${title}: ANTHROPIC_ADMIN_KEY belongs to an organization other than ANTHROPIC_ORG_ID`,
      {
        hint: 'use a key and an id of the same organization (Console, Settings)',
      },
    );
  }
  const start = ['starting_at', `${from}T00:00:00Z`] as const;
  const api = { title, fetchJson, start, day: ['starting_at', startDay], from, today } as const;
  const usage = await readBuckets(api, {
    path: '/v1/organizations/usage_report/messages',
    row: usageRow,
    limit: 31,
    dimensions: ['model', 'workspace_id', 'service_tier', 'context_window'],
  });
  const costs = await readBuckets(api, {
    path: '/v1/organizations/cost_report',
    row: costRow,
    limit: 31,
    dimensions: ['workspace_id', 'description'],
  });
  return {
    days: completeDays(usage, costs, today),
    rows: [
      ...[...usage].flatMap(([date, rows]) => rows.map((row) => usageOf(date, row))),
      ...[...costs].flatMap(([date, rows]) => rows.map((row) => costOf(date, row))),
    ],
  };
}

const usageOf = (date: Day, row: z.infer<typeof usageRow>): BillRow => ({
  date,
  model: row.model ?? 'unknown',
  workspace: row.workspace_id,
  serviceTier: row.service_tier,
  contextWindow: row.context_window,
  tokens: {
    input: row.uncached_input_tokens,
    output: row.output_tokens,
    cacheWrite5m: row.cache_creation?.ephemeral_5m_input_tokens ?? 0,
    cacheWrite1h: row.cache_creation?.ephemeral_1h_input_tokens ?? 0,
    cacheRead: row.cache_read_input_tokens ?? 0,
    webSearches: row.server_tool_use?.web_search_requests ?? 0,
  },
  responses: null,
  cost: null,
  isSearch: false,
});

const costOf = (date: Day, row: z.infer<typeof costRow>): BillRow => ({
  date,
  model:
    row.model ??
    (row.cost_type === 'tokens' ? null : row.cost_type) ??
    row.description ??
    'unknown',
  workspace: row.workspace_id,
  serviceTier: row.service_tier,
  contextWindow: row.context_window,
  tokens: noTokens,
  responses: null,
  cost: parseAmount(row.amount, 2),
  isSearch: row.cost_type === 'web_search',
});
