/** The ranges that all numbers of the page can refer to, in days up to today. */
export const ranges = {
  '7': '7 days',
  '30': '30 days',
  '90': '90 days',
  '180': '180 days',
  all: 'all days',
} as const;
export type Range = keyof typeof ranges;

export const groupings = {
  none: 'not grouped',
  client: 'client',
  tag: 'tag',
  directory: 'directory',
} as const;
export type Grouping = keyof typeof groupings;

export const sortKeys = [
  'name',
  'needs',
  'cost',
  'commits',
  'commit',
  'changes',
  'coverage',
  'todos',
  'debt',
] as const;
export type SortKey = (typeof sortKeys)[number];

/** The choices of the reader. All of it is in the fragment of the address. */
export interface PageState {
  readonly range: Range;
  readonly query: string;
  /** Null for the order of the program: what needs attention first. */
  readonly sort: SortKey | null;
  readonly descending: boolean;
  readonly group: Grouping;
  /** The id of the project whose page is shown. */
  readonly project: string | null;
}

export const initialState: PageState = {
  range: '30',
  query: '',
  sort: null,
  descending: false,
  group: 'none',
  project: null,
};

/** Returns the state for a fragment such as `#p/alpha?range=90`. Invalid parts are ignored. */
export function parseFragment(fragment: string): PageState {
  const text = fragment.replace(/^#/, '');
  const isProject = text.startsWith('p/');
  const [path = '', query = ''] = isProject ? splitAt(text, '?') : ['', text];
  const params = new URLSearchParams(query);
  const range = params.get('range') ?? '';
  const group = params.get('group') ?? '';
  const sort = params.get('sort') ?? '';
  const key = sortKeys.find((one) => one === sort.replace(/^-/, '')) ?? null;
  return {
    range: Object.hasOwn(ranges, range) ? (range as Range) : initialState.range,
    query: params.get('q') ?? '',
    sort: key,
    descending: key !== null && sort.startsWith('-'),
    group: Object.hasOwn(groupings, group) ? (group as Grouping) : 'none',
    project: isProject ? decode(path.slice(2)) : null,
  };
}

/** Returns the fragment of a state; empty for the initial one. */
export function toFragment({ range, query, sort, descending, group, project }: PageState): string {
  const params = new URLSearchParams();
  if (range !== initialState.range) params.set('range', range);
  if (query !== '') params.set('q', query);
  if (sort !== null) params.set('sort', `${descending ? '-' : ''}${sort}`);
  if (group !== 'none') params.set('group', group);
  const text = params.toString();
  if (project === null) return text === '' ? '' : `#${text}`;
  return `#p/${encodeURIComponent(project)}${text === '' ? '' : `?${text}`}`;
}

function splitAt(text: string, separator: string): readonly string[] {
  const index = text.indexOf(separator);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
