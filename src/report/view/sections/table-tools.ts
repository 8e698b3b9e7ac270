import { h, type PageElement } from '../element.ts';
import { filterNumbers, filterTexts, filterWords } from '../filter.ts';
import { groupings } from '../page-state.ts';

/** Renders the filter of the table. It is not rendered again, so that it keeps the focus. Hidden without scripts. */
export const tableTools = (): PageElement =>
  h(
    'div.tools',
    { id: 'tools', hidden: true },
    h(
      'label.search',
      h('span', 'Filter'),
      h('input', {
        id: 'filter',
        type: 'search',
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: 'client:acme dirty cost>10',
        'aria-describedby': 'filter-problem',
      }),
      h('kbd', { 'aria-hidden': 'true' }, '/'),
    ),
    h(
      'label',
      h('span', 'Group'),
      h(
        'select',
        { id: 'group' },
        Object.entries(groupings).map(([value, text]) => h('option', { value }, text)),
      ),
    ),
    h('output', { id: 'count' }),
    h('p', { id: 'filter-problem', role: 'alert' }),
    filterHelp(),
  );

const filterHelp = (): PageElement =>
  h(
    'details.filter-help',
    { id: 'filter-help' },
    h('summary', 'Filter language'),
    h(
      'dl',
      h(
        'div',
        h('dt', h('code', 'web "two words"')),
        h('dd', 'in name, path, branch, client, tags, languages or notes; all terms must match'),
      ),
      h('div', h('dt', h('code', '-word')), h('dd', 'does not match')),
      Object.entries(filterWords).map(([word, { text }]) =>
        h('div', h('dt', h('code', word)), h('dd', text)),
      ),
      h(
        'div',
        h('dt', h('code', 'client:acme client=acme client:')),
        h('dd', `contains, equals, has none. Fields: ${Object.keys(filterTexts).join(', ')}`),
      ),
      h(
        'div',
        h('dt', h('code', 'cost>10 coverage<=50')),
        h(
          'dd',
          `compares; unknown never matches. Fields: ${Object.keys(filterNumbers).join(', ')}`,
        ),
      ),
    ),
  );
