import { expect, test } from 'vitest';
import type { Coverage, Lighthouse, Todos } from '../../../../src/contract/quality.ts';
import { judgeDebt, type Debt } from '../../../../src/syncs/quality/debt.ts';
import { unknownProject } from '../../../../src/syncs/quality/unknown-project.ts';

const unknown = unknownProject(
  { id: 'a', name: 'a', path: '/a', kind: 'git', root: 0 },
  'nothing was found',
);

interface Given {
  readonly covered?: readonly [covered: number, total: number];
  readonly coverage?: Coverage['freshness'];
  readonly score?: number;
  readonly lighthouse?: Lighthouse['freshness'];
  readonly todos?: readonly [total: number, lines: number];
}

function judge({ covered, score, todos, ...freshness }: Given): Debt {
  const [hit, total] = covered ?? [null, null];
  const percent = hit === null ? null : Math.round((hit * 10_000) / total) / 100;
  const [markers, lines] = todos ?? [null, null];
  return judgeDebt({
    coverage: {
      ...unknown.coverage,
      ...{ covered: hit, total, percent },
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
      ...{ total: markers, lines },
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
  [{ todos: [900, 1000] }, 'none'],
  [{}, 'none'],
] as const)('%j makes the debt %s', (given, techDebt) => {
  expect(judge(given).techDebt).toBe(techDebt);
});

test.each([
  [{ covered: [92, 100], todos: [3, 10_000] }, 7.9],
  [{ covered: [92, 100], score: 70 }, 15.3],
  [{ covered: [92, 100], score: 70, lighthouse: 'stale' }, 12.4],
  [{ todos: [50, 1000] }, 100],
  [{ todos: [1, 1000] }, 25],
  [{ covered: [1, 1], todos: [50, 199] }, 0],
  [{}, null],
] as const)('%j makes the score %s', (given, score) => {
  expect(judge(given).debtScore).toBe(score);
});

test.each([
  [{ covered: [9, 10], score: 90 }, 'high'],
  [{ covered: [9, 10], score: 90, coverage: 'unknown' }, 'medium'],
  [{ covered: [9, 10], score: 90, coverage: 'stale' }, 'medium'],
  [{ covered: [9, 10] }, 'medium'],
  [{ covered: [9, 10], coverage: 'stale' }, 'low'],
  [{ covered: [9, 10], score: 90, coverage: 'stale', lighthouse: 'stale' }, 'low'],
  [{ todos: [1, 1000] }, 'none'],
] as const)('%j makes the confidence %s', (given, confidence) => {
  expect(judge(given).confidence).toBe(confidence);
});

test('tells every term in words, and what is missing', () => {
  expect(judge({ covered: [8, 10], coverage: 'stale', todos: [3, 10_000] }).reasons).toEqual([
    'coverage 80 %: medium, but stale',
    '0.3 TODOs in 1,000 lines',
    'no Lighthouse: nothing was found',
  ]);
});
