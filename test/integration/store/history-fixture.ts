import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openStore, type Store } from '../../../src/store/store.ts';
import { entriesOf, projectOf, readHistory, registryOf, type StoreFixture } from './fixtures.ts';

/** One run in which each project has so many files. */
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

export const told = async (fixture: StoreFixture): Promise<readonly string[]> =>
  (await readHistory(fixture.workspace, 'projects')).map(
    ({ run, key, files }) => `${String(run).slice(5, 16)} ${String(key)} ${String(files)}`,
  );

export const folderOf = ({ workspace }: StoreFixture): string => workspace.historyDir('projects');
export const monthOf = (fixture: StoreFixture, month: string): string =>
  join(folderOf(fixture), `projects-${month}.jsonl`);

export async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
