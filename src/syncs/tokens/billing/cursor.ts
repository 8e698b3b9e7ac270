import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import { addDays, dayOf } from '../../../util/dates.ts';
import { parseAmount } from '../pricing/money.ts';
import { noTokens } from '../token-counts.ts';
import { basicCredentials, createClient } from './api-client.ts';
import { baseUrlOf } from './base-url.ts';
import type { Bill, BillRow } from './bill.ts';
import { billingSource, type BillRequest } from './billing-source.ts';
import {
  amount,
  daysFrom,
  name,
  optionalCount,
  parseResponse,
  responseFault,
} from './report-rows.ts';

const title = 'Cursor Admin API';
const path = '/teams/filtered-usage-events';

/**
 * The usage events of a Cursor team (cursor.com/docs/account/teams/admin-api, "Get Usage Events Data"): tokens and
 * charges, summed by day and model; the users are not stored. Disabled without its key. The other report,
 * `/teams/daily-usage-data`, has neither tokens nor costs.
 */
export const cursor = billingSource({
  name: 'cursor',
  title: 'the Cursor bill',
  isEnabled: (options, secrets) => options.cursor.enabled && Boolean(secrets['CURSOR_ADMIN_KEY']),
  missingSecrets: () => null,
  organization: () => null,
  readBill,
});

/** Milliseconds, as a string in the documentation. */
const eventTime = z.pipe(
  z.union([z.string().check(z.regex(/^\d{1,15}$/)), count]),
  z.transform(Number),
);

/**
 * `chargedCents` contains the cost of the model and the fee of Cursor. An event that is not chargeable is included in
 * the subscription: its `chargedCents` were not spent.
 */
const usageEvent = z.object({
  timestamp: eventTime,
  model: name,
  isChargeable: z.optional(z.nullable(z.boolean())),
  chargedCents: z._default(z.nullable(amount), null),
  tokenUsage: z.optional(
    z.nullable(
      z.object({
        inputTokens: optionalCount,
        outputTokens: optionalCount,
        cacheWriteTokens: optionalCount,
        cacheReadTokens: optionalCount,
      }),
    ),
  ),
});

const eventsPage = z.object({
  totalUsageEventsCount: count,
  pagination: z.object({ hasNextPage: z.boolean() }),
  usageEvents: z.array(usageEvent),
});

/** A request may be for 30 days at most. */
const windowDays = 30;
const pageSize = 500;
const maxPages = 1000;

async function readBill(request: BillRequest): Promise<Bill> {
  const { from, today } = request;
  const rows: BillRow[] = [];
  for (let start = from; start <= today; start = addDays(start, windowDays)) {
    // Both bounds are inclusive. Without the future, new events don't move others to another page.
    const end = Math.min(Date.parse(addDays(start, windowDays)) - 1, request.now.getTime());
    rows.push(...(await readEvents(request, Date.parse(start), end)));
  }
  return { days: daysFrom(from, today), rows };
}

async function readEvents(
  { secrets, signal }: BillRequest,
  startDate: number,
  endDate: number,
): Promise<readonly BillRow[]> {
  const fetchJson = createClient({
    apiName: title,
    baseUrl: baseUrlOf(secrets, 'CURSOR_BASE_URL', 'https://api.cursor.com'),
    keyName: 'CURSOR_ADMIN_KEY',
    key: secrets['CURSOR_ADMIN_KEY'] ?? '',
    headers: (key) => ({ Authorization: `Basic ${basicCredentials(key)}` }),
    signal,
  });
  const request = `POST ${path}`;
  const rows: BillRow[] = [];
  for (let page = 1; page <= maxPages; page += 1) {
    const response = await fetchJson(path, [], { startDate, endDate, page, pageSize });
    const { usageEvents, totalUsageEventsCount, pagination } = parseResponse(eventsPage, response, {
      title,
      request,
    });
    for (const event of usageEvents) {
      if (event.timestamp < startDate || event.timestamp > endDate) {
        throw responseFault(title, request, 'an event was not requested');
      }
      rows.push(toRow(event));
    }
    if (!pagination.hasNextPage) {
      if (rows.length === totalUsageEventsCount) return rows;
      throw responseFault(
        title,
        request,
        'the pages do not contain the number of events that exist',
      );
    }
    if (usageEvents.length === 0) throw responseFault(title, request, 'a page is empty');
  }
  throw responseFault(title, request, `there are more than ${String(maxPages)} pages`);
}

const toRow = (event: z.infer<typeof usageEvent>): BillRow => ({
  date: dayOf(new Date(event.timestamp)),
  model: event.model ?? 'unknown',
  workspace: null,
  serviceTier: null,
  contextWindow: null,
  tokens: {
    ...noTokens,
    input: event.tokenUsage?.inputTokens ?? 0,
    output: event.tokenUsage?.outputTokens ?? 0,
    // The lifetime is unknown.
    cacheWrite5m: event.tokenUsage?.cacheWriteTokens ?? 0,
    cacheRead: event.tokenUsage?.cacheReadTokens ?? 0,
  },
  responses: 1,
  cost: costOf(event),
  isSearch: false,
});

function costOf({ isChargeable, chargedCents }: z.infer<typeof usageEvent>): bigint | null {
  if (isChargeable === false) return 0n;
  return chargedCents === null ? null : parseAmount(String(chargedCents), 2);
}
