import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { projectsSnapshot, type Project } from '../../../../src/schema/projects.ts';
import { discover } from '../../../../src/discovery/discover.ts';
import { createRepositoryReader } from '../../../../src/git/reader.ts';
import type { Collected, SyncContext } from '../../../../src/syncs/sync.ts';
import { syncContext, testSystem } from '../../../helpers/context.ts';
import type { TemporaryWorkspace } from '../../../helpers/workspace.ts';
import { anHourLater } from '../../git/reader-fixture.ts';

type Changes = Partial<Omit<SyncContext<'projects'>, 'options'>> & { readonly options?: object };
export type Context = ReturnType<typeof syncContext<'projects'>>;

/** Returns the context of a run, with a real discovery of `code/` and a real repository reader. */
export async function contextOf(
  workspace: TemporaryWorkspace,
  changes: Changes = {},
  previousGracePeriod: ReadonlySet<string> = new Set(),
  repositoryCache: Uint8Array | null = null,
): Promise<Context> {
  const scratch = await mkdtemp(join(workspace.root, 'scratch-'));
  const context = syncContext('projects', workspace.root, {
    options: { roots: ['code'] },
    system: testSystem({ now: anHourLater }),
    ...changes,
  });
  const { options, signal, system, root: workspaceRoot } = context;
  const known = context.previous?.projects ?? [];
  const repositories = createRepositoryReader({
    ...{ system, signal, scratch },
    cache: repositoryCache,
  });
  return {
    ...context,
    discover: () =>
      discover({
        ...{ workspaceRoot, home: system.home, options, known, previousGracePeriod },
        ...{ repositories, signal },
      }),
    repositories,
  };
}

/** Returns the parts of the next run's context that come from the previous run. */
export const after = (last: Collected<'projects'>): Partial<SyncContext<'projects'>> => ({
  previous: projectsSnapshot.parse(JSON.parse(JSON.stringify(last.snapshot))),
  cache: last.cache ?? null,
  startedAt: new Date('2026-11-23T09:00:00.000Z'),
  lastSuccess: new Date('2026-11-23T08:45:10.000Z'),
});

export const only = ({ snapshot }: Collected<'projects'>): Project => {
  const [project] = snapshot.projects;
  if (project === undefined) throw new Error('no project was collected');
  return project;
};
