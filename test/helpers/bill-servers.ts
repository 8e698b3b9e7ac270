import type { ApiResponse, Fault } from './admin-api-server.ts';
import { webServer, type Received } from './web-server.ts';

/** An API that reports a bill. The rows are those of its documentation. */
export interface BillServer<Row> extends AsyncDisposable {
  readonly url: string;
  /** Returns the requests since the last call. */
  readonly takeRequests: () => readonly Received[];
  rows: readonly Row[];
  fault: Fault;
}

async function billServer<Row>(
  responseOf: (self: BillServer<Row>, request: Received) => ApiResponse,
): Promise<BillServer<Row>> {
  const server = await webServer();
  let number = 0;
  const self: BillServer<Row> = {
    url: server.url,
    takeRequests: server.take,
    rows: [],
    fault: () => null,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  server.respond = (request, response) => {
    number += 1;
    const result = self.fault(request, number) ?? responseOf(self, request);
    response.writeHead(result.status, {
      'content-type': 'application/json',
      ...result.headers,
    });
    response.end(typeof result.body === 'string' ? result.body : JSON.stringify(result.body));
  };
  return self;
}

export const openrouterKey = 'sk-or-v1-canary-0123456789-canary';
export const cursorKey = 'key_canary0123456789canary';
export const litellmKey = 'sk-litellm-canary-0123456789';

export interface Activity {
  readonly date: string;
}

/** Returns an item of OpenRouter's activity. */
export const activity = (date: string, changes: object = {}): Activity => ({
  date,
  ...{ model: 'openai/gpt-4.1', model_permaslug: 'openai/gpt-4.1-2025-04-14' },
  ...{ endpoint_id: '550e8400-e29b-41d4-a716-446655440000', provider_name: 'OpenAI' },
  ...{ usage: 0.015, byok_usage_inference: 0.012, requests: 5 },
  ...{ prompt_tokens: 50, completion_tokens: 125, reasoning_tokens: 25 },
  ...changes,
});

/** The API of OpenRouter (openrouter.ai/docs/api/api-reference/analytics/get-user-activity). */
export const openrouterServer = (): Promise<BillServer<Activity>> =>
  billServer((self, { method, url, headers }) => {
    if (headers['authorization'] !== `Bearer ${openrouterKey}`) {
      const message = 'Only management keys can fetch activity';
      return {
        status: 403,
        body: { error: { code: 403, message, metadata: null }, user_id: null },
      };
    }
    return method === 'GET' && url === '/api/v1/activity'
      ? { status: 200, body: { data: self.rows } }
      : { status: 404, body: { error: { code: 404, message: 'Not Found' } } };
  });

export interface UsageEvent {
  readonly timestamp: string;
}

/** Returns a usage event of Cursor. */
export const usageEvent = (at: string, changes: object = {}): UsageEvent => ({
  timestamp: String(Date.parse(at)),
  ...{ userEmail: 'developer@company.example', model: 'claude-4.5-sonnet', kind: 'Usage-based' },
  ...{ maxMode: true, requestsCosts: 5, isTokenBasedCall: true, isChargeable: true },
  ...{ isHeadless: false, chargedCents: 21.36232, cursorTokenFee: 1.18, isFreeBugbot: false },
  ...{
    tokenUsage: {
      ...{ inputTokens: 126, outputTokens: 450, cacheWriteTokens: 6112, cacheReadTokens: 11964 },
      totalCents: 20.18232,
    },
  },
  ...changes,
});

/** The Admin API of Cursor (cursor.com/docs/account/teams/admin-api, "Get Usage Events Data"). Newest first. */
export const cursorServer = (): Promise<BillServer<UsageEvent>> =>
  billServer((self, { method, url, headers, body }) => {
    if (headers['authorization'] !== `Basic ${Buffer.from(`${cursorKey}:`).toString('base64')}`) {
      return { status: 401, body: { error: 'Unauthorized', message: 'Invalid API key' } };
    }
    if (method !== 'POST' || url !== '/teams/filtered-usage-events') {
      return { status: 404, body: { error: 'Not found' } };
    }
    const { startDate, endDate, page, pageSize } = JSON.parse(body) as Record<string, number>;
    if (startDate === undefined || endDate === undefined || page === undefined || !pageSize) {
      return { status: 400, body: { error: 'Bad request' } };
    }
    if (endDate - startDate > 30 * 86_400_000) {
      return { status: 400, body: { error: 'Date range cannot exceed 30 days' } };
    }
    const found = self.rows
      .filter(({ timestamp: at }) => Number(at) >= startDate && Number(at) <= endDate)
      .toSorted((one, other) => Number(other.timestamp) - Number(one.timestamp));
    const hasNextPage = page * pageSize < found.length;
    return {
      status: 200,
      body: {
        totalUsageEventsCount: found.length,
        pagination: {
          numPages: Math.ceil(found.length / pageSize),
          ...{ currentPage: page, pageSize, hasNextPage, hasPreviousPage: page > 1 },
        },
        usageEvents: found.slice((page - 1) * pageSize, page * pageSize),
        period: { startDate, endDate },
      },
    };
  });

/** A row of the table that the LiteLLM proxy aggregates: one key, model and provider on one day. */
export interface DailySpend {
  readonly date: string;
  readonly model: string | null;
  readonly spend: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly api_requests: number;
}

export const dailySpend = (date: string, changes: Partial<DailySpend> = {}): DailySpend => ({
  date,
  ...{ model: 'claude-opus-5', spend: 0.1, prompt_tokens: 1000, completion_tokens: 50 },
  ...{ cache_read_input_tokens: 600, cache_creation_input_tokens: 100, api_requests: 4 },
  ...changes,
});

type SpendMetrics = Omit<DailySpend, 'date' | 'model'>;

const sumSpend = (
  rows: readonly DailySpend[],
): SpendMetrics & { readonly total_tokens: number } => {
  const sum = (key: keyof SpendMetrics): number => rows.reduce((total, row) => total + row[key], 0);
  return {
    spend: sum('spend'),
    prompt_tokens: sum('prompt_tokens'),
    completion_tokens: sum('completion_tokens'),
    cache_read_input_tokens: sum('cache_read_input_tokens'),
    cache_creation_input_tokens: sum('cache_creation_input_tokens'),
    total_tokens: sum('prompt_tokens') + sum('completion_tokens'),
    api_requests: sum('api_requests'),
  };
};

/**
 * A LiteLLM proxy (docs.litellm.ai/docs/proxy/cost_tracking and get_daily_activity of BerriAI/litellm): pages of rows,
 * the newest day first, summed by day and model.
 */
export const litellmServer = (maxPageSize = 1000): Promise<BillServer<DailySpend>> =>
  billServer((self, { method, url, headers }) => {
    const { pathname, searchParams: query } = new URL(url, 'http://localhost');
    if (headers['authorization'] !== `Bearer ${litellmKey}`) {
      const error = { message: 'Authentication Error', type: 'auth_error', code: '401' };
      return { status: 401, body: { error } };
    }
    const [from, to] = [query.get('start_date'), query.get('end_date')];
    if (method !== 'GET' || pathname !== '/user/daily/activity' || from === null || to === null) {
      return { status: 400, body: { detail: { error: 'Please provide start_date and end_date' } } };
    }
    const page = Number(query.get('page') ?? 1);
    const pageSize = Math.min(Number(query.get('page_size') ?? 50), maxPageSize);
    const found = self.rows
      .filter(({ date }) => date >= from && date <= to)
      .toSorted((one, other) => (one.date > other.date ? -1 : one.date < other.date ? 1 : 0));
    const rows = found.slice((page - 1) * pageSize, page * pageSize);
    const days = [...new Set(rows.map(({ date }) => date))];
    return {
      status: 200,
      body: {
        results: days.map((date) => {
          const ofDay = rows.filter((row) => row.date === date);
          const models = [...new Set(ofDay.flatMap(({ model }) => model ?? []))];
          const entries = models.map((model) => [
            model,
            {
              metrics: sumSpend(ofDay.filter((row) => row.model === model)),
              metadata: {},
              api_key_breakdown: {},
            },
          ]);
          return {
            date,
            metrics: sumSpend(ofDay),
            breakdown: { models: Object.fromEntries(entries) as object, providers: {} },
          };
        }),
        metadata: {
          ...{ page, total_pages: Math.ceil(found.length / pageSize) },
          has_more: page * pageSize < found.length,
        },
      },
    };
  });
