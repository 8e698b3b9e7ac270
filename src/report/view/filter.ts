import { getOrInsert } from '../../util/collections.ts';
import type { PageData, PageProject } from '../page-data.ts';
import {
  changesOf,
  debtLevels,
  isOld,
  needsYou,
  newCommits,
  projectCost,
  type Days,
} from './model.ts';
import type { Range } from './page-state.ts';

/** What a filter is applied in. */
export interface FilterContext {
  readonly data: PageData;
  readonly range: Range;
  readonly days: Days;
  /** The days of the range in UTC, for everything but costs. */
  readonly utcDays: Days;
}

type Test = (project: PageProject, context: FilterContext) => boolean;

export interface Filter {
  readonly matches: Test;
  /** Why it is invalid; null if it is valid. */
  readonly problem: string | null;
}

/** Words that select projects in a state. In quotes, they are searched for like any other word. */
export const filterWords = {
  needs: { text: 'needs you', test: needsYou },
  dirty: { text: 'has uncommitted changes', test: ({ dirty }) => dirty === true },
  unpushed: {
    text: 'has unpushed commits',
    test: (one) => (one.unpushed?.commits ?? one.ahead ?? 0) > 0,
  },
  stash: { text: 'has stash entries', test: ({ stash }) => stash !== undefined },
  missing: { text: 'no longer exists', test: ({ state }) => state === 'missing' },
  old: { text: 'was not read by the last run', test: isOld },
} as const satisfies Readonly<Record<string, { readonly text: string; readonly test: Test }>>;

/** Numbers to compare; undefined and null are unknown and never match. */
export const filterNumbers = {
  cost: (one, { data, days }) => {
    const micros = projectCost(data, one, days);
    return micros === null ? null : micros / 1e6;
  },
  commits: (one, { range, utcDays }) => newCommits(one, range, utcDays),
  changes: changesOf,
  ahead: ({ ahead }) => ahead,
  behind: ({ behind }) => behind,
  coverage: ({ coverage }) => coverage,
  todos: ({ todos }) => todos,
} as const satisfies Readonly<
  Record<string, (project: PageProject, context: FilterContext) => number | null | undefined>
>;

/** Texts to compare: `client:acme`, `tag:web`; empty for projects without a value. */
export const filterTexts = {
  client: ({ client }) => [client],
  tag: ({ tags = [] }) => tags,
  dir: ({ path }) => [path],
  branch: ({ branch }) => [branch],
  lang: ({ stack = [] }) => stack,
  debt: ({ debt }) => [debt],
  state: ({ state = 'ok' }) => [state],
  deadline: ({ deadline }) => [deadline],
  rule: ({ attention = [] }) => attention.map(({ code }) => code),
} as const satisfies Readonly<
  Record<string, (project: PageProject) => readonly (string | undefined)[]>
>;

/** Parses a filter such as `client:acme dirty cost>10 -tag:old "two words"`. All of its terms must match. */
export function parseFilter(query: string): Filter {
  const problems: string[] = [];
  const tests = [...query.matchAll(/(-?)((?:[^\s"]|"[^"]*"?)+)/g)].map(
    ([, minus, term = '']): Test => {
      const parsed = parseTerm(term);
      if (typeof parsed === 'string') {
        problems.push(parsed);
        return () => true;
      }
      return minus === '-' ? (one, context) => !parsed(one, context) : parsed;
    },
  );
  return {
    matches: (project, context) => tests.every((test) => test(project, context)),
    problem: problems[0] ?? null,
  };
}

function parseTerm(term: string): Test | string {
  const word = term.toLowerCase();
  if (Object.hasOwn(filterWords, word)) return filterWords[word as keyof typeof filterWords].test;
  const [, name = '', operator = '', rest = ''] = /^([a-z]+)(:|>=|<=|>|<|=)(.*)$/s.exec(word) ?? [];
  const value = unquote(rest);
  if (operator === '') return searchFor(unquote(word));
  if (Object.hasOwn(filterNumbers, name)) {
    return compareNumbers(name as keyof typeof filterNumbers, operator, value);
  }
  if (Object.hasOwn(filterTexts, name)) {
    return compareTexts(name as keyof typeof filterTexts, operator, value);
  }
  const names = [...Object.keys(filterTexts), ...Object.keys(filterNumbers)].join(', ');
  return `unknown field ${name}; fields are ${names}`;
}

const unquote = (text: string): string => text.replaceAll('"', '');

const searched = new WeakMap<PageProject, string>();

const searchFor =
  (wanted: string): Test =>
  (project) =>
    getOrInsert(searched, project, searchText).includes(wanted);

function searchText(project: PageProject): string {
  const { id, name, path, client = '', tags = [], branch = '', stack = [], notes = '' } = project;
  return [id, name, path, client, ...tags, branch, ...stack, notes].join('\n').toLowerCase();
}

function compareNumbers(
  name: keyof typeof filterNumbers,
  operator: string,
  text: string,
): Test | string {
  const wanted = Number(text.replace(/^\$|%$/g, ''));
  if (text === '' || !Number.isFinite(wanted))
    return `${name} is compared with a number: ${name}>10`;
  const valueOf: (project: PageProject, context: FilterContext) => number | null | undefined =
    filterNumbers[name];
  return (project, context) => {
    const value = valueOf(project, context) ?? null;
    return value !== null && compare(value, wanted, operator);
  };
}

function compareTexts(name: keyof typeof filterTexts, operator: string, wanted: string): Test {
  const valuesOf: (project: PageProject) => readonly (string | undefined)[] = filterTexts[name];
  const isOrdered = operator !== ':' && operator !== '=';
  return (project) => {
    const values = valuesOf(project).flatMap((value) => value?.toLowerCase() ?? []);
    if (wanted === '') return values.length === 0;
    if (name === 'debt' && isOrdered) {
      return values.some((value) =>
        compare(debtLevels.indexOf(value), debtLevels.indexOf(wanted), operator),
      );
    }
    if (isOrdered) return values.some((value) => compare(value, wanted, operator));
    return values.some((value) => (operator === '=' ? value === wanted : value.includes(wanted)));
  };
}

function compare<Value extends number | string>(
  one: Value,
  other: Value,
  operator: string,
): boolean {
  switch (operator) {
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    default:
      return one === other;
  }
}
