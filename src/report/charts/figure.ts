import { html, emptyHtml, type Html } from '../html-template.ts';

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
  readonly body: Html;
  readonly legend?: readonly LegendEntry[];
  readonly table: DataTable;
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

/** Charts at least this wide scroll on a phone, because scaling down would make their text illegible. */
const minWideWidth = 600;

export function figure(chart: Figure): Html {
  const { id, title, subject, description, width, height, body, legend, table } = chart;
  const name = subject === undefined ? title : `${title}, ${subject}`;
  const isWide = width >= minWideWidth;
  const svg = html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-labelledby="${id}-t ${id}-d"
  >
    <title id="${id}-t">${name}</title>
    <desc id="${id}-d">${description}</desc>
    ${body}
  </svg>`;
  return html`<figure class="${isWide ? 'chart wide' : 'chart'}" id="${id}">
    <figcaption>
      <h3>${title}</h3>
      <p>${description}</p>
      ${legend ? legendList(legend) : emptyHtml}
    </figcaption>
    ${isWide ? html`<div class="scroll" tabindex="0" role="group" aria-label="${name}">${svg}</div>` : svg}
    <details>
      <summary>Data<span class="hide"> of ${name}</span></summary>
      ${dataTable(table, name)}
    </details>
  </figure> `;
}

const legendList = (entries: readonly LegendEntry[]): Html =>
  html`<ul class="legend">
    ${entries.map(({ label, color }) => html`<li><i class="${color}"></i>${label}</li>`)}
  </ul>`;

function dataTable({ header, rows }: DataTable, title: string): Html {
  const cells = ([first = '', ...rest]: readonly string[]): Html =>
    html`<tr>
      <th scope="row">${first}</th>
      ${rest.map((cell) => html`<td>${cell}</td>`)}
    </tr>`;
  return html`<div class="data" tabindex="0" role="group" aria-label="Data of ${title}">
    <table>
      <thead>
        <tr>
          ${header.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(cells)}
      </tbody>
    </table>
  </div>`;
}
