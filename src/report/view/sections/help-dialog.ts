import { h, type PageElement } from '../element.ts';

const keys = [
  ['/', 'filter projects'],
  ['j, k', 'next, previous project'],
  ['Enter', 'open the page of the project'],
  ['Esc', 'close, back, clear the filter'],
  ['1 … 5', 'range: 7, 30, 90, 180 days, all'],
  ['← →', 'read a chart that has the focus'],
  ['?', 'this help'],
] as const;

export const helpDialog = (): PageElement =>
  h(
    'dialog',
    { id: 'help', 'aria-labelledby': 'help-title' },
    h('h2', { id: 'help-title' }, 'Keyboard'),
    h(
      'dl.keys',
      keys.map(([key, text]) => h('div', h('dt', h('kbd', key)), h('dd', text))),
    ),
    h(
      'p.muted',
      'Range, filter, order and group are part of the address: bookmark it. The filter language is explained below the filter.',
    ),
    h('form', { method: 'dialog' }, h('button', { type: 'submit', class: 'quiet' }, 'Close')),
  );
