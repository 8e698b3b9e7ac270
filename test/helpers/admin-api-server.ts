import type { ServerResponse } from 'node:http';
import { addDays } from '../../src/util/dates.ts';
import { webServer, type Received, type WebServer } from './web-server.ts';

/** Returns a response instead of the default one, or null. `number` is that of the request, from 1. */
export type Fault = (request: Received, number: number) => ApiResponse | null;

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Rows of a report by UTC day. A day without rows is an empty bucket. */
export type Rows = Record<string, readonly object[]>;

export interface AdminApiServer extends AsyncDisposable {
  readonly url: string;
  /** Returns path and query of the requests since the last call, decoded. */
  readonly takeRequests: () => readonly string[];
  usage: Rows;
  costs: Rows;
  fault: Fault;
}

export const organization = '3d5f6d2a-7c0e-4a53-9e0b-0c1d2e3f4a5b';
export const adminKey = 'sk-ant-admin01-canary-0123456789-canary';
export const openaiKey = 'sk-admin-canary-0123456789-canary';

/** Returns an error response of the API of Anthropic. */
export const apiError = (
  status: number,
  type: string,
  message = type,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse => ({
  status,
  headers: { 'request-id': `req_${String(status)}`, ...headers },
  body: { type: 'error', error: { type, message }, request_id: `req_${String(status)}` },
});

interface Report {
  readonly rows: Rows;
  readonly dimensions: readonly string[];
  readonly maxLimit: number;
  readonly bucket: (date: string, results: readonly object[]) => object;
  /** Returns the first day that was requested, or the response that rejects it. */
  readonly start: (query: URLSearchParams) => string | ApiResponse;
}

/**
 * The Admin API of Anthropic, as documented in "Admin API" (platform.claude.com/docs/en/api/admin-api): organizations/me,
 * usage_report/messages and cost_report, by day. `today` is its last bucket.
 */
export const anthropicServer = (today: string): Promise<AdminApiServer> =>
  adminApiServer((self, { url, headers }) => {
    const { pathname, searchParams: query } = new URL(url, 'http://localhost');
    if (headers['x-api-key'] !== adminKey) {
      return apiError(401, 'authentication_error', 'invalid x-api-key');
    }
    if (headers['anthropic-version'] !== '2023-06-01') {
      return apiError(400, 'invalid_request_error', 'anthropic-version: header is required');
    }
    const bucket = (date: string, results: readonly object[]): object => ({
      starting_at: `${date}T00:00:00Z`,
      ending_at: `${addDays(date, 1)}T00:00:00Z`,
      results,
    });
    const start = (mayBeRecent: boolean) => (): string | ApiResponse => {
      const date = query.get('starting_at')?.slice(0, 10) ?? '';
      if (!Number.isFinite(Date.parse(date))) {
        return apiError(400, 'invalid_request_error', 'starting_at: Field required');
      }
      return mayBeRecent || date <= addDays(today, -2)
        ? date
        : apiError(400, 'invalid_request_error', 'ending date must be after starting date');
    };
    switch (pathname) {
      case '/v1/organizations/me':
        return {
          status: 200,
          body: { id: organization, type: 'organization', name: 'Example' },
        };
      case '/v1/organizations/usage_report/messages':
        return report(query, today, {
          rows: self.usage,
          dimensions: ['model', 'workspace_id', 'service_tier', 'context_window', 'api_key_id'],
          maxLimit: 31,
          bucket,
          start: start(true),
        });
      case '/v1/organizations/cost_report':
        return report(query, today, {
          rows: self.costs,
          dimensions: ['workspace_id', 'description'],
          maxLimit: 31,
          bucket,
          start: start(false),
        });
      default:
        return apiError(404, 'not_found_error');
    }
  });

/** The API of OpenAI (platform.openai.com/docs/api-reference/usage): completions and costs, by day. */
export const openaiServer = (today: string): Promise<AdminApiServer> =>
  adminApiServer((self, { url, headers }) => {
    const { pathname, searchParams: query } = new URL(url, 'http://localhost');
    if (headers['authorization'] !== `Bearer ${openaiKey}`) {
      const message = 'Incorrect API key provided';
      const error = {
        message,
        type: 'invalid_request_error',
        code: 'invalid_api_key',
        param: null,
      };
      return { status: 401, headers: { 'x-request-id': 'req_openai' }, body: { error } };
    }
    const shared = {
      bucket: (date: string, results: readonly object[]) => ({
        object: 'bucket',
        start_time: Date.parse(date) / 1000,
        end_time: Date.parse(date) / 1000 + 86_400,
        results,
      }),
      start: () => new Date(Number(query.get('start_time')) * 1000).toISOString().slice(0, 10),
    };
    switch (pathname) {
      case '/v1/organization/usage/completions':
        return report(query, today, {
          ...shared,
          rows: self.usage,
          dimensions: ['model', 'project_id'],
          maxLimit: 31,
        });
      case '/v1/organization/costs':
        return report(query, today, {
          ...shared,
          rows: self.costs,
          dimensions: ['project_id', 'line_item'],
          maxLimit: 180,
        });
      default:
        return { status: 404, body: { error: { message: 'no such path', type: 'not_found' } } };
    }
  });

async function adminApiServer(
  responseOf: (self: AdminApiServer, request: Received) => ApiResponse,
): Promise<AdminApiServer> {
  const server: WebServer = await webServer();
  let number = 0;
  const self: AdminApiServer = {
    url: server.url,
    takeRequests: () => server.take().map(({ url }) => decodeURIComponent(url)),
    usage: {},
    costs: {},
    fault: () => null,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  server.respond = (request, response) => {
    number += 1;
    send(response, self.fault(request, number) ?? responseOf(self, request));
  };
  return self;
}

function send(response: ServerResponse, { status, headers = {}, body }: ApiResponse): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Returns a page of buckets, the oldest first. The token of a page is valid for the same parameters only. */
function report(
  query: URLSearchParams,
  today: string,
  { rows, dimensions, maxLimit, bucket, start }: Report,
): ApiResponse {
  const first = start(query);
  if (typeof first !== 'string') return first;
  const limit = Number(query.get('limit') ?? 7);
  const groups = query.getAll('group_by[]');
  const isKnown = groups.every((group) => dimensions.includes(group));
  const isDaily = query.get('bucket_width') === '1d';
  if (!isKnown || !isDaily || !(limit >= 1 && limit <= maxLimit)) {
    return apiError(400, 'invalid_request_error', 'bucket_width, limit or group_by is wrong');
  }
  const same = new URLSearchParams(query);
  same.delete('page');
  const prefix = `page_${Buffer.from(same.toString()).toString('base64url').slice(-24)}_`;
  const page = query.get('page');
  if (page?.startsWith(prefix) === false) {
    return apiError(400, 'invalid_request_error', 'page: belongs to another request');
  }
  const offset = page === null ? 0 : Number(page.slice(prefix.length));
  const dates: string[] = [];
  for (let date = addDays(first, offset); date <= today && dates.length < limit;) {
    dates.push(date);
    date = addDays(date, 1);
  }
  const hasMore = addDays(first, offset + dates.length) <= today;
  return {
    status: 200,
    body: {
      data: dates.map((date) => bucket(date, rows[date] ?? [])),
      has_more: hasMore,
      next_page: hasMore ? `${prefix}${String(offset + dates.length)}` : null,
    },
  };
}

/** Returns a row of Anthropic's usage report. */
export const usageRow = (changes: object = {}): object => ({
  uncached_input_tokens: 1000,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
  cache_read_input_tokens: 5000,
  output_tokens: 400,
  server_tool_use: { web_search_requests: 0 },
  account_id: null,
  api_key_id: null,
  inference_geo: null,
  service_account_id: null,
  model: 'claude-opus-5',
  workspace_id: null,
  service_tier: 'standard',
  context_window: '0-200k',
  ...changes,
});

/** Returns a row of Anthropic's cost report, in cents. */
export const costRow = (amount: unknown, changes: object = {}): object => ({
  amount,
  currency: 'USD',
  description: 'Claude Opus 5 Usage - Input Tokens',
  cost_type: 'tokens',
  token_type: 'uncached_input_tokens',
  model: 'claude-opus-5',
  context_window: '0-200k',
  inference_geo: 'global',
  service_tier: 'standard',
  workspace_id: null,
  ...changes,
});
