import { shellQuote } from '../../../util/shell.ts';
import { countOf, integer, longDay, unknown } from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { h, type Content, type PageElement } from '../element.ts';
import { changesOf } from '../model.ts';
import { fixLine } from './fix-line.ts';

const facts = (
  title: string,
  rows: readonly (readonly [string, Content])[],
  after: Content = null,
): PageElement =>
  h(
    'div.card',
    h('h2', title),
    h(
      'dl.facts',
      rows.map(([name, value]) => h('div', h('dt', name), h('dd', value ?? unknown))),
    ),
    after,
  );

export function branchFacts(project: PageProject): PageElement {
  const { branch, upstream, ahead, behind, dirty, oldestChangeAt, unpushed, stash, lastCommit } =
    project;
  const since = (at: string | null | undefined): string =>
    at == null ? '' : `, the oldest of ${longDay(at)}`;
  const number = (value: number | undefined): string =>
    value === undefined ? unknown : integer(value);
  return facts('Branch', [
    ['branch', branch ?? unknown],
    ['upstream', upstream ?? 'none'],
    ['ahead, behind', `${number(ahead)}, ${number(ahead === undefined ? behind : (behind ?? 0))}`],
    [
      'changed files',
      changesOf(project) === null && dirty === true
        ? 'some'
        : `${integer(changesOf(project))}${since(oldestChangeAt)}`,
    ],
    [
      'unpushed',
      unpushed === undefined
        ? '0'
        : `${countOf(unpushed.commits, 'commit')}${since(unpushed.oldestAt)}`,
    ],
    ['stash', stash === undefined ? '0' : `${integer(stash.entries)}${since(stash.oldestAt)}`],
    [
      'last commit',
      lastCommit === undefined ? unknown : `${longDay(lastCommit.at)}: ${lastCommit.subject}`,
    ],
  ]);
}

export function readingFacts(data: PageData, project: PageProject): PageElement {
  const { id, firstSeen, lastSeen, state = 'ok', stack = [], license, warnings = [] } = project;
  return facts(
    'Runs',
    [
      ['state', state],
      ['first read', longDay(firstSeen ?? null)],
      ['last read', lastSeen === undefined ? longDay(data.run.at) : longDay(lastSeen)],
      ['languages, tools', stack.length === 0 ? unknown : stack.join(', ')],
      ['license', license ?? unknown],
      ['id', id],
    ],
    [
      warnings.length === 0
        ? null
        : h(
            'ul.reasons',
            warnings.map((text) => h('li', h('span.warn', text))),
          ),
      fixLine(`sync-runner status ${shellQuote(id)}`),
    ],
  );
}
