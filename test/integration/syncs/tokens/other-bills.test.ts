import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addDays } from '../../../../src/util/dates.ts';
import {
  activity,
  cursorKey,
  cursorServer,
  dailySpend,
  litellmKey,
  litellmServer,
  openrouterKey,
  openrouterServer,
  usageEvent,
  type Activity,
  type BillServer,
  type DailySpend,
  type UsageEvent,
} from '../../../helpers/bill-servers.ts';
import { temporaryHome, type Changes, type TemporaryHome, type TokensRun } from './run-tokens.ts';

// The day of the runs is 2026-11-23.
const day = '2026-11-20';
const options = { anthropic: { enabled: false } };

let home: TemporaryHome;
let openrouter: BillServer<Activity>;
let cursor: BillServer<UsageEvent>;
let litellm: BillServer<DailySpend>;
beforeEach(async () => {
  home = await temporaryHome();
  openrouter = await openrouterServer();
  cursor = await cursorServer();
  litellm = await litellmServer(2);
});
afterEach(async () => {
  for (const one of [home, openrouter, cursor, litellm]) await one[Symbol.asyncDispose]();
});

type Bill = 'openrouter' | 'cursor' | 'litellm';
const secretsOf = (bill: Bill, key?: string): Record<string, string> => {
  switch (bill) {
    case 'openrouter':
      return {
        OPENROUTER_MANAGEMENT_KEY: key ?? openrouterKey,
        OPENROUTER_BASE_URL: `${openrouter.url}/api/v1`,
      };
    case 'cursor':
      return { CURSOR_ADMIN_KEY: key ?? cursorKey, CURSOR_BASE_URL: cursor.url };
    case 'litellm':
      return { LITELLM_ADMIN_KEY: key ?? litellmKey, LITELLM_BASE_URL: litellm.url };
  }
};
const serverOf = (bill: Bill): BillServer<unknown> => ({ openrouter, cursor, litellm })[bill];
const collect = (bill: Bill, changes: Changes = {}): Promise<TokensRun> =>
  home.collect({ secrets: secretsOf(bill), options, ...changes });
/** Sets one row of a bill. */
const addRow = (bill: Bill, changes: object = {}): void => {
  openrouter.rows = bill === 'openrouter' ? [activity(day, changes)] : [];
  cursor.rows = bill === 'cursor' ? [usageEvent(`${day}T12:00:00Z`, changes)] : [];
  litellm.rows = bill === 'litellm' ? [dailySpend(day, changes)] : [];
};

const bills: readonly Bill[] = ['openrouter', 'cursor', 'litellm'];

describe('every bill', () => {
  test.each(bills)(
    '%s has neither state nor request without its key or when disabled',
    async (bill) => {
      const without = await collect(bill, { secrets: {} });
      const disabled = await collect(bill, { options: { ...options, [bill]: { enabled: false } } });
      for (const { snapshot, warnings } of [without, disabled]) {
        expect(snapshot.sources).not.toHaveProperty(bill);
        expect(warnings).toEqual([]);
      }
      expect(serverOf(bill).takeRequests()).toEqual([]);
    },
  );

  test.each([
    ['openrouter', 'GET /activity: HTTP 403', 'OPENROUTER_MANAGEMENT_KEY has no access'],
    ['cursor', 'POST /teams/filtered-usage-events: HTTP 401', 'check CURSOR_ADMIN_KEY'],
    ['litellm', 'GET /user/daily/activity: HTTP 401', 'check LITELLM_ADMIN_KEY'],
  ] as const)(
    '%s fails alone when its key is rejected and keeps its days',
    async (bill, message, hint) => {
      addRow(bill);
      const first = await collect(bill);
      const second = await collect(bill, {
        previous: first.snapshot,
        secrets: secretsOf(bill, 'canary-wrong-key'),
      });
      expect(first.snapshot.daily).toHaveLength(1);
      expect(second.snapshot.daily).toEqual(first.snapshot.daily);
      const state = second.snapshot.sources[bill];
      expect(state?.status).toBe('error');
      expect(state?.message).toContain(message);
      expect(second.failure).toMatchObject({ hint: expect.stringContaining(hint) as string });
      expect(JSON.stringify([second.snapshot, second.warnings])).not.toContain('canary-wrong-key');
    },
  );

  test.each(bills)('%s is read again after 429 and 503', async (bill) => {
    addRow(bill);
    serverOf(bill).fault = (_, number) =>
      number <= 2
        ? { status: number === 1 ? 429 : 503, headers: { 'retry-after': '0' }, body: 'busy' }
        : null;
    expect((await collect(bill)).snapshot.sources[bill]?.status).toBe('success');
  });

  test.each(bills)('%s replaces the days of a revised bill and counts them', async (bill) => {
    addRow(bill);
    const first = await collect(bill);
    addRow(
      bill,
      bill === 'openrouter'
        ? { usage: 9 }
        : bill === 'cursor'
          ? { chargedCents: 900 }
          : { spend: 9 },
    );
    const second = await collect(bill, { previous: first.snapshot });
    expect(second.counts).toMatchObject({ entries: 1, revisedDays: 1 });
    expect(second.snapshot.daily).toMatchObject([{ date: day, costUsd: '9.000000' }]);
    addRow(bill);
    serverOf(bill).rows = [];
    expect((await collect(bill, { previous: second.snapshot })).snapshot.daily).toEqual([]);
  });

  test.each(
    bills.flatMap((bill) => [
      [bill, 'text', 'no JSON'],
      [bill, 'an array', '[]'],
      [bill, 'null', 'null'],
      [bill, 'deeply nested JSON', '['.repeat(100_000)],
    ]),
  )('%s fails when the response is %s', async (bill, _, body) => {
    serverOf(bill).fault = () => ({ status: 200, body });
    const { snapshot } = await collect(bill);
    expect(snapshot.sources[bill]?.status).toBe('error');
    expect(snapshot.daily).toEqual([]);
  });

  test.each([
    ['openrouter', 'a negative count', { prompt_tokens: -1 }],
    ['openrouter', 'an amount in a string', { usage: '1' }],
    ['openrouter', 'an amount of 1e300', { usage: 1e300 }],
    ['openrouter', 'a day of last year', { date: '2025-11-20' }],
    ['openrouter', 'an invalid day', { date: '2026-02-30' }],
    ['cursor', 'a fractional count', { tokenUsage: { inputTokens: 1.5 } }],
    ['cursor', 'an amount in a string', { chargedCents: '1' }],
    ['litellm', 'a negative count', { prompt_tokens: -1 }],
    ['litellm', 'an amount of 1e300', { spend: 1e300 }],
  ] as const)('%s fails when a row has %s', async (bill, _, changes) => {
    addRow(bill, changes);
    const { snapshot } = await collect(bill);
    expect(snapshot.sources[bill]?.status).toBe('error');
    expect(snapshot.daily).toEqual([]);
  });
});

describe('the OpenRouter bill', () => {
  test('has the credits and tokens of a day and model over all endpoints', async () => {
    openrouter.rows = [
      activity(day, { usage: 0.1 }),
      activity(`${day} 00:00:00`, { usage: 0.2, endpoint_id: 'b', provider_name: 'Azure' }),
      activity(day, { model: 'z-ai/glm-5.2', usage: 1e-7, requests: 1 }),
    ];
    const { snapshot } = await collect('openrouter');
    expect(snapshot.daily).toMatchObject([
      {
        ...{ source: 'openrouter', model: 'openai/gpt-4.1', workspace: null, responses: 10 },
        ...{ costUsd: '0.300000', costBasis: 'billed' },
        tokens: { input: 100, output: 250, cacheRead: 0, cacheWrite5m: 0 },
      },
      { model: 'z-ai/glm-5.2', costUsd: '0.000000' },
    ]);
    expect(snapshot.daily[0]).not.toHaveProperty('partial');
    expect(openrouter.takeRequests().map(({ url }) => url)).toEqual(['/api/v1/activity']);
  });

  test('covers the last 30 completed days, and no gap after a long pause', async () => {
    const first = await collect('openrouter');
    const covered = { coveredFrom: '2026-10-24', coveredTo: '2026-11-22' };
    expect(first.snapshot.sources['openrouter']).toMatchObject(covered);
    const startedAt = new Date('2026-11-30T08:00:00Z');
    const week = await collect('openrouter', { previous: first.snapshot, startedAt });
    expect(week.snapshot.sources['openrouter']).toMatchObject({
      coveredFrom: '2026-10-24',
      coveredTo: '2026-11-29',
    });
    const later = new Date('2027-03-01T08:00:00Z');
    const paused = await collect('openrouter', { previous: week.snapshot, startedAt: later });
    expect(paused.snapshot.sources['openrouter']).toMatchObject({
      coveredFrom: '2027-01-30',
      coveredTo: '2027-02-28',
    });
  });
});

describe('the Cursor bill', () => {
  test('has the exact charges and tokens of a UTC day and model, without users', async () => {
    cursor.rows = [
      usageEvent(`${day}T00:00:00.000Z`),
      usageEvent(`${day}T23:59:59.999Z`, { chargedCents: 40.16699999999999 }),
      usageEvent('2026-11-21T00:00:00.000Z', { tokenUsage: undefined, chargedCents: 8 }),
    ];
    const { snapshot } = await collect('cursor');
    expect(snapshot.daily).toMatchObject([
      {
        ...{ date: day, model: 'claude-4.5-sonnet', responses: 2, costUsd: '0.615293' },
        tokens: { input: 252, output: 900, cacheWrite5m: 12_224, cacheRead: 23_928 },
      },
      { date: '2026-11-21', responses: 1, costUsd: '0.080000', tokens: { input: 0 } },
    ]);
    expect(JSON.stringify(snapshot)).not.toContain('company.example');
  });

  test('usage that the subscription includes costs nothing, and usage without a charge is unknown', async () => {
    cursor.rows = [
      usageEvent(`${day}T01:00:00Z`, { isChargeable: false, chargedCents: 8, kind: 'Included' }),
      usageEvent(`${day}T02:00:00Z`, { model: 'other', chargedCents: undefined }),
    ];
    expect((await collect('cursor')).snapshot.daily).toMatchObject([
      { model: 'claude-4.5-sonnet', costUsd: '0.000000', costBasis: 'billed' },
      { model: 'other', costUsd: null, costBasis: 'unknown' },
    ]);
  });

  test('is read in windows of 30 days and in pages', async () => {
    const days = Array.from({ length: 90 }, (_, at) => addDays('2026-11-23', -at));
    cursor.rows = [
      ...days.map((date) => usageEvent(`${date}T00:00:00Z`)),
      ...Array.from({ length: 1100 }, (_, at) =>
        usageEvent(new Date(Date.parse(day) + at * 1000).toISOString(), { model: 'composer-2.5' }),
      ),
    ];
    const { snapshot } = await collect('cursor');
    expect(snapshot.daily.filter(({ model }) => model === 'claude-4.5-sonnet')).toHaveLength(90);
    expect(snapshot.daily).toContainEqual(
      expect.objectContaining({ date: day, model: 'composer-2.5', responses: 1100 }),
    );
    expect(snapshot.sources['cursor']).toMatchObject({
      coveredFrom: '2026-08-26',
      coveredTo: '2026-11-23',
    });
    const sent = cursor.takeRequests().map(({ body }) => JSON.parse(body) as { page: number });
    expect(sent.map(({ page }) => page)).toEqual([1, 1, 1, 2, 3]);
  });

  test('fails when events are missing from the pages', async () => {
    cursor.rows = [usageEvent(`${day}T00:00:00Z`)];
    cursor.fault = () => ({
      status: 200,
      body: {
        totalUsageEventsCount: 2,
        pagination: { hasNextPage: false },
        usageEvents: [],
      },
    });
    expect((await collect('cursor')).snapshot.sources['cursor']).toMatchObject({
      status: 'error',
      message: expect.stringContaining('do not contain the number of events') as string,
    });
  });

  test('a key that the API returns in its encoded form is redacted', async () => {
    cursor.fault = ({ headers }) => ({
      status: 401,
      body: { error: { type: 'x', message: JSON.stringify(headers) } },
    });
    const { snapshot, warnings, failure } = await collect('cursor');
    const text = JSON.stringify([snapshot, warnings, (failure as { hint?: string }).hint]);
    expect(text).toContain('Basic ***');
    expect(text).not.toContain(Buffer.from(cursorKey).toString('base64').slice(0, 12));
  });
});

describe('the spend of the LiteLLM proxy', () => {
  test('has the tokens and the reported cost of a day and model over all pages', async () => {
    litellm.rows = [
      ...[0.1, 0.2, 0.3].map((spend) => dailySpend(day, { spend })),
      dailySpend(day, { model: 'gpt-5', spend: 1, cache_read_input_tokens: 0 }),
      dailySpend('2026-11-23', { model: 'gpt-5' }),
    ];
    const { snapshot } = await collect('litellm');
    expect(snapshot.daily).toMatchObject([
      {
        ...{ date: day, model: 'claude-opus-5', responses: 12, costUsd: '0.600000' },
        ...{ costBasis: 'reported' },
        tokens: { input: 900, output: 150, cacheWrite5m: 300, cacheRead: 1800 },
      },
      { date: day, model: 'gpt-5', costUsd: '1.000000', tokens: { input: 900 } },
      { date: '2026-11-23', model: 'gpt-5', partial: true },
    ]);
    expect(litellm.takeRequests().map(({ url }) => url)).toEqual([
      '/user/daily/activity?start_date=2026-08-26&end_date=2026-11-22&page=1&page_size=1000',
      '/user/daily/activity?start_date=2026-08-26&end_date=2026-11-22&page=2&page_size=1000',
      '/user/daily/activity?start_date=2026-11-23&end_date=2026-11-23&page=1&page_size=1000',
    ]);
  });

  test('spend without a model is an entry of its own', async () => {
    litellm.rows = [
      dailySpend(day),
      dailySpend(day, {
        model: null,
        spend: 0.25,
        prompt_tokens: 0,
        completion_tokens: 0,
        api_requests: 3,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 0,
      }),
    ];
    expect((await collect('litellm')).snapshot.daily).toMatchObject([
      { model: 'claude-opus-5', costUsd: '0.100000' },
      { model: 'unknown', costUsd: '0.250000', responses: 3, tokens: { input: 0 } },
    ]);
  });

  test('fails when the number of pages changes while they are read', async () => {
    litellm.rows = [1, 2, 3].map(() => dailySpend(day));
    litellm.fault = (_, number) => {
      if (number === 2) litellm.rows = [...litellm.rows, dailySpend(day), dailySpend(day)];
      return null;
    };
    expect((await collect('litellm')).snapshot.sources['litellm']).toMatchObject({
      status: 'error',
      message: expect.stringContaining('the pages changed while they were read') as string,
    });
  });
});
