import type { Attention, ProjectAnalytics } from '../../schema/analytics.ts';
import { change, dollars, integer, longDay, percent, unknown } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { costOf } from '../sort-projects.ts';

const shownProjects = 6;

/** Short names of the reasons. */
const reasonNames: Readonly<Record<Attention['code'], string>> = {
  unreadable: 'unreadable',
  conflicts: 'conflicts',
  'cost-without-commits': 'cost, no commits',
  'coverage-fell': 'coverage fell',
  'high-debt': 'high debt',
  'unsaved-work': 'uncommitted',
  unpushed: 'unpushed',
  'todos-grew': 'more TODOs',
  missing: 'vanished',
};

export const reasonName = ({ code }: Attention): string => reasonNames[code];
export const reasonClass = ({ severity }: Attention): 'bad' | 'warn' =>
  severity === 'error' ? 'bad' : 'warn';

/** Renders the projects that need attention, the most severe first, with cost, activity and quality. */
export function attentionSection(ordered: readonly ProjectAnalytics[]): Html {
  const projects = ordered.filter(({ attention }) => attention.length > 0);
  const more = projects.length - shownProjects;
  return html`<section aria-labelledby="attention">
    <h2 id="attention">Needs attention</h2>
    ${
      projects.length === 0
        ? html`<p class="muted">No project needs attention.</p>`
        : html`<ul class="cards">
              ${projects.slice(0, shownProjects).map(card)}
            </ul>
            ${
              more > 0
                ? html`<p class="muted">
                    ${integer(more)} more in the
                    <a href="#projects">table of all projects</a>.
                  </p>`
                : emptyHtml
            }`
    }
  </section> `;
}

function card(project: ProjectAnalytics): Html {
  const { name, path, attention, activity, quality } = project;
  return html`<li class="card">
    <h3>${name}</h3>
    <p class="path">${path}</p>
    <ul class="reasons">
      ${attention.map((reason) => html`<li class="${reasonClass(reason)}">${reason.message}</li>`)}
    </ul>
    <dl>
      ${[
        fact('cost, 30 d', dollars(costOf(project))),
        fact('commits, 30 d', integer(activity.commits30)),
        fact('last commit', longDay(activity.lastCommit)),
        fact(
          'coverage',
          withChange(percent(quality?.coverage ?? null), quality?.coverageChange30 ?? null),
        ),
        fact('TODOs', withChange(integer(quality?.todos ?? null), quality?.todosChange30 ?? null)),
        fact('debt', quality?.techDebt ?? unknown),
      ]}
    </dl>
  </li>`;
}

const fact = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

function withChange(value: string, by: number | null): string {
  const text = change(by);
  return text === '' ? value : `${value} (${text})`;
}
