import { rename, writeFile } from 'node:fs/promises';
import type { Project } from '../../../src/schema/projects.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { entriesOf, readJson, registryOf, type StoreFixture } from './fixtures.ts';

/** The start of the run. */
export const run = '2026-11-23T08:45:00.000Z';

/** Runs the projects sync with the given projects; `meanwhile` is called between reading and saving. */
export async function sync(
  { workspace, stage }: StoreFixture,
  projects: readonly Project[],
  at = run,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): ReturnType<Store['saveSync']> {
  const store = openStore(workspace);
  await store.readSnapshot('projects');
  await meanwhile();
  const snapshot = registryOf(projects, at);
  const [entries, cache] = [entriesOf(snapshot), Buffer.from('cache')];
  return store.saveSync(stage, 'projects', { run: at, snapshot, entries, cache });
}

/** Changes the registry as an editor does: writes a new file and renames it. */
export async function edit(
  { workspace }: StoreFixture,
  change: (registry: { projects: Record<string, unknown>[]; [key: string]: unknown }) => void,
): Promise<void> {
  const path = workspace.snapshot('projects');
  const registry = (await readJson(path)) as { projects: Record<string, unknown>[] };
  change(registry);
  await writeFile(`${path}~`, JSON.stringify(registry));
  await rename(`${path}~`, path);
}

export const registryIn = async ({ workspace }: StoreFixture): Promise<{ projects: Project[] }> =>
  (await readJson(workspace.snapshot('projects'))) as { projects: Project[] };
