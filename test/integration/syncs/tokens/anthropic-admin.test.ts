import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../../src/schema/syncs.ts';
import type { TokenEntry } from '../../../../src/schema/tokens.ts';
import { addDays } from '../../../../src/util/dates.ts';
import { diagnostic } from '../../../../src/util/diagnostic.ts';
import { UserError } from '../../../../src/util/errors.ts';
import {
  adminKey,
  anthropicServer,
  apiError,
  costRow,
  organization,
  usageRow,
  type AdminApiServer,
  type ApiResponse,
} from '../../../helpers/admin-api-server.ts';
import {
  responseLine,
  temporaryHome,
  type Changes,
  type TemporaryHome,
  type TokensRun,
} from './run-tokens.ts';

const today = '2026-11-23';
const day = '2026-11-20';

let api: AdminApiServer;
let home: TemporaryHome;
beforeEach(async () => {
  api = await anthropicServer(today);
  home = await temporaryHome();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

const secrets = (changes: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ANTHROPIC_ADMIN_KEY: adminKey,
  ANTHROPIC_ORG_ID: organization,
  ANTHROPIC_BASE_URL: api.url,
  ...changes,
});
const collect = (changes: Changes = {}): Promise<TokensRun> =>
  home.collect({ secrets: secrets(), ...changes });
const billed = ({ snapshot }: TokensRun): readonly TokenEntry[] =>
  snapshot.daily.filter(({ source }) => source === 'anthropic-admin');
const state = ({ snapshot }: TokensRun): Snapshot<'tokens'>['sources'][string] | undefined =>
  snapshot.sources['anthropic-admin'];
const failure = ({ failure: error }: TokensRun): UserError => {
  if (error instanceof UserError) return error;
  throw new Error('the sync has not failed');
};
/** Returns the paths of the requests since the last call. */
const paths = (): readonly string[] => api.takeRequests().map((url) => url.replace(/\?.*/, ''));

describe('the Anthropic bill', () => {
  test('the first run requests 90 days in pages of 31 as documented', async () => {
    await collect();
    const usage =
      '/v1/organizations/usage_report/messages?starting_at=2026-08-26T00:00:00Z&bucket_width=1d&limit=31' +
      '&group_by[]=model&group_by[]=workspace_id&group_by[]=service_tier&group_by[]=context_window';
    const costs =
      '/v1/organizations/cost_report?starting_at=2026-08-26T00:00:00Z&bucket_width=1d&limit=31' +
      '&group_by[]=workspace_id&group_by[]=description';
    const asked = api.takeRequests();
    expect(asked).toHaveLength(7);
    expect(asked[0]).toBe('/v1/organizations/me');
    expect(asked[1]).toBe(usage);
    expect(asked[2]).toMatch(/&page=page_\S+_31$/);
    expect(asked[2]?.startsWith(usage)).toBe(true);
    expect(asked[3]?.startsWith(usage)).toBe(true);
    expect(asked[4]).toBe(costs);
  });

  test('an entry has the exact cost in dollars and the tokens of a model and a workspace', async () => {
    api.usage[day] = [usageRow(), usageRow({ workspace_id: 'wrkspc_1', output_tokens: 1 })];
    api.costs[day] = [
      costRow('123.45'),
      costRow('0.000049', { token_type: 'output_tokens' }),
      costRow('9007199254740993.1', { workspace_id: 'wrkspc_1' }),
    ];
    const run = await collect();
    const tokens = {
      input: 1000,
      output: 400,
      cacheWrite5m: 200,
      cacheWrite1h: 100,
      cacheRead: 5000,
    };
    expect(billed(run)).toMatchObject([
      {
        date: day,
        model: 'claude-opus-5',
        workspace: null,
        tokens: { ...tokens, webSearches: 0 },
        responses: null,
        costUsd: '1.234500',
        costBasis: 'billed',
      },
      { workspace: 'wrkspc_1', tokens: { ...tokens, output: 1 }, costUsd: '90071992547409.931000' },
    ]);
    expect(run.snapshot.totals['anthropic-admin']).toEqual({
      tokens: {
        ...tokens,
        input: 2000,
        output: 401,
        cacheWrite5m: 400,
        cacheWrite1h: 200,
        cacheRead: 10_000,
        webSearches: 0,
      },
      responses: null,
      costUsd: '90071992547411.165500',
      costMicroUsd: Number.MAX_SAFE_INTEGER,
    });
    expect(state(run)).toMatchObject({
      status: 'success',
      message: null,
      coveredFrom: '2026-08-26',
      coveredTo: today,
      organization,
    });
    expect(run).not.toHaveProperty('failure');
  });

  test('an entry has a breakdown by service tier and context window with the cost of each', async () => {
    api.usage[day] = [
      usageRow(),
      usageRow({ service_tier: 'batch' }),
      usageRow({ context_window: '200k-1M' }),
      usageRow({ service_tier: 'an unknown tier' }),
    ];
    api.costs[day] = [costRow('100'), costRow('50', { service_tier: 'batch' })];
    const [entry, ...more] = billed(await collect());
    expect(more).toEqual([]);
    expect(entry?.tokens?.input).toBe(4000);
    expect(entry?.costUsd).toBe('1.500000');
    expect(
      entry?.breakdown?.map((part) => [part.serviceTier, part.contextWindow, part.costUsd]),
    ).toEqual([
      ['an unknown tier', '0-200k', null],
      ['batch', '0-200k', '0.500000'],
      ['standard', '0-200k', '1.000000'],
      ['standard', '200k-1M', null],
    ]);
  });

  test('costs other than tokens are entries of their own, including web searches and credits', async () => {
    const other = { model: null, service_tier: null, context_window: null, token_type: null };
    api.costs[day] = [
      costRow('300', { ...other, cost_type: 'web_search', description: 'Web Search Usage' }),
      costRow('25', { ...other, cost_type: 'code_execution', description: 'Code Execution Usage' }),
      costRow('-75.5', { ...other, cost_type: null, description: 'Credit\u001b[31m\nred' }),
    ];
    const run = await collect();
    expect(
      billed(run).map(({ model, costUsd, searchCostUsd }) => [model, costUsd, searchCostUsd]),
    ).toEqual([
      ['Credit [31m red', '-0.755000', undefined],
      ['code_execution', '0.250000', undefined],
      ['web_search', '3.000000', '3.000000'],
    ]);
    expect(run.snapshot.totals['anthropic-admin']).toMatchObject({
      costUsd: '2.495000',
      searchCostUsd: '3.000000',
    });
  });

  test('the cost of an entry is null when the cost report does not contain it', async () => {
    api.usage[day] = [
      usageRow({
        service_tier: 'priority',
        cache_creation: null,
        server_tool_use: null,
        cache_read_input_tokens: null,
      }),
    ];
    const run = await collect();
    expect(billed(run)).toMatchObject([
      { costUsd: null, costBasis: 'unknown', tokens: { cacheRead: 0 } },
    ]);
    expect(state(run)?.warnings).toEqual({ unbilled: 1 });
    expect(run.snapshot.totals['anthropic-admin']?.costUsd).toBeNull();
  });

  test('the entries of today are marked as partial', async () => {
    api.usage = { [today]: [usageRow()], [day]: [usageRow()] };
    const partial = billed(await collect()).map((entry) => [entry.date, entry.partial]);
    expect(partial).toEqual([
      [day, undefined],
      [today, true],
    ]);
  });
});

describe('a later run', () => {
  test('requests 35 days and returns the same snapshot when nothing has changed', async () => {
    api.usage[day] = [usageRow()];
    api.costs[day] = [costRow('100')];
    const first = await collect();
    api.takeRequests();
    const second = await collect({ previous: first.snapshot });
    const asked = api.takeRequests();
    expect(asked.map((url) => url.replace(/\?.*/, ''))).toEqual([
      '/v1/organizations/me',
      ...Array<string>(2).fill('/v1/organizations/usage_report/messages'),
      ...Array<string>(2).fill('/v1/organizations/cost_report'),
    ]);
    expect(asked[1]).toContain('starting_at=2026-10-20T00:00:00Z');
    expect(second.snapshot).toEqual(first.snapshot);
    expect(second.counts).not.toHaveProperty('revisedDays');
  });

  test('replaces days, keeps older ones and counts the revised days', async () => {
    const old = '2026-09-01';
    api.usage = {
      [old]: [usageRow()],
      [day]: [usageRow(), usageRow({ model: 'gone' })],
      [today]: [],
    };
    api.costs = { [old]: [costRow('1')], [day]: [costRow('100')] };
    const first = await collect();
    expect(first.counts).not.toHaveProperty('revisedDays');
    api.usage = { [day]: [usageRow()], [today]: [usageRow()] };
    api.costs = { [day]: [costRow('101')] };
    const second = await collect({ previous: first.snapshot });
    expect(billed(second).map(({ date, model, costUsd }) => [date, model, costUsd])).toEqual([
      [old, 'claude-opus-5', '0.010000'],
      [day, 'claude-opus-5', '1.010000'],
      [today, 'claude-opus-5', null],
    ]);
    expect(second.counts['revisedDays']).toBe(1);
    expect(state(second)?.coveredFrom).toBe('2026-08-26');
  });

  test('starts at the last covered day after a long pause', async () => {
    await using past = await anthropicServer('2026-10-01');
    const run = await collect({
      startedAt: new Date('2026-10-01T08:00:00Z'),
      secrets: secrets({ ANTHROPIC_BASE_URL: past.url }),
    });
    api.takeRequests();
    await collect({ previous: run.snapshot });
    expect(api.takeRequests()[1]).toContain('starting_at=2026-10-01T00:00:00Z');
  });

  test('takes older days from the history when the snapshot is lost', async () => {
    api.usage['2026-09-01'] = [usageRow()];
    const first = await collect();
    const lines = first.snapshot.daily.map((entry) => ({ key: 'k', ...entry, date: '2026-02-01' }));
    api.usage = {};
    const run = await collect({ readLatestHistory: () => Promise.resolve(lines) });
    expect(billed(run).map(({ date }) => date)).toEqual(['2026-02-01']);
    expect(billed(run)[0]).not.toHaveProperty('key');
    expect(state(run)?.coveredFrom).toBe('2026-02-01');
    const again = await collect({
      previous: { ...run.snapshot, daily: [] },
      readLatestHistory: () => Promise.reject(new Error('the history was read')),
    });
    expect(state(again)?.status).toBe('success');
  });
});

describe('failures of the Anthropic bill', () => {
  const withData = async (): Promise<TokensRun> => {
    api.usage = { '2026-11-01': [usageRow()], [day]: [usageRow()] };
    api.costs = { '2026-11-01': [costRow('7')], [day]: [costRow('100')] };
    const run = await collect();
    api.takeRequests();
    return run;
  };

  test('a failure on page 2 keeps the previous days, is reported and does not affect the logs', async () => {
    const first = await withData();
    await home.writeLog('-home-dev-app/a.jsonl', [responseLine()]);
    api.costs[day] = [costRow('999')];
    api.fault = ({ url }) =>
      url.includes('cost_report') && url.includes('page=')
        ? apiError(500, 'api_error', 'Internal server error', { 'retry-after': '0' })
        : null;
    const second = await collect({ previous: first.snapshot });
    expect(billed(second)).toEqual(billed(first));
    const message = 'Anthropic Admin API: GET /v1/organizations/cost_report: HTTP 500 api_error';
    expect(state(second)).toEqual({ ...state(first), status: 'error', message });
    expect(second.snapshot.sources['claude-code']?.status).toBe('success');
    expect(second.snapshot.totals['claude-code']?.responses).toBe(1);
    expect(failure(second)).toMatchObject({
      code: 'network',
      message,
      hint: 'the next run tries again; the API returned: Internal server error; request req_500',
    });
    expect(second.warnings).toEqual([
      diagnostic('source-failed', {
        subject: 'anthropic-admin',
        message: `${message}; data up to 2026-11-23 is kept`,
        hint: 'the next run tries again; the API returned: Internal server error; request req_500',
      }),
    ]);
    const asked = paths().filter((path) => path.endsWith('cost_report'));
    expect(asked).toHaveLength(6);
  });

  test.each([408, 409, 429, 500, 504, 529])(
    'a request is retried after HTTP %i',
    async (status) => {
      api.fault = (_, number) =>
        number < 5 ? apiError(status, 'some_error', 'x', { 'retry-after': '0' }) : null;
      const run = await collect();
      expect(state(run)?.status).toBe('success');
    },
  );

  test('a request is retried after HTTP 429 without retry-after', async () => {
    api.fault = (_, number) => (number === 1 ? apiError(429, 'rate_limit_error') : null);
    expect(state(await collect())?.status).toBe('success');
    expect(paths().slice(0, 2)).toEqual(['/v1/organizations/me', '/v1/organizations/me']);
  });

  test('a request is not retried after HTTP 429 with a retry-after of more than a minute', async () => {
    api.fault = () => apiError(429, 'rate_limit_error', 'slow', { 'retry-after': '61' });
    expect(state(await collect())?.message).toMatch(/HTTP 429 rate_limit_error$/);
    expect(paths()).toHaveLength(1);
  });

  test.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
  ])('a request is not retried after HTTP %i', async (status, type) => {
    api.fault = () => apiError(status, type);
    const run = await collect();
    expect(failure(run).message).toContain(`HTTP ${String(status)} ${type}`);
    expect(paths()).toHaveLength(1);
  });

  test('a stop signal during a retry delay rejects the sync at once', async () => {
    const controller = new AbortController();
    api.fault = () => {
      controller.abort(new Error('stopped'));
      return apiError(429, 'rate_limit_error', 'wait', { 'retry-after': '59' });
    };
    await expect(collect({ signal: controller.signal })).rejects.toThrow('stopped');
  });

  test.each<[string, ApiResponse, RegExp]>([
    ['HTML', { status: 200, body: '<html>' }, /the response is not valid JSON$/],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
      /HTTP 302$/,
    ],
    [
      'a body of 17 MiB',
      { status: 200, body: ' '.repeat(17 * 1024 * 1024) },
      /the response is too long$/,
    ],
    [
      'an organization without id',
      { status: 200, body: [] },
      /ANTHROPIC_ADMIN_KEY belongs to an organization other than ANTHROPIC_ORG_ID$/,
    ],
    [
      'another organization',
      { status: 200, body: { id: 'other' } },
      /belongs to an organization other than ANTHROPIC_ORG_ID$/,
    ],
  ])('the bill fails when the first response is %s', async (_, body, expected) => {
    api.fault = () => body;
    expect(failure(await collect()).message).toMatch(expected);
    expect(paths()).toHaveLength(1);
  });

  const page = (data: unknown, more: object = { has_more: false, next_page: null }): object => ({
    data,
    ...more,
  });
  const bucket = (date: string, results: unknown): object => ({
    starting_at: `${date}T00:00:00Z`,
    ending_at: `${date}T00:00:00Z`,
    results,
  });
  test.each<[string, unknown, string]>([
    [
      'a fraction of a token',
      page([bucket(day, [usageRow({ output_tokens: 1.5 })])]),
      'at data.0.results.0.output_tokens',
    ],
    [
      'a negative count',
      page([bucket(day, [usageRow({ output_tokens: -1 })])]),
      'results.0.output_tokens',
    ],
    [
      'a count beyond the safe integers',
      page([bucket(day, [usageRow({ output_tokens: 2 ** 53 })])]),
      'output_tokens',
    ],
    ['a string as its data', page('x'), 'page 1 is not as documented, at data'],
    ['a bucket without date', page([{ results: [] }]), 'at data.0.starting_at'],
    ['a day twice', page([bucket(day, []), bucket(day, [])]), '2026-11-20 was returned twice'],
    [
      'a day before the first one',
      page([bucket('2020-01-01', [])]),
      '2020-01-01 was not requested',
    ],
    ['a day in the future', page([bucket('2027-01-01', [])]), '2027-01-01 was not requested'],
    [
      'has_more without next_page',
      page([], { has_more: true, next_page: null }),
      'page 1 has more pages but no next_page',
    ],
    [
      'a next_page that was read already',
      page([], { has_more: true, next_page: 'again' }),
      'leads to a page that was read already',
    ],
  ])('the bill fails and stores nothing when a page has %s', async (_, body, expected) => {
    const first = await withData();
    api.fault = ({ url }) => (url.includes('usage_report') ? { status: 200, body } : null);
    const second = await collect({ previous: first.snapshot });
    expect(failure(second).message).toContain(expected);
    expect(billed(second)).toEqual(billed(first));
  });

  test.each<[string, object]>([
    ['a number', costRow(12.5)],
    ['not a decimal', costRow('12,5')],
    ['of 1,000 digits', costRow('9'.repeat(1000))],
    ['in euros', costRow('1', { currency: 'EUR' })],
    ['missing', costRow(null)],
  ])('the bill fails when an amount is %s', async (_, row) => {
    api.costs[day] = [row];
    expect(failure(await collect()).message).toMatch(
      /cost_report: page 3 is not as documented, at /,
    );
  });

  test('the bill fails without a request when the stored data is of another organization', async () => {
    const first = await withData();
    const run = await collect({
      previous: first.snapshot,
      secrets: secrets({ ANTHROPIC_ORG_ID: 'another' }),
    });
    expect(failure(run).message).toBe(
      'anthropic-admin: data/tokens.json is about another organization',
    );
    expect(api.takeRequests()).toEqual([]);
    expect(billed(run)).toEqual(billed(first));
  });

  test('a failure leaves no trace after the next successful run', async () => {
    const first = await withData();
    api.fault = () => apiError(401, 'authentication_error');
    const second = await collect({ previous: first.snapshot });
    api.fault = () => null;
    const third = await collect({ previous: second.snapshot });
    expect(third.snapshot).toEqual(first.snapshot);
  });
});

test('an invalid key or base URL is reported without its value', async () => {
  const messages = [];
  for (const change of [
    { ANTHROPIC_ADMIN_KEY: 'sk-canary\nx' },
    { ANTHROPIC_BASE_URL: 'https://user:canary@proxy.example' },
    { ANTHROPIC_BASE_URL: 'canary' },
    { ANTHROPIC_BASE_URL: 'file:///canary' },
  ]) {
    const { message, hint } = failure(await collect({ secrets: secrets(change) }));
    messages.push(message);
    expect(`${message}${hint ?? ''}`).not.toContain('canary');
  }
  expect(messages).toEqual([
    'Anthropic Admin API: ANTHROPIC_ADMIN_KEY contains invalid characters',
    ...Array<string>(3).fill('ANTHROPIC_BASE_URL is not a plain http(s) URL'),
  ]);
  expect(api.takeRequests()).toEqual([]);
});

test('a key that the API returns is redacted everywhere', async () => {
  api.usage[day] = [usageRow({ model: adminKey, workspace_id: `x ${adminKey}` })];
  api.costs[day] = [costRow('1', { model: null, cost_type: null, description: adminKey })];
  expect(JSON.stringify(await collect())).not.toContain('canary');
  api.fault = ({ headers }) =>
    apiError(400, adminKey, JSON.stringify(headers), { 'request-id': adminKey });
  const run = await collect();
  const { message, hint } = failure(run);
  expect(`${message} ${hint ?? ''} ${JSON.stringify(run)}`).not.toContain('canary');
  expect(hint).toContain('***');
});

test('the days of a bill are UTC days in every time zone', async () => {
  api.usage[addDays(today, -1)] = [usageRow()];
  const run = await collect({ options: { timeZone: 'Pacific/Auckland' } });
  expect(billed(run).map(({ date, partial }) => [date, partial])).toEqual([
    ['2026-11-22', undefined],
  ]);
});
