import { toMicros } from '../analytics/usage/money.ts';
import { isAgent } from '../schema/agent-names.ts';
import { isFound } from '../schema/project-states.ts';
import type { Project } from '../schema/projects.ts';
import type { Snapshot, SyncName } from '../schema/syncs.ts';

/** What a run found to be different from the previous one. `amount` is not 0; costs are in microdollars. */
export interface RunChange {
  readonly type:
    'new-projects' | 'vanished-projects' | 'projects-with-new-commits' | 'todos' | 'cost-of-agents';
  readonly amount: number;
}

type Compare<Name extends SyncName> = (
  before: Snapshot<Name>,
  now: Snapshot<Name>,
) => readonly RunChange[];

const compare: { readonly [Name in SyncName]: Compare<Name> } = {
  tokens: (before, now) => [{ type: 'cost-of-agents', amount: costOf(now) - costOf(before) }],
  quality: (before, now) => [{ type: 'todos', amount: changedTodos(before, now) }],
  projects: (before, now) => changedProjects(before.projects, now.projects),
};

/** Returns the changes of a sync since the previous snapshot; without one, only the number of projects. */
export function changesOf<Name extends SyncName>(
  name: Name,
  before: Snapshot<Name> | null,
  now: Snapshot<Name>,
): readonly RunChange[] {
  const changes: readonly RunChange[] =
    before === null
      ? [{ type: 'new-projects', amount: name === 'projects' ? countProjects(now) : 0 }]
      : compare[name](before, now);
  return changes.filter(({ amount }) => amount !== 0);
}

const countProjects = (snapshot: object): number =>
  (snapshot as Snapshot<'projects'>).summary.projects;

/** Only what agents have used: bills contain the same usage. */
const costOf = ({ totals }: Snapshot<'tokens'>): number =>
  Object.entries(totals).reduce(
    (sum, [source, { costUsd }]) =>
      isAgent(source) && costUsd !== null ? sum + toMicros(costUsd) : sum,
    0,
  );

/** Only of projects with a known number in both snapshots. */
function changedTodos(before: Snapshot<'quality'>, now: Snapshot<'quality'>): number {
  const previous = new Map(before.projects.map(({ id, todos }) => [id, todos.total]));
  return now.projects.reduce((sum, { id, todos }) => {
    const then = previous.get(id) ?? null;
    return then === null || todos.total === null ? sum : sum + todos.total - then;
  }, 0);
}

function changedProjects(
  before: readonly Project[],
  now: readonly Project[],
): readonly RunChange[] {
  const previous = new Map(before.map((project) => [project.id, project]));
  const count = (matches: (project: Project, then: Project | undefined) => boolean): number =>
    now.filter((project) => matches(project, previous.get(project.id))).length;
  return [
    { type: 'new-projects', amount: count((_project, then) => then === undefined) },
    {
      type: 'vanished-projects',
      amount: count(
        ({ state }, then) => state === 'missing' && then !== undefined && isFound(then),
      ),
    },
    {
      type: 'projects-with-new-commits',
      amount: count(({ git }, then) => {
        const [head, headBefore] = [git?.lastCommit?.hash, then?.git?.lastCommit?.hash];
        return head !== undefined && headBefore !== undefined && head !== headBefore;
      }),
    },
  ];
}
