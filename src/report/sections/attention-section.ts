import type { Attention, ProjectAnalytics } from '../../schema/analytics.ts';
import { needsAttention } from '../../analytics/overview.ts';
import {
  attentionGroupNames,
  attentionTitles,
  type AttentionGroup,
} from '../../schema/attention-codes.ts';
import {
  change,
  dollars,
  integer,
  longDay,
  percent,
  severityClass,
  unknown,
} from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { costOf } from '../sort-projects.ts';

const shownProjects = 6;

/** Short names of the reasons. */
const reasonNames: Readonly<Record<Attention['code'], string>> = {
  unreadable: 'unreadable',
  conflicts: 'conflicts',
  'unborn-with-files': 'never committed',
  'detached-commits': 'detached commits',
  diverged: 'diverged',
  'never-pushed': 'never pushed',
  'upstream-gone': 'upstream gone',
  'no-upstream': 'no upstream',
  unpushed: 'unpushed',
  'unsaved-work': 'uncommitted',
  stash: 'stash',
  missing: 'vanished',
  'no-remote': 'no remote',
  'cost-without-commits': 'cost, no commits',
  'cost-spike': 'cost spike',
  'coverage-fell': 'coverage fell',
  'high-debt': 'high debt',
  'todos-grew': 'more TODOs',
  behind: 'behind',
  'invalid-ignore': 'invalid ignore',
};

export const reasonName = ({ code }: Attention): string => reasonNames[code];

/** Renders the projects that need attention by what is at stake, with the fix of each reason. */
export function attentionSection(ordered: readonly ProjectAnalytics[]): Html {
  const projects = ordered.filter(needsAttention);
  const ignored = ordered.reduce((sum, project) => sum + project.ignored, 0);
  const groups = attentionGroupNames.map((group) => ({
    group,
    projects: projects.filter(({ attention: [worst] }) => worst?.group === group),
  }));
  return html`<section aria-labelledby="attention">
    <h2 id="attention">Needs attention</h2>
    ${
      projects.length === 0
        ? html`<p class="muted">No project needs attention.</p>`
        : groups.filter((one) => one.projects.length > 0).map(groupCards)
    }${ignored === 0 ? emptyHtml : html`<p class="muted">${integer(ignored)} ignored.</p>`}
  </section> `;
}

function groupCards({
  group,
  projects,
}: {
  readonly group: AttentionGroup;
  readonly projects: readonly ProjectAnalytics[];
}): Html {
  const more = projects.length - shownProjects;
  const title = attentionTitles[group];
  return html`<h3 class="lead">${title.charAt(0).toUpperCase()}${title.slice(1)}</h3>
    <ul class="cards">
      ${projects.slice(0, shownProjects).map(card)}
    </ul>
    ${
      more > 0
        ? html`<p class="muted">
            ${integer(more)} more in the <a href="#projects">table of all projects</a>.
          </p>`
        : emptyHtml
    }`;
}

function card(project: ProjectAnalytics): Html {
  const { name, path, attention, activity, quality } = project;
  return html`<li class="card">
    <h4>${name}</h4>
    <p class="path">${path}</p>
    <ul class="reasons">
      ${attention.map(
        (reason) =>
          html`<li class="${severityClass(reason)}">
            ${reason.message}${reason.hint === null ? emptyHtml : html`<br /><code>${reason.hint}</code>`}
          </li>`,
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
