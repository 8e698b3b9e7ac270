import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  projectQuality,
  type Coverage,
  type Lighthouse,
  type Todos,
} from '../../../../src/schema/quality.ts';
import { assessDebt, type Debt } from '../../../../src/syncs/quality/tech-debt.ts';
import { unreadableProject } from '../../../../src/syncs/quality/project-files/unreadable-project.ts';

const unknown = unreadableProject(
  { id: 'a', name: 'a', path: '/a', kind: 'git', fileId: null, ignoresCase: false, root: 0 },
  'no report was found',
);

interface Given {
  readonly covered?: readonly [covered: number, total: number];
  readonly coverage?: Coverage['freshness'];
  readonly score?: number;
  readonly lighthouse?: Lighthouse['freshness'];
  readonly todos?: readonly [total: number, lines: number];
}

function assess({ covered, score, todos, ...freshness }: Given): Debt {
  const [hit, total] = covered ?? [null, null];
  const percent = hit === null ? null : Math.round((hit * 10_000) / total) / 100;
  const [markers, lines] = todos ?? [null, null];
  return assessDebt({
    coverage: {
      ...unknown.coverage,
      covered: hit,
      total,
      percent,
      freshness: freshness.coverage ?? (covered ? 'fresh' : null),
    },
    lighthouse: {
      ...unknown.lighthouse,
      score: score ?? null,
      freshness: freshness.lighthouse ?? (score === undefined ? null : 'fresh'),
    },
    lighthouseScore: score ?? null,
    todos: {
      ...unknown.todos,
      total: markers,
      lines,
      perKloc: markers === null ? null : (markers * 1000) / lines,
    } satisfies Todos,
  });
}

test.each([
  [{ covered: [80, 100] }, 'medium'],
  [{ covered: [80_001, 100_000] }, 'low'],
  [{ covered: [50, 100] }, 'high'],
  [{ covered: [5001, 10_000] }, 'medium'],
  [{ covered: [0, 10] }, 'high'],
  [{ score: 80 }, 'medium'],
  [{ score: 80.01 }, 'low'],
  [{ covered: [99, 100], score: 50 }, 'high'],
  [{ covered: [99, 100], score: 99 }, 'low'],
  [{ todos: [900, 1000] }, null],
  [{}, null],
] as const)('assessDebt for %j returns the level %s', (given, techDebt) => {
  expect(assess(given).techDebt).toBe(techDebt);
});

test.each([
  [{ covered: [92, 100], todos: [3, 10_000] }, 7.9],
  [{ covered: [92, 100], score: 70 }, 15.3],
  [{ covered: [92, 100], score: 70, lighthouse: 'stale' }, 12.4],
  [{ todos: [50, 1000] }, null],
  [{ todos: [0, 1000] }, null],
  [{ covered: [1, 1], todos: [50, 199] }, 0],
  [{}, null],
] as const)('assessDebt for %j returns the score %s', (given, score) => {
  expect(assess(given).debtScore).toBe(score);
});

test.each([
  [{ covered: [9, 10], score: 90 }, 'high'],
  [{ covered: [9, 10], score: 90, coverage: 'unknown' }, 'medium'],
  [{ covered: [9, 10], score: 90, coverage: 'stale' }, 'medium'],
  [{ covered: [9, 10] }, 'medium'],
  [{ covered: [9, 10], coverage: 'stale' }, 'low'],
  [{ covered: [9, 10], score: 90, coverage: 'stale', lighthouse: 'stale' }, 'low'],
  [{ todos: [1, 1000] }, null],
] as const)('assessDebt for %j returns the confidence %s', (given, confidence) => {
  expect(assess(given).confidence).toBe(confidence);
});

test('assessDebt names the worst level first', () => {
  expect(assess({ covered: [9, 10], score: 42 }).reasons).toEqual([
    'high debt: Lighthouse 42',
    'low debt: coverage 90 %',
  ]);
});

test('an entry with the level `none` of an earlier version has unknown levels', () => {
  const entry = { ...unknown, techDebt: 'none', confidence: 'none' };
  expect(projectQuality.parse(entry)).toMatchObject({ techDebt: null, confidence: null });
});

test('assessDebt returns a reason for each term and each missing signal', () => {
  expect(assess({ covered: [8, 10], coverage: 'stale', todos: [3, 10_000] }).reasons).toEqual([
    'medium debt: coverage 80 %, older than the code',
    '0.3 TODOs per 1,000 lines',
    'Lighthouse unknown: no report was found',
  ]);
});

describe('assessDebt, calculated by hand,', () => {
  test.each([
    // 100 - (10 * 92 + 2.5 * (100 - 25 * 0.3)) / 12.5 = 100 - (920 + 231.25) / 12.5
    [{ covered: [92, 100], todos: [3, 10_000] }, 'low', 7.9, 'medium'],
    // 100 - (10 * 75 + 5 * 90 + 2.5 * (100 - 25 * 0.8)) / 17.5 = 100 - (750 + 450 + 200) / 17.5
    [{ covered: [3, 4], score: 90, todos: [8, 10_000] }, 'medium', 20, 'high'],
    // The same, coverage stale: 100 - (5 * 75 + 450 + 200) / 12.5
    [{ covered: [3, 4], coverage: 'stale', score: 90, todos: [8, 10_000] }, 'medium', 18, 'medium'],
    // The same, both stale: 100 - (5 * 75 + 2.5 * 90 + 200) / 10
    [
      { covered: [3, 4], coverage: 'stale', score: 90, lighthouse: 'stale', todos: [8, 10_000] },
      ...(['medium', 20, 'low'] as const),
    ],
    // With 4 tags per 1,000 lines the term is 0, and more do not reduce it further: 100 - (10 * 100 + 0) / 12.5
    [{ covered: [7, 7], todos: [4, 1000] }, 'low', 20, 'medium'],
    [{ covered: [7, 7], todos: [900, 1000] }, 'low', 20, 'medium'],
    // 200 lines are enough for a density: 100 - (10 * 60 + 2.5 * (100 - 25 * 5)) / 12.5, at least 0
    [{ covered: [60, 100], todos: [1, 200] }, 'medium', 52, 'medium'],
    // Nothing to count is not 0 %: only Lighthouse is used.
    [{ covered: [0, 0], score: 95 }, 'low', 5, 'medium'],
    // Not rounded: 2 of 3 is 66.666… %, not 66.67 %.
    [{ covered: [2, 3] }, 'medium', 33.3, 'medium'],
  ] as const)(
    'for %j returns the level %s, the score %d and the confidence %s',
    (given, techDebt, debtScore, confidence) => {
      expect(assess(given)).toMatchObject({ techDebt, debtScore, confidence });
    },
  );
});

test('assessDebt returns a score from 0 to 100, and neither age nor TODOs change the level', () => {
  const freshness = fc.constantFrom('fresh', 'stale', 'unknown' as const);
  const given = fc.record(
    {
      covered: fc.tuple(fc.nat(100), fc.constant(100)),
      coverage: freshness,
      score: fc.double({ min: 0, max: 100, noNaN: true }),
      lighthouse: freshness,
      todos: fc.tuple(fc.nat(5000), fc.integer({ min: 200, max: 100_000 })),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(given, (one) => {
      const { techDebt, debtScore } = assess(one);
      const { covered, score } = one;
      expect(debtScore === null).toBe(!covered && score === undefined);
      if (debtScore !== null) {
        expect(debtScore).toBeGreaterThanOrEqual(0);
        expect(debtScore).toBeLessThanOrEqual(100);
        expect(debtScore).toBe(Number(debtScore.toFixed(1)));
      }
      const only = { ...(covered && { covered }), ...(score !== undefined && { score }) };
      expect(techDebt).toBe(assess(only).techDebt);
    }),
  );
});
