import { describe, expect, test } from 'vitest';
import { lineReaders } from '../../../src/analytics/history/line-readers.ts';
import { finishedDays, summarizeRunDays } from '../../../src/analytics/history/run-days.ts';
import {
  reduceMonth,
  valuesAt,
  type Series,
  type SeriesMonth,
} from '../../../src/analytics/history/series.ts';
import { qualityTrend, trendChange } from '../../../src/analytics/history/quality-trend.ts';
import type { TrendPoint } from '../../../src/schema/analytics.ts';
import { decodeCache, encodeCache } from '../../../src/util/cache.ts';
import { yieldToEventLoop } from '../../helpers/snapshots.ts';

const line = (
  at: string,
  key: string,
  coverage: number | null,
  todos: number | null = 0,
  techDebt: 'high' | null = null,
): unknown => ({
  run: `2026-${at}:00:00.000Z`,
  key,
  head: null,
  coverage,
  lighthouse: null,
  todos,
  techDebt,
  debtScore: null,
});

async function series(lines: Readonly<Record<string, readonly unknown[]>>): Promise<Series> {
  const months = Object.entries(lines).map(
    async ([month, ofMonth]) =>
      [month, await reduceMonth(month, ofMonth, lineReaders.quality, yieldToEventLoop)] as const,
  );
  return new Map(await Promise.all(months));
}

const stateLine = (at: string, key: string, state: string): unknown => ({
  run: `2026-${at}:00:00.000Z`,
  key,
  state,
  commits: 1,
});

const monthOfStates = (
  month: string,
  days: readonly string[],
  states: readonly string[],
): Promise<SeriesMonth> =>
  reduceMonth(
    month,
    days.map((day, index) => stateLine(`${day}T08`, 'gone', states[index] ?? 'ok')),
    lineReaders.projects,
    yieldToEventLoop,
  );

const trendOf = (quality: Series, projects: Series = new Map()): Promise<TrendPoint[]> =>
  qualityTrend({ quality, projects }, '2026-11-23', yieldToEventLoop);

describe('trendChange', () => {
  test('compares the projects that exist on both days and reports new and removed ones separately', async () => {
    const quality = await series({
      '2026-10': [
        line('10-20T08', 'alpha', 50, 4),
        line('10-20T08', 'beta', null, 10),
        line('10-20T08', 'gone', 10, 7),
      ],
      '2026-11': [
        line('11-20T08', 'alpha', 60, 6),
        line('11-20T08', 'beta', 70, 14),
        line('11-20T08', 'new', 0, 91),
      ],
    });
    expect(trendChange({ quality, projects: new Map() }, await trendOf(quality))).toEqual({
      from: '2026-10-20',
      to: '2026-11-20',
      coverage: { projects: 1, change: 10 },
      todos: {
        projects: 2,
        change: 6,
        added: { projects: 1, todos: 91 },
        removed: { projects: 1, todos: 7 },
      },
    });
  });

  test('is null when the trend does not go back 30 days', async () => {
    const quality = await series({ '2026-11': [line('11-01T08', 'alpha', 50, 4)] });
    expect(trendChange({ quality, projects: new Map() }, await trendOf(quality))).toBeNull();
  });
});

describe('qualityTrend', () => {
  test('leaves out a project from the day on which it vanished until it is back', async () => {
    const days = ['10-30', '10-31', '11-01', '11-02', '11-03'];
    const lines = days.map((day) => [
      line(`${day}T08`, 'alpha', 50, 1),
      line(`${day}T08`, 'gone', 90, 4, 'high'),
    ]);
    const quality = await series({
      '2026-10': lines.slice(0, 2).flat(),
      '2026-11': lines.slice(2).flat(),
    });
    const states = ['ok', 'missing', 'missing', 'missing', 'ok'];
    const projects = new Map([
      ['2026-10', await monthOfStates('2026-10', days.slice(0, 2), states.slice(0, 2))],
      ['2026-11', await monthOfStates('2026-11', days.slice(2), states.slice(2))],
    ]);
    expect(
      (await trendOf(quality, projects)).map(({ projects: count, todos }) => [count, todos]),
    ).toEqual([
      [2, 5],
      [1, 1],
      [1, 1],
      [1, 1],
      [2, 5],
    ]);
  });

  test('uses the last line of each key and day', async () => {
    const quality = await series({
      '2026-11': [
        line('11-01T08', 'alpha', 50, 4),
        line('11-01T08', 'beta', 70, 6),
        line('11-02T08', 'alpha', 50, 4),
        line('11-02T08', 'beta', 70, 6),
        line('11-02T09', 'alpha', 60, 5),
        line('11-02T10', 'alpha', 61, 5),
      ],
    });
    expect(await trendOf(quality)).toMatchObject([
      { date: '2026-11-01', projects: 2, withCoverage: 2, coverage: 60, todos: 10 },
      { date: '2026-11-02', projects: 2, withCoverage: 2, coverage: 65.5, todos: 11 },
    ]);
  });

  test('has no point for days without a run and counts a project only while the history contains it', async () => {
    const quality = await series({
      '2026-10': [line('10-31T08', 'gone', 10, 1, 'high'), line('10-31T08', 'alpha', null, null)],
      '2026-11': [line('11-03T08', 'alpha', null, null)],
    });
    expect(await trendOf(quality)).toEqual([
      {
        date: '2026-10-31',
        projects: 2,
        withCoverage: 1,
        coverage: 10,
        todos: 1,
        techDebt: { unknown: 1, low: 0, medium: 0, high: 1 },
      },
      {
        date: '2026-11-03',
        projects: 1,
        withCoverage: 0,
        coverage: null,
        todos: null,
        techDebt: { unknown: 1, low: 0, medium: 0, high: 0 },
      },
    ]);
  });

  test('leaves out a project from the day after its last line', async () => {
    const quality = await series({
      '2026-11': [
        line('11-01T08', 'gone', 10, 1, 'high'),
        line('11-01T08', 'alpha', 50, 2),
        line('11-02T08', 'alpha', 50, 2),
      ],
    });
    expect(await trendOf(quality)).toMatchObject([
      { date: '2026-11-01', projects: 2, coverage: 30, todos: 3 },
      { date: '2026-11-02', projects: 1, coverage: 50, todos: 2 },
    ]);
  });

  test('ignores lines of another shape, of another month and of the future', async () => {
    const quality = await series({
      '2026-11': [
        null,
        7,
        { run: '2026-11-01T08:00:00Z' },
        { run: 'yesterday', key: 'x' },
        line('12-01T08', 'alpha', 50),
        line('11-24T08', 'alpha', 50),
      ],
    });
    expect(await trendOf(quality)).toEqual([]);
  });

  test('valuesAt returns the value of a key at the end of a day across months', async () => {
    const quality = await series({
      '2026-10': [line('10-20T08', 'alpha', 50), line('10-21T08', 'alpha', 55)],
      '2026-11': [line('11-05T08', 'alpha', 60)],
    });
    const at = (day: string): unknown => valuesAt(quality, day).get('alpha')?.[0];
    expect(['2026-10-19', '2026-10-20', '2026-11-04', '2026-11-05'].map(at)).toEqual([
      undefined,
      50,
      55,
      60,
    ]);
  });

  test('a reduced month is unchanged by encoding and decoding its cache', async () => {
    const [month] = (await series({ '2026-11': [line('11-01T08', '__proto__', null)] })).values();
    const stamp = { name: 'rollups', schemaVersion: 1 };
    expect(decodeCache(stamp, encodeCache(stamp, month))).toEqual(month);
  });
});

describe('run days', () => {
  const run = (at: string, outcome: string, durationMs = 100): unknown => ({
    run: at,
    finishedAt: at,
    durationMs,
    outcome,
    trigger: 'scheduled',
    syncs: {},
  });

  test('count the outcomes of each complete day', async () => {
    const days = await summarizeRunDays(
      [
        run('2026-11-01T08:00:00.000Z', 'success', 100),
        run('2026-10-31T23:59:00.000Z', 'success'),
        ...[200, 300, 400].map((ms) => run('2026-11-01T08:00:00.000Z', 'success', ms)),
        run('2026-11-01T09:00:00.000Z', 'error', 900),
        run('2026-11-01T10:00:00.000Z', 'interrupted', 50),
        { run: '2026-11-01T11:00:00.000Z', outcome: 'exploded' },
        run('2026-11-23T00:00:00.000Z', 'success'),
        run('2026-03-01T00:00:00.000Z', 'success'),
      ],
      yieldToEventLoop,
    );
    const first = { date: '2026-10-31', runs: 1, success: 1, error: 0, interrupted: 0 };
    const second = { date: '2026-11-01', runs: 6, success: 4, error: 1, interrupted: 1 };
    expect(finishedDays(days, '2026-11-23')).toEqual([
      { ...first, durationMs: { p50: 100, p95: 100 } },
      { ...second, durationMs: { p50: 200, p95: 900 } },
    ]);
  });
});
