import type { ProjectAnalytics } from '../../schema/analytics.ts';
import { needsAttention } from '../../analytics/overview.ts';
import { reasonName } from './attention-section.ts';
import { change, dollars, integer, longDay, percent, severityClass } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { costOf } from '../sort-projects.ts';

/** Rows that are shown without scripts. The others are in a template so that the page opens quickly. */
const shownRows = 60;

/** Name, and whether the column is numeric and sorts in descending order first. */
const columns: readonly (readonly [name: string, isNumber: boolean])[] = [
  ['Project', false],
  ['Attention', true],
  ['Cost, 30 days', true],
  ['Commits, 30 days', true],
  ['Last commit', true],
  ['Changes', true],
  ['Coverage', true],
  ['TODOs', true],
  ['Debt', true],
];

export function projectTable(ordered: readonly ProjectAnalytics[]): Html {
  if (ordered.length === 0) return emptyHtml;
  const rows = ordered.map(row);
  const hidden = rows.slice(shownRows);
  return html`<section aria-labelledby="projects">
    <h2 id="projects">All projects</h2>
    <div class="tools" id="tools" hidden>
      <label
        >Filter
        <input id="filter" type="search" autocomplete="off" placeholder="name or path" /></label
      ><label
        >Show
        <select id="show">
          <option value="">all</option>
          <option value="attention">needs attention</option>
          <option value="cost">with cost</option>
          <option value="dirty">with uncommitted changes</option>
          <option value="debt">with high or medium debt</option>
        </select></label
      ><output id="count"></output>
    </div>
    <div class="scroll" tabindex="0" role="group" aria-label="All projects">
      <table class="projects" id="table">
        <caption class="hide">
          All projects with cost, activity and quality
        </caption>
        <thead>
          <tr>
            ${columns.map(
              ([name, isNumber], index) =>
                html`<th scope="col" class="${isNumber && index > 1 ? 'n' : 't'}">${name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, shownRows)}
        </tbody>
      </table>
    </div>
    ${
      hidden.length === 0
        ? emptyHtml
        : html`<p class="muted" id="rest">
              ${integer(hidden.length)} more rows
              <noscript>(shown only with scripts enabled)</noscript
              ><button id="all" type="button" hidden>Show all</button>
            </p>
            <template id="more"
              ><table>
                <tbody>
                  ${hidden}
                </tbody>
              </table></template
            >`
    }
  </section> `;
}

const debts: readonly string[] = ['low', 'medium', 'high'];

/** Renders a cell with its sort value; cells without a value are sorted last. */
const cell = (value: number | null, text: string, note = ''): Html =>
  html`<td data-v="${value ?? ''}">
    ${text}${note === '' ? emptyHtml : html` <small>${note}</small>`}
  </td>`;

function row(project: ProjectAnalytics): Html {
  const { name, path, attention, activity, quality } = project;
  const cost = costOf(project);
  const debt = quality?.techDebt ?? null;
  const marks = [
    ...(needsAttention(project) ? ['attention'] : []),
    ...(cost !== null && cost > 0 ? ['cost'] : []),
    ...(activity.dirty === true ? ['dirty'] : []),
    ...(debt === 'high' || debt === 'medium' ? ['debt'] : []),
  ];
  const at = activity.lastCommit;
  const absence = absenceText(project);
  return html`<tr data-is="${marks.join(' ')}">
    <th scope="row">${name}<small>${path}</small></th>
    <td data-v="${attention.length}">
      ${attention.map(
        (reason) => html`<em class="${severityClass(reason)}">${reasonName(reason)}</em>`,
      )}${absence === null || attention.length > 0 ? emptyHtml : html`<em>${absence}</em>`}
    </td>
    ${[
      cell(cost, dollars(cost)),
      cell(activity.commits30, integer(activity.commits30)),
      cell(at === null ? null : Date.parse(at) / 1000, longDay(at)),
      cell(activity.dirty === null ? null : Number(activity.dirty), dirtyText(activity)),
      cell(
        quality?.coverage ?? null,
        percent(quality?.coverage ?? null),
        change(quality?.coverageChange30 ?? null),
      ),
      cell(
        quality?.todos ?? null,
        integer(quality?.todos ?? null),
        change(quality?.todosChange30 ?? null),
      ),
      cell(debt === null ? null : debts.indexOf(debt), debt ?? '–'),
    ]}
  </tr> `;
}

function absenceText({ state, notObservedSince }: ProjectAnalytics): string | null {
  if (state === 'missing') return 'missing';
  return state === 'not-observed' ? `not observed since ${longDay(notObservedSince)}` : null;
}

function dirtyText({ dirty, ahead }: ProjectAnalytics['activity']): string {
  if (dirty === null) return '–';
  const unpushed = ahead !== null && ahead > 0 ? ` ↑${String(ahead)}` : '';
  return `${dirty ? '● yes' : 'no'}${unpushed}`;
}
