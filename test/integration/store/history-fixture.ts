import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openStore, type Store } from '../../../src/store/store.ts';
import { entriesOf, projectOf, readHistory, registryOf, type StoreFixture } from './fixtures.ts';

/** Saves a run in which each project has the given number of files. */
export async function save(
  { workspace, stage }: StoreFixture,
  run: string,
  files: Readonly<Record<string, number>>,
): ReturnType<Store['saveSync']> {
  const projects = Object.entries(files).map(([id, count]) =>
    projectOf(id, { counts: { files: count, commits: null } }),
  );
  const snapshot = registryOf(projects, run);
  return openStore(workspace).saveSync(stage, 'projects', {
    run,
    snapshot,
    entries: entriesOf(snapshot),
  });
}

/** Returns the lines of the history as `MM-DDTHH:MM key files`. */
export const historyLines = async (fixture: StoreFixture): Promise<readonly string[]> =>
  (await readHistory(fixture.workspace, 'projects')).map(
    ({ run, key, files }) => `${String(run).slice(5, 16)} ${String(key)} ${String(files)}`,
  );

export const historyDirOf = ({ workspace }: StoreFixture): string =>
  workspace.historyDir('projects');
export const monthFileOf = (fixture: StoreFixture, month: string): string =>
  join(historyDirOf(fixture), `projects-${month}.jsonl`);

export async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
