import type { Attention, ProjectAnalytics } from '../../schema/analytics.ts';
import { change, dollars, integer, longDay, percent, unknown } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { costOf } from '../sort-projects.ts';

const shownProjects = 6;

/** Short name and level of each reason. */
const reasons: Readonly<Record<Attention['code'], readonly [name: string, level: 'bad' | 'warn']>> =
  {
    unreadable: ['unreadable', 'bad'],
    conflicts: ['conflicts', 'bad'],
    'cost-without-commits': ['cost, no commits', 'warn'],
    'coverage-fell': ['coverage fell', 'warn'],
    'high-debt': ['high debt', 'warn'],
    'unsaved-work': ['uncommitted', 'warn'],
    unpushed: ['unpushed', 'warn'],
    'todos-grew': ['more TODOs', 'warn'],
    missing: ['vanished', 'warn'],
  };

export const reasonName = (code: Attention['code']): string => reasons[code][0];
export const reasonLevel = (code: Attention['code']): 'bad' | 'warn' => reasons[code][1];

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
      ${attention.map(
        ({ code, message }) => html`<li class="${reasonLevel(code)}">${message}</li>`,
      )}
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
        fact('debt', quality === null ? unknown : quality.techDebt),
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
