import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../schema/config.ts';
import { discover } from '../discovery/discover.ts';
import type { Discovery, KnownProject } from '../discovery/discovery.ts';
import { createRepositoryReader } from '../git/reader.ts';
import type { SharedContext } from './run-sync.ts';
import type { Store } from '../store/store.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';

interface RunContext extends AsyncDisposable {
  readonly shared: SharedContext;
}

/**
 * What the syncs of one run share, so that their files agree: the start, one walk over the roots, one
 * reader of repositories. Its private scratch folder lies in the lock's stage, which the next run sweeps.
 */
export async function createRunContext(options: {
  readonly workspace: Workspace;
  readonly config: Config;
  readonly store: Store;
  readonly system: System;
  readonly secrets: Readonly<Record<string, string>>;
  readonly stage: string | null;
  readonly signal: AbortSignal;
}): Promise<RunContext> {
  const { workspace, config, store, system, secrets, stage, signal } = options;
  const scratch = await scratchFolder(stage, system);
  const memory = await store.readCache('repositories');
  const repositories = createRepositoryReader({ system, signal, scratch, memory });
  const walk = async (): Promise<Discovery> =>
    discover({
      workspaceRoot: workspace.root,
      options: config.projects,
      home: system.home,
      known: await knownProjects(store),
      repositories,
      signal,
    });
  let discovery: Promise<Discovery> | null = null;
  return {
    shared: {
      root: workspace.root,
      system,
      startedAt: system.now(),
      secrets,
      discover: () => (discovery ??= walk()),
      repositories,
    },
    [Symbol.asyncDispose]: () => rm(scratch, { recursive: true, force: true }),
  };
}

async function scratchFolder(stage: string | null, system: System): Promise<string> {
  if (stage === null) return mkdtemp(join(system.tmpDir, 'sync-runner-'));
  const scratch = join(stage, 'scratch');
  await mkdir(scratch, { mode: 0o700 });
  return scratch;
}

/** Who has which id already. Quality knows ids too, should the registry be unreadable for the moment. */
async function knownProjects(store: Store): Promise<readonly KnownProject[]> {
  const [registry, quality] = await Promise.allSettled([
    store.readSnapshot('projects'),
    store.readSnapshot('quality'),
  ]);
  const known: readonly KnownProject[] =
    registry.status === 'rejected' ? [] : (registry.value?.projects ?? []);
  const others = quality.status === 'rejected' ? [] : (quality.value?.projects ?? []);
  const ids = new Set(known.map(({ id }) => id));
  const paths = new Set(known.map(({ path }) => path));
  return [
    ...known,
    ...others
      .filter(({ id, path }) => !ids.has(id) && !paths.has(path))
      .map(({ id, path }) => ({ id, path })),
  ];
}
