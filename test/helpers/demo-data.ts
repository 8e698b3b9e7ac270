import { readFileSync, writeFileSync } from 'node:fs';
import type { Workspace } from '../../src/config/workspace.ts';
import type { Project } from '../../src/schema/projects.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { addDays, dayOf } from '../../src/util/dates.ts';
import { writeSixMonths } from './six-months.ts';

/** Faults in the generated data, in addition to what happens in six months of work. */
export type DemoState = 'good' | 'conflict' | 'unknown-days';

/** Made-up projects: name, client, tags. */
const portfolio = [
  ['checkout', 'Northwind', 'web live'],
  ['storefront', 'Northwind', 'web live'],
  ['inventory-api', 'Northwind', 'api'],
  ['warehouse-sync', 'Northwind', 'api'],
  ['ledger', 'Fabrikam', 'api live'],
  ['invoices', 'Fabrikam', 'web'],
  ['tax-rules', 'Fabrikam', 'library'],
  ['mobile-app', 'Contoso', 'mobile live'],
  ['push-service', 'Contoso', 'api'],
  ['design-tokens', 'Contoso', 'library'],
  ['data-pipeline', 'Tailspin', 'data'],
  ['forecasting', 'Tailspin', 'data'],
  ['dashboards', 'Tailspin', 'web'],
  ['homepage', null, 'web'],
  ['dotfiles', null, ''],
  ['scratch', null, ''],
] as const;

/** Writes six months of data of made-up projects of four clients. Deterministic. */
export function writeDemoData(workspace: Workspace, now: Date, state: DemoState): void {
  const names = portfolio.map(([name]) => name);
  writeSixMonths(workspace, { projects: names.length, days: 184, now, names });
  edit(workspace, 'projects', ({ projects, ...rest }) => ({
    ...rest,
    projects: projects.map((project, index) => withFacts(project, index, state)),
  }));
  // The names are those of the directories, and the logs of one agent are enough.
  edit(workspace, 'tokens', ({ daily, sources, ...rest }) => {
    const { 'claude-code': agent } = sources;
    if (agent === undefined) throw new Error('no logs');
    const entries = daily.filter(({ source }) => source === 'claude-code');
    const coveredFrom = addDays(dayOf(now), -40);
    const isUnknown = state === 'unknown-days';
    return {
      ...rest,
      sources: { 'claude-code': { ...agent, ...(isUnknown ? { coveredFrom } : {}) } },
      daily: isUnknown ? entries.filter(({ date }) => date >= coveredFrom) : entries,
    };
  });
}

function withFacts(project: Project, index: number, state: DemoState): Project {
  const [name, client, tags] = portfolio[index] ?? ['', null, ''];
  const { git } = project;
  if (git === null) throw new Error('no git');
  const isConflict = state === 'conflict' && index === 0;
  const changed = index === 2 || index === 14 ? 3 : 0;
  const lastCommit =
    git.lastCommit === null ? null : { ...git.lastCommit, subject: `Improve ${name}` };
  return {
    ...project,
    description: `The ${name} of ${client ?? 'mine'}`,
    ...(client === null ? {} : { client }),
    tags: tags.split(' ').filter((tag) => tag !== ''),
    ...(index === 4 ? { deadline: '2027-01-31', notes: 'Ask Ada before a release.' } : {}),
    state: 'ok',
    git: {
      ...git,
      lastCommit,
      remotes: ['origin'],
      remote: `git@github.com:example/${name}.git`,
      upstream: 'origin/main',
      upstreamGone: false,
      ...{ ahead: index === 5 ? 2 : 0, behind: index === 9 ? 4 : 0, error: null },
      changes: { staged: 0, unstaged: changed, untracked: 0, conflicts: isConflict ? 2 : 0 },
      dirty: changed > 0 || isConflict,
    },
  };
}

function edit<Name extends 'projects' | 'tokens'>(
  { snapshot }: Workspace,
  name: Name,
  change: (snapshot: Snapshot<Name>) => Snapshot<Name>,
): void {
  const path = snapshot(name);
  const current = JSON.parse(readFileSync(path, 'utf8')) as Snapshot<Name>;
  writeFileSync(path, JSON.stringify(change(current)));
}
