import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, dayIn, daysBetween, lastDayOfMonth } from '../../../src/util/dates.ts';
import { noTokens } from '../../../src/syncs/tokens/token-counts.ts';
import { toMicros, toMoney } from '../../../src/analytics/usage/money.ts';
import { tokensAnalytics } from '../../../src/analytics/usage/token-analytics.ts';
import { usageSource, type UsageSource } from '../../../src/schema/usage-analytics.ts';
import type { TokenEntry } from '../../../src/schema/tokens.ts';
import { tokensSnapshot, usageOf } from '../../helpers/snapshots.ts';

const now = new Date('2026-11-20T12:00:00.000Z');

function analyse(
  daily: readonly TokenEntry[],
  {
    coveredFrom,
    budget,
    readAt = null,
  }: {
    coveredFrom?: string;
    readAt?: string | null;
    budget?: { monthly: number; currency: 'USD' };
  } = {},
): readonly UsageSource[] {
  const analytics = tokensAnalytics(tokensSnapshot(daily, coveredFrom), {
    options: { timeZone: 'UTC', budget },
    now,
    readAt,
    projectOf: () => null,
    projects: null,
  });
  return analytics?.sources ?? [];
}

const range = (from: string, to: string): readonly string[] =>
  Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index));

describe('toMoney', () => {
  test('is the inverse of toMicros for integer millionths', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), (micros) => {
        expect(toMicros(toMoney(micros))).toBe(micros);
        expect(toMoney(micros)).toMatch(/^-?\d+\.\d{6}$/);
      }),
    );
    expect([toMoney(0), toMoney(-0), toMoney(0.4), toMoney(-0.4)]).toEqual(
      Array(4).fill('0.000000'),
    );
  });
});

describe('dates', () => {
  test('lastDayOfMonth returns the last day, also in leap years', () => {
    expect(['2026-02-10', '2028-02-10', '2026-12-31'].map(lastDayOfMonth)).toEqual([
      '2026-02-28',
      '2028-02-29',
      '2026-12-31',
    ]);
  });

  test('dayIn returns the day in a time zone', () => {
    const at = new Date('2026-11-20T23:30:00.000Z');
    expect([dayIn('UTC')(at), dayIn('Asia/Tokyo')(at), dayIn('America/New_York')(at)]).toEqual([
      '2026-11-20',
      '2026-11-21',
      '2026-11-20',
    ]);
  });
});

describe('usage windows', () => {
  test('contain today and the days before it', () => {
    const [source] = analyse(range('2026-08-01', '2026-11-25').map((date) => usageOf(date)));
    expect(
      source?.windows.map(({ days, from, to, costUsd, responses }) => ({
        days,
        from,
        to,
        costUsd,
        responses,
      })),
    ).toEqual([
      { days: 7, from: '2026-11-14', to: '2026-11-20', costUsd: '7.000000', responses: 7 },
      { days: 30, from: '2026-10-22', to: '2026-11-20', costUsd: '30.000000', responses: 30 },
      { days: 90, from: '2026-08-23', to: '2026-11-20', costUsd: '90.000000', responses: 90 },
    ]);
  });

  test('list prices of a flat rate are in no cost, burn rate, budget or forecast', () => {
    const spent = range('2026-11-10', '2026-11-20').map((date) => usageOf(date));
    const covered = spent.map((entry) => ({
      ...entry,
      model: 'covered',
      costUsd: '0.000000',
      listPriceUsd: '2.000000',
    }));
    const [without] = analyse(spent);
    const [source] = analyse([...spent, ...covered]);
    expect(without?.windows[0]).not.toHaveProperty('listPriceUsd');
    expect(source?.windows[0]).toMatchObject({ costUsd: '7.000000', listPriceUsd: '14.000000' });
    expect(source?.windows[0]?.averageDailyUsd).toBe(without?.windows[0]?.averageDailyUsd);
    expect(source?.month).toEqual({ ...without?.month, listPriceUsd: '22.000000' });
  });

  test('stay valid numbers and amounts for any counts in a log', () => {
    const claimed = { ...noTokens, input: Number.MAX_SAFE_INTEGER, output: 1 };
    const [source] = analyse(
      ['a', 'b', 'c'].map((project) =>
        usageOf('2026-11-19', { project, tokens: claimed, costUsd: `9${'0'.repeat(20)}.000000` }),
      ),
    );
    expect(usageSource.safeParse(source).success).toBe(true);
    expect(source?.windows[0]?.tokens).toMatchObject({ input: Number.MAX_SAFE_INTEGER, output: 3 });
  });

  test('sums over several agents name those whose tokens are unknown', () => {
    const entry = (source: string, changes: Partial<TokenEntry>): TokenEntry => ({
      ...usageOf('2026-11-19', changes),
      source,
    });
    const tokens = { ...noTokens, output: 5 };
    const snapshot = tokensSnapshot([
      entry('codex', { project: '/a', tokens }),
      entry('crush', { project: '/a', tokens: null, costUsd: '2.000000' }),
      entry('crush', { project: '/b', tokens: null, costUsd: '3.000000' }),
    ]);
    const derived = tokensAnalytics(snapshot, {
      options: { timeZone: 'UTC', budget: undefined },
      now,
      readAt: null,
      projectOf: () => null,
      projects: null,
    });
    const [, month] = derived?.agents?.windows ?? [];
    expect(month).toMatchObject({ tokens, withoutTokens: ['crush'] });
    expect(month?.projects).toMatchObject([
      { path: '/a', tokens, withoutTokens: ['crush'] },
      { path: '/b', tokens: null, withoutTokens: ['crush'] },
    ]);
    const [codex, crush] = derived?.sources ?? [];
    expect(codex?.windows[1]).not.toHaveProperty('withoutTokens');
    expect(crush?.windows[1]).toMatchObject({ tokens: null, costUsd: '5.000000' });
  });

  test('keep sources separate', () => {
    const sources = analyse([
      usageOf('2026-11-19', {
        source: 'anthropic-admin',
        costUsd: '5.000000',
        costBasis: 'billed',
      }),
      usageOf('2026-11-19'),
    ]);
    expect(
      sources.map(({ name, costBasis, windows }) => [name, costBasis, windows[0]?.costUsd]),
    ).toEqual([
      ['anthropic-admin', 'billed', '5.000000'],
      ['claude-code', 'calculated', '1.000000'],
    ]);
  });

  test('label a source as billed only when all its costs are billed', () => {
    const [source] = analyse([
      usageOf('2026-11-19', { costBasis: 'billed' }),
      usageOf('2026-11-20', { costBasis: 'calculated' }),
    ]);
    expect(source?.costBasis).toBe('calculated');
  });

  test('sum costs of priced models and name the unpriced ones', () => {
    const [source] = analyse([
      usageOf('2026-11-19', { model: 'new', costUsd: null, costBasis: 'unknown' }),
      usageOf('2026-11-19'),
    ]);
    expect(source?.windows[0]).toMatchObject({ costUsd: '1.000000', unpricedModels: ['new'] });
    expect(source?.windows[0]?.models.map(({ model, costUsd }) => [model, costUsd])).toEqual([
      ['opus', '1.000000'],
      ['new', null],
    ]);
  });

  test('report a null cost instead of 0 when no model has a price', () => {
    const [source] = analyse([usageOf('2026-11-19', { costUsd: null, costBasis: 'unknown' })]);
    expect(source?.windows[0]).toMatchObject({ costUsd: null, responses: 1 });
    expect(source?.month).toMatchObject({ costUsd: null, forecastUsd: null });
    expect(source?.daily).toEqual([
      { date: '2026-11-19', covered: true, costUsd: null, models: [] },
      { date: '2026-11-20', covered: true, costUsd: '0.000000', models: [] },
    ]);
  });

  test('report a cost of 0 for a covered week without entries', () => {
    const [source] = analyse([usageOf('2026-09-01')]);
    expect(source?.windows.map(({ costUsd }) => costUsd)).toEqual([
      '0.000000',
      '0.000000',
      '1.000000',
    ]);
  });

  test('compute the burn rate from covered days without today', () => {
    const [source] = analyse([
      usageOf('2026-11-17', { costUsd: '3.000000' }),
      usageOf('2026-11-19', { costUsd: '3.000000' }),
      usageOf('2026-11-20', { costUsd: '100.000000' }),
    ]);
    expect(source?.windows.map(({ averageDailyUsd }) => averageDailyUsd)).toEqual(
      Array(3).fill('2.000000'),
    );
    const [fresh] = analyse([usageOf('2026-11-20')]);
    expect(fresh?.windows.map(({ averageDailyUsd }) => averageDailyUsd)).toEqual([
      null,
      null,
      null,
    ]);
  });

  test('mark the days after the logs were last read as unknown, without a cost or a forecast', () => {
    const daily = range('2026-10-01', '2026-11-08').map((date) => usageOf(date));
    const [source] = analyse(daily, { readAt: '2026-11-10T08:00:00.000Z' });
    const [week, days30] = source?.windows ?? [];
    expect(week).toMatchObject({ uncoveredDays: 7, costUsd: null, averageDailyUsd: null });
    // Two of the covered days had no usage.
    expect(days30).toMatchObject({
      ...{ uncoveredDays: 10, costUsd: '18.000000', averageDailyUsd: '0.900000' },
    });
    expect(source?.month).toMatchObject({
      ...{ uncoveredDays: 10, costUsd: '8.000000', forecastUsd: null },
    });
    expect(source?.daily.slice(-13, -9)).toEqual([
      ...[
        { date: '2026-11-08', covered: true, costUsd: '1.000000', models: [expect.anything()] },
        { date: '2026-11-09', covered: true, costUsd: '0.000000', models: [] },
        { date: '2026-11-10', covered: true, costUsd: '0.000000', models: [] },
        { date: '2026-11-11', covered: false, costUsd: null, models: [] },
      ],
    ]);
    expect(source?.daily).toHaveLength(51);
  });

  test('report an unknown month when no day of it is covered', () => {
    const [source] = analyse([usageOf('2026-10-20')], { readAt: '2026-10-31T08:00:00.000Z' });
    expect(source?.month).toMatchObject({ uncoveredDays: 20, costUsd: null, budgetUsed: null });
  });

  test('have equal totals by model, by project and overall', () => {
    const entry = fc.record({
      date: fc.integer({ min: 0, max: 92 }).map((days) => addDays('2026-08-20', days)),
      model: fc.constantFrom('opus', 'sonnet', '__proto__'),
      project: fc.constantFrom('/a', '/b', 'constructor'),
      costUsd: fc.integer({ min: 0, max: 1e9 }).map(toMoney),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        const [source] = analyse(entries.map(({ date, ...rest }) => usageOf(date, rest)));
        for (const { costUsd, models, projects } of source?.windows ?? []) {
          for (const parts of [models, projects]) {
            const sum = parts.reduce((before, part) => before + toMicros(part.costUsd ?? '0'), 0);
            // Without a covered day, the cost is unknown and there are no parts.
            expect(costUsd).toBe(costUsd === null && parts.length === 0 ? null : toMoney(sum));
          }
        }
      }),
    );
  });
});

describe('usage month', () => {
  const steady = range('2026-10-01', '2026-11-20').map((date) => usageOf(date));

  test('forecasts the remaining days with the burn rate of the last 30 days', () => {
    const [source] = analyse(steady, { budget: { monthly: 25, currency: 'USD' } });
    expect(source?.month).toEqual({
      uncoveredDays: 0,
      costUsd: '20.000000',
      unpricedModels: [],
      forecastUsd: '30.000000',
      budgetUsed: 80,
      budgetForecast: 120,
      budgetReachedOn: '2026-11-25',
    });
  });

  test('reports the day on which the budget was used up', () => {
    const [source] = analyse(steady, { budget: { monthly: 10, currency: 'USD' } });
    expect(source?.month).toMatchObject({ budgetUsed: 200, budgetReachedOn: '2026-11-10' });
  });

  test('counts today with the higher of burn rate and actual cost', () => {
    const idle = analyse(steady.slice(0, -1));
    const busy = analyse([...steady.slice(0, -1), usageOf('2026-11-20', { costUsd: '5.000000' })]);
    expect([idle, busy].map(([source]) => source?.month.forecastUsd)).toEqual([
      '30.000000',
      '34.000000',
    ]);
  });

  test('has no forecast when fewer than three days are known', () => {
    const [source] = analyse([usageOf('2026-11-19'), usageOf('2026-11-20')], {
      budget: { monthly: 25, currency: 'USD' },
    });
    expect(source?.month).toEqual({
      uncoveredDays: 18,
      costUsd: '2.000000',
      unpricedModels: [],
      forecastUsd: null,
      budgetUsed: 8,
      budgetForecast: null,
      budgetReachedOn: null,
    });
  });
});

test('agents is the sum of all coding agents, without bills', () => {
  const daily = [
    usageOf('2026-11-10', { source: 'claude-code', costUsd: '1.000000' }),
    usageOf('2026-11-10', { source: 'example', costUsd: '4.000000', costBasis: 'billed' }),
    usageOf('2026-11-12', { source: 'gemini-cli', costUsd: '2.500000', model: 'gemini' }),
  ];
  const analytics = tokensAnalytics(tokensSnapshot(daily), {
    options: { timeZone: 'UTC' },
    now,
    readAt: null,
    projectOf: () => 'alpha',
    projects: null,
  });
  expect(analytics?.sources.map(({ name }) => name)).toEqual([
    'claude-code',
    'example',
    'gemini-cli',
  ]);
  expect(analytics?.agents).toMatchObject({
    name: 'agents',
    costBasis: 'calculated',
    month: { costUsd: '3.500000' },
    windows: [
      {},
      { costUsd: '3.500000', projects: [{ id: 'alpha', costUsd: '3.500000', responses: 2 }] },
      {},
    ],
  });
});
