import { expect, test } from 'vitest';
import { assessFreshness } from '../../../../../src/syncs/quality/coverage/coverage-outcome.ts';

const report = (reportTime: number | null, ...sources: string[]) => ({
  reportTime,
  tracked: false,
  sources,
});
const written = (times: Readonly<Record<string, number>>) => (path: string) => times[path] ?? null;

test('assessFreshness returns fresh when no covered source is more than two seconds newer than the report', () => {
  const clock = written({ a: 1000, b: 12_000 });
  expect(assessFreshness([report(10_000, 'a', 'b')], clock)).toEqual({
    freshness: 'fresh',
    staleFiles: 0,
    goneFiles: 0,
  });
});

test('assessFreshness returns stale and the number of newer sources when a covered source is newer', () => {
  const clock = written({ a: 1000, b: 12_001, c: 99_000 });
  expect(assessFreshness([report(10_000, 'a', 'b', 'c', 'gone')], clock)).toEqual({
    freshness: 'stale',
    staleFiles: 2,
    goneFiles: 1,
  });
});

test('assessFreshness compares a source with the newest report that covers it', () => {
  const clock = written({ a: 50_000 });
  const [older, newer] = [report(10_000, 'a'), report(60_000, 'a')];
  expect(assessFreshness([older, newer], clock).freshness).toBe('fresh');
  expect(assessFreshness([newer, older], clock).freshness).toBe('fresh');
});

test('assessFreshness returns unknown when git tracks the report or no covered source exists', () => {
  const tracked = { ...report(1, 'a'), tracked: true };
  expect(assessFreshness([tracked], written({ a: 99_000 })).freshness).toBe('unknown');
  expect(assessFreshness([report(1, 'gone')], written({}))).toMatchObject({
    freshness: 'unknown',
    staleFiles: null,
    goneFiles: 1,
  });
});
