import { h, type Content, type PageElement } from '../element.ts';

/** A chart with a title, a description, and its data as a table for readers who can't see it. */
export interface Figure {
  /** Unique on the page; letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  /** Distinguishes charts of the same title for readers who can't see the heading above. */
  readonly subject?: string;
  /** One sentence. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly body: Content;
  readonly legend?: readonly LegendEntry[];
  readonly table: DataTable;
  /** Whether it is as wide as the page, and scrolls on a phone. */
  readonly wide?: boolean;
}

export interface LegendEntry {
  readonly label: string;
  /** A CSS class: `s1` … `s6`, `budget`, `ok`, … */
  readonly color: string;
}

export interface DataTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function figure(chart: Figure): PageElement {
  const { id, title, subject, description, width, height, body, legend = [], table, wide } = chart;
  const name = subject === undefined ? title : `${title}, ${subject}`;
  return h(
    'figure',
    { class: wide === true ? 'chart wide' : 'chart', id },
    h(
      'figcaption',
      h('h3', title),
      h('p', description),
      legend.length > 0 &&
        h(
          'ul.legend',
          legend.map(({ label, color }) => h('li', h('i', { class: color }), label)),
        ),
    ),
    h(
      'div.plot',
      { tabindex: 0, role: 'group', 'aria-label': name },
      h(
        'svg',
        {
          viewBox: `0 0 ${String(width)} ${String(height)}`,
          role: 'img',
          'aria-labelledby': `${id}-t ${id}-d`,
        },
        h('title', { id: `${id}-t` }, name),
        h('desc', { id: `${id}-d` }, description),
        body,
      ),
    ),
    dataTable(table, name),
  );
}

const dataTable = ({ header, rows }: DataTable, name: string): PageElement =>
  h(
    'details',
    h('summary', 'Data', h('span.hide', ` of ${name}`)),
    h(
      'div.data',
      { tabindex: 0, role: 'group', 'aria-label': `Data of ${name}` },
      h(
        'table',
        h(
          'thead',
          h(
            'tr',
            header.map((cell) => h('th', { scope: 'col' }, cell)),
          ),
        ),
        h(
          'tbody',
          rows.map(([first = '', ...rest]) =>
            h(
              'tr',
              h('th', { scope: 'row' }, first),
              rest.map((cell) => h('td', cell)),
            ),
          ),
        ),
      ),
    ),
  );
