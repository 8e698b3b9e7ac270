import { describe, expect, test } from 'vitest';
import type { PageData, PageProject } from '../../../src/report/page-data.ts';
import { parseFilter } from '../../../src/report/view/filter.ts';
import { daysOf } from '../../../src/report/view/model.ts';
import {
  initialState,
  parseFragment,
  toFragment,
  type PageState,
} from '../../../src/report/view/page-state.ts';
import { escapeMarkdown } from '../../../src/report/view/markdown.ts';
import { selectRows, subtotalOf } from '../../../src/report/view/select.ts';

const projects: readonly PageProject[] = [
  {
    ...{
      id: 'shop',
      name: 'Shop',
      path: '/code/web/shop',
      client: 'ACME Corp',
      tags: ['web', 'live'],
    },
    ...{
      dirty: true,
      changes: 4,
      ahead: 2,
      coverage: 61.5,
      todos: 12,
      debt: 'high',
      branch: 'main',
    },
    ...{
      costs: [10, 0, 12_000_000, 15, 0, 3_500_000],
      commits: [0, 100, 20, 5],
      deadline: '2026-12-24',
    },
  },
  {
    ...{ id: 'api', name: 'api', path: '/code/api', client: 'Globex', tags: ['web'] },
    ...{ dirty: false, coverage: 90, todos: 0, debt: 'low', lastSeen: '2026-11-01T00:00:00.000Z' },
  },
  { id: 'dirty-harry', name: 'dirty harry', path: '/code/dirty-harry', state: 'missing' },
];

const data: PageData = {
  ...{ day: '2026-11-30', today: '2026-11-30', timeZone: 'UTC', first: '2026-11-01' },
  ...{ updatedOn: '2026-11-30', sentences: [], budget: null, models: ['opus'] },
  run: {
    health: null,
    diagnostics: [],
    at: null,
    staleAt: null,
    nextRunAt: null,
    day: null,
    outcome: null,
  },
  isUsageUnreadable: false,
  ledgers: [
    {
      ...{ name: 'agents', title: 'Claude Code', costBasis: 'calculated', agents: [] },
      ...{ coveredFrom: 0, coveredTo: 29, costs: [10, 0, 12_000_000, 15, 0, 3_500_000] },
      month: {
        ...{ uncoveredDays: 0, costUsd: null, unpricedModels: [], forecastUsd: null },
        ...{ budgetUsed: null, budgetForecast: null, budgetReachedOn: null },
      },
    },
  ],
  ...{ outside: [], trend: [], trendChange: null, runs: [], projects },
};

const selected = (query: string, state: Partial<PageState> = {}): readonly string[] =>
  selectRows(data, { ...initialState, query, ...state }).groups.flatMap(({ rows }) =>
    rows.map(({ project }) => project.id),
  );

describe('a filter', () => {
  test.each([
    ['', ['shop', 'api', 'dirty-harry']],
    ['SHOP', ['shop']],
    ['client:acme', ['shop']],
    ['client=acme', []],
    ['client="acme corp"', ['shop']],
    ['client:', ['dirty-harry']],
    ['tag:web -tag:live', ['api']],
    ['dirty', ['shop']],
    ['"dirty"', ['dirty-harry']],
    ['-dirty', ['api', 'dirty-harry']],
    ['client:acme dirty cost>10', ['shop']],
    ['cost>15.5', []],
    ['cost>=15.5', ['shop']],
    ['cost<1', ['api', 'dirty-harry']],
    ['coverage<=61.5', ['shop']],
    ['coverage>0', ['shop', 'api']],
    ['commits=5', ['shop']],
    ['changes=0', ['api']],
    ['debt>=medium', ['shop']],
    ['deadline<2027', ['shop']],
    ['old', ['api']],
    ['missing', ['dirty-harry']],
    ['"dirty harry"', ['dirty-harry']],
    ['dir:/code/web', ['shop']],
    ['"', ['shop', 'api', 'dirty-harry']],
  ])('%s selects the matching projects', (query, expected) => {
    // All days: the commits before 30 days are unknown.
    expect(selected(query, { range: 'all' })).toEqual(expected);
  });

  test('names an unknown field and a number that is missing', () => {
    expect(parseFilter('size>3').problem).toContain('unknown field size; fields are client, tag, ');
    expect(parseFilter('cost>many').problem).toBe('cost is compared with a number: cost>10');
    expect(parseFilter('client:acme dirty cost>10').problem).toBeNull();
  });

  test('applies to the cost in the range', () => {
    expect(selected('cost>0', { range: '7' })).toEqual(['shop']);
    expect(selected('cost>10', { range: '7' })).toEqual([]);
  });
});

test('rows are sorted in both directions with unknown values last', () => {
  expect(selected('', { sort: 'coverage', descending: true })).toEqual([
    'api',
    'shop',
    'dirty-harry',
  ]);
  expect(selected('', { sort: 'coverage' })).toEqual(['shop', 'api', 'dirty-harry']);
  expect(selected('', { sort: 'name' })).toEqual(['api', 'dirty-harry', 'shop']);
});

test('groups have subtotals of the projects that exist, and a project with several tags is in several', () => {
  const { groups } = selectRows(data, { ...initialState, group: 'tag', range: 'all' });
  expect(groups.map(({ value, rows }) => [value, rows.length])).toEqual([
    ['live', 1],
    ['web', 2],
    [null, 1],
  ]);
  expect(groups.map(subtotalOf)).toEqual([
    { projects: 1, needing: 0, cost: 15_500_000, commits: 5, changes: 4, todos: 12 },
    { projects: 2, needing: 0, cost: 15_500_000, commits: 5, changes: 4, todos: 12 },
    { projects: 0, needing: 0, cost: null, commits: null, changes: null, todos: null },
  ]);
});

test('a state is restored from its fragment', () => {
  const state: PageState = {
    ...{ range: '90', query: 'client:"acme corp" cost>10 100%', sort: 'cost', descending: true },
    ...{ group: 'tag', project: null },
  };
  expect(parseFragment(toFragment(state))).toEqual(state);
  const project = { ...state, project: '</script> ?#名前' };
  expect(parseFragment(toFragment(project))).toEqual(project);
  expect(toFragment(initialState)).toBe('');
  expect(parseFragment('#range=8&sort=-size&group=x&q=')).toEqual(initialState);
  expect(parseFragment('#p/%E0%A4%A')).toEqual({ ...initialState, project: '%E0%A4%A' });
});

test('ranges end today and include it', () => {
  expect(daysOf(data, '7')).toEqual({ from: 23, to: 29 });
  expect(daysOf(data, 'all')).toEqual({ from: 0, to: 29 });
});

test('escapeMarkdown leaves no character that Markdown interprets', () => {
  expect(escapeMarkdown('a|b `c` <img> [x](y)\n# z')).toBe(
    'a\\|b \\`c\\` \\<img\\> \\[x\\](y) \\# z',
  );
});
