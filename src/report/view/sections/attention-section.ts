import {
  attentionGroupNames,
  attentionTitles,
  type AttentionGroup,
} from '../../../schema/attention-codes.ts';
import { integer, severityClass } from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { h, type PageElement } from '../element.ts';
import { needsYou } from '../model.ts';
import type { PageState } from '../page-state.ts';
import { fixLine } from './fix-line.ts';
import { outsideLinks, projectLink } from './project-links.ts';

/** Projects of a group that are not collapsed. */
const shownProjects = 5;
/** Projects of a group; the others are in the table. */
const listedProjects = 25;

/** Renders the projects that need attention by what is at stake, with the fix of each reason. */
export function attentionSection(projects: readonly PageProject[], state: PageState): PageElement {
  const needing = projects.filter(needsYou);
  const ignored = projects.reduce((sum, one) => sum + (one.ignored ?? 0), 0);
  return h(
    'section',
    { 'aria-labelledby': 'attention', id: 'needs-you' },
    h('h2', { id: 'attention' }, 'Needs you', h('span.count', integer(needing.length))),
    needing.length === 0
      ? h(
          'p.empty',
          'Nothing needs you. No project could lose work, costs more than usual or is getting worse.',
        )
      : h(
          'div.needs',
          attentionGroupNames.map((group) => {
            const members = needing.filter(({ attention = [] }) => attention[0]?.group === group);
            return members.length === 0 ? null : groupList(group, members, state);
          }),
        ),
    ignored !== 0 && h('p.muted', `${integer(ignored)} ignored.`),
  );
}

function groupList(
  group: AttentionGroup,
  projects: readonly PageProject[],
  state: PageState,
): PageElement {
  const title = attentionTitles[group];
  const more = projects.slice(shownProjects, listedProjects);
  const hidden = projects.length - shownProjects - more.length;
  const list = (members: readonly PageProject[]): PageElement =>
    h(
      'ul.tasks',
      members.map((project) => task(project, state)),
    );
  return h(
    'div',
    { class: `group ${group}` },
    h(
      'h3',
      title.charAt(0).toUpperCase() + title.slice(1),
      h('span.count', integer(projects.length)),
    ),
    list(projects.slice(0, shownProjects)),
    more.length > 0 &&
      h(
        'details',
        h(
          'summary',
          `${integer(more.length + Math.max(0, hidden))} more`,
          h('span.hide', ` in ${title}`),
        ),
        list(more),
        hidden > 0 &&
          h(
            'p.muted',
            `${integer(hidden)} more in the `,
            h('a', { href: '#q=needs' }, 'table of projects'),
            '.',
          ),
      ),
  );
}

const task = (project: PageProject, state: PageState): PageElement =>
  h(
    'li.task',
    h(
      'div.who',
      projectLink(project, state),
      project.client !== undefined && h('span.muted', project.client),
      h('span.links', outsideLinks(project)),
    ),
    reasonList(project),
  );

/** Renders the reasons why a project needs attention, each with its fix. */
export const reasonList = ({ attention = [] }: PageProject): PageElement =>
  h(
    'ul.reasons',
    attention.map((reason) =>
      h(
        'li',
        h('span', { class: severityClass(reason) }, reason.message),
        reason.hint !== null && fixLine(reason.hint),
      ),
    ),
  );

export const gettingStarted = (data: PageData): PageElement | null =>
  data.projects !== null
    ? null
    : h(
        'section',
        { 'aria-labelledby': 'start', class: 'card' },
        h('h2', { id: 'start' }, 'Getting started'),
        h('p', 'No projects yet. Three commands fill this page:'),
        h(
          'ol.steps',
          [
            [
              'sync-runner init ~/code',
              'writes data/config/sync.json with the directories that contain your projects',
            ],
            [
              'sync-runner run',
              'reads repositories, coverage reports and the logs of coding agents',
            ],
            ['sync-runner report --open', 'updates this page and opens it'],
          ].map(([command = '', what = '']) => h('li', fixLine(command), h('span.muted', what))),
        ),
      );
