import { html, nothing, type Html } from '../html-template.ts';

/** A chart with its name, what it says in a sentence, and its data as a table for those who can't see it. */
export interface Figure {
  /** Unique on the page, of letters and dashes. */
  readonly id: string;
  readonly title: string;
  /** What tells it apart from other charts of the same title, for those who do not see where it stands. */
  readonly subject?: string;
  /** What the picture shows, in a sentence. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly body: Html;
  readonly legend?: readonly LegendEntry[];
  readonly table: DataTable;
}

export interface LegendEntry {
  readonly label: string;
  /** A colour's class: `s1` … `s6`, `budget`, `ok`, … */
  readonly color: string;
}

export interface DataTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Charts over time are wide: on a phone they scroll, for shrunk text can't be read. */
const wideFrom = 600;

export function figure(chart: Figure): Html {
  const { id, title, subject, description, width, height, body, legend, table } = chart;
  const name = subject === undefined ? title : `${title}, ${subject}`;
  const isWide = width >= wideFrom;
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
      ${legend ? legendList(legend) : nothing}
    </figcaption>
    ${isWide ? html`<div class="scroll" tabindex="0" role="group" aria-label="${name}">${svg}</div>` : svg}
    <details>
      <summary>Data<span class="hide"> of: ${name}</span></summary>
      ${dataTable(table, name)}
    </details>
  </figure> `;
}

const legendList = (entries: readonly LegendEntry[]): Html =>
  html`<ul class="legend">
    ${entries.map(({ label, color }) => html`<li><i class="${color}"></i>${label}</li>`)}
  </ul>`;

function dataTable({ head, rows }: DataTable, title: string): Html {
  const cells = ([first = '', ...rest]: readonly string[]): Html =>
    html`<tr>
      <th scope="row">${first}</th>
      ${rest.map((cell) => html`<td>${cell}</td>`)}
    </tr>`;
  return html`<div class="data" tabindex="0" role="group" aria-label="Data: ${title}">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(cells)}
      </tbody>
    </table>
  </div>`;
}
