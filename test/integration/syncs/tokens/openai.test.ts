import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/util/errors.ts';
import { openaiKey, openaiServer, type AdminApiServer } from '../../../helpers/admin-api-server.ts';
import { temporaryHome, type Changes, type TemporaryHome, type TokensRun } from './run-tokens.ts';

const day = '2026-11-20';
const withoutAnthropic = { anthropic: { enabled: false } };

let api: AdminApiServer;
let home: TemporaryHome;
beforeEach(async () => {
  api = await openaiServer('2026-11-23');
  home = await temporaryHome();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

const secrets = (key = openaiKey): Record<string, string> => ({
  OPENAI_ADMIN_KEY: key,
  OPENAI_BASE_URL: `${api.url}/v1`,
});
const collect = (changes: Changes = {}): Promise<TokensRun> =>
  home.collect({ secrets: secrets(), options: withoutAnthropic, ...changes });

const usage = (changes: object = {}): object => ({
  object: 'organization.usage.completions.result',
  input_tokens: 1000,
  input_uncached_tokens: 300,
  input_cached_tokens: 600,
  input_cache_write_tokens: 100,
  output_tokens: 50,
  num_model_requests: 4,
  model: 'gpt-5',
  project_id: 'proj_1',
  ...changes,
});
const cost = (value: unknown, line_item: string | null, changes: object = {}): object => ({
  object: 'organization.costs.result',
  amount: { value, currency: 'usd' },
  line_item,
  project_id: 'proj_1',
  ...changes,
});

describe('the OpenAI bill', () => {
  test.each([
    ['without its key', { secrets: {} }],
    ['when it is disabled', { options: { ...withoutAnthropic, openai: { enabled: false } } }],
  ])('has neither state nor notice %s', async (_, changes) => {
    const { snapshot, notices, warnings } = await collect(changes);
    expect(snapshot.sources).not.toHaveProperty('openai');
    expect([notices, warnings, api.takeRequests()]).toEqual([[], [], []]);
  });

  test('entries have the tokens of a model and a project and the exact cost of line items', async () => {
    api.usage[day] = [usage(), usage({ model: 'gpt-5-mini', input_uncached_tokens: null })];
    api.costs[day] = [
      cost(0.06, 'gpt-5, input'),
      cost(1e-7, 'gpt-5, output'),
      cost(0.1, 'gpt-5, cached input'),
      cost(0.2, 'gpt-5, cached input'),
      cost(3, 'image models'),
      cost(4, null, { project_id: null }),
    ];
    const { snapshot } = await collect();
    const tokens = {
      input: 300,
      output: 50,
      cacheWrite5m: 100,
      cacheWrite1h: 0,
      cacheRead: 600,
      webSearches: 0,
    };
    expect(snapshot.daily).toMatchObject([
      { model: 'gpt-5', workspace: 'proj_1', tokens, responses: 4, costUsd: '0.360000' },
      { model: 'gpt-5-mini', tokens, costUsd: null, costBasis: 'unknown' },
      { model: 'image models', responses: null, costUsd: '3.000000', costBasis: 'billed' },
      { model: 'unknown', workspace: null, costUsd: '4.000000' },
    ]);
    expect(snapshot.totals['openai']?.costUsd).toBe('7.360000');
    expect(snapshot.sources['openai']).toMatchObject({
      status: 'success',
      coveredTo: '2026-11-23',
    });
    const asked = api.takeRequests();
    expect(asked).toHaveLength(4);
    expect(asked[0]).toBe(
      '/v1/organization/usage/completions?start_time=1787702400&bucket_width=1d&limit=31&group_by[]=model&group_by[]=project_id',
    );
    expect(asked[3]).toBe(
      '/v1/organization/costs?start_time=1787702400&bucket_width=1d&limit=180&group_by[]=project_id&group_by[]=line_item',
    );
  });

  test('a rejected key fails the OpenAI bill alone and keeps its previous days', async () => {
    api.costs[day] = [cost(1, 'gpt-5, input')];
    const first = await collect();
    const second = await collect({
      previous: first.snapshot,
      secrets: secrets('sk-admin-wrong-key'),
    });
    expect(second.snapshot.daily).toEqual(first.snapshot.daily);
    expect(second.snapshot.sources['openai']).toMatchObject({
      status: 'error',
      message:
        'OpenAI Admin API: GET /organization/usage/completions: HTTP 401 invalid_request_error',
    });
    expect(second.failure).toBeInstanceOf(UserError);
    expect(second.failure).toMatchObject({
      hint: 'check OPENAI_ADMIN_KEY: it is wrong, revoked or expired; the API returned: Incorrect API key provided; request req_openai',
    });
  });

  test.each([
    ['a string', cost('1', 'gpt-5, input')],
    ['in euros', cost(1, 'gpt-5, input', { amount: { value: 1, currency: 'eur' } })],
    ['1e300', cost(1e300, 'gpt-5, input')],
  ])('fails when an amount is %s', async (_, row) => {
    api.costs[day] = [row];
    const { snapshot } = await collect();
    expect(snapshot.sources['openai']?.status).toBe('error');
    expect(snapshot.daily).toEqual([]);
  });
});
