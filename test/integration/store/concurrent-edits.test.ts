import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Project } from '../../../src/schema/projects.ts';
import { applyCommit } from '../../../src/store/commit.ts';
import { openStore } from '../../../src/store/store.ts';
import { withFileSystem, type Operation } from './file-system.ts';
import {
  entriesOf,
  projectOf,
  readJson,
  registryOf,
  storeFixture,
  type StoreFixture,
} from './fixtures.ts';

const run = '2026-11-23T08:45:00.000Z';

async function save({ workspace, stage }: StoreFixture, project: Project): Promise<void> {
  const store = openStore(workspace);
  await store.readSnapshot('projects');
  const snapshot = registryOf([project], run);
  await store.saveSync(stage, 'projects', { run, snapshot, entries: entriesOf(snapshot) });
}

async function editedText({ workspace }: StoreFixture, notes: string): Promise<string> {
  const path = workspace.snapshot('projects');
  const registry = (await readJson(path)) as { projects: object[] };
  return JSON.stringify({
    ...registry,
    projects: registry.projects.map((one) => ({ ...one, notes })),
  });
}

/** Saves a new snapshot and calls `edit` once, directly before the operation that `isHere` selects. */
async function saveWithEdit(
  fixture: StoreFixture,
  isHere: (operation: Operation) => boolean,
  edit: () => Promise<void>,
): Promise<void> {
  let edits = 0;
  await withFileSystem(
    async (operation) => {
      if (edits > 0 || !isHere(operation)) return;
      edits += 1;
      await edit();
    },
    () => save(fixture, projectOf('a', { license: 'ISC' })),
  ).finally(() => {
    expect(edits).toBe(1);
  });
}

const isReplacement =
  ({ workspace }: StoreFixture) =>
  ({ name, path }: Operation): boolean =>
    name === 'rename' && path === workspace.snapshot('projects');

const projectsIn = async ({ workspace }: StoreFixture): Promise<unknown> =>
  ((await readJson(workspace.snapshot('projects'))) as { projects: unknown }).projects;

test('a snapshot keeps an edit that is written in place directly before its file is replaced', async () => {
  await using fixture = await storeFixture();
  await save(fixture, projectOf('a'));
  await saveWithEdit(fixture, isReplacement(fixture), async () => {
    await writeFile(fixture.workspace.snapshot('projects'), await editedText(fixture, 'in place'));
  });
  expect(await projectsIn(fixture)).toMatchObject([{ license: 'ISC', notes: 'in place' }]);
  expect(await readdir(fixture.stage)).toEqual([]);
});

test('a snapshot keeps an edit that is renamed onto its file directly before the link to it', async () => {
  await using fixture = await storeFixture();
  await save(fixture, projectOf('a'));
  const path = fixture.workspace.snapshot('projects');
  await saveWithEdit(
    fixture,
    ({ name }) => name === 'link',
    async () => {
      await writeFile(`${path}~`, await editedText(fixture, 'renamed'));
      await rename(`${path}~`, path);
    },
  );
  expect(await projectsIn(fixture)).toMatchObject([{ license: 'ISC', notes: 'renamed' }]);
  expect(await readdir(fixture.stage)).toEqual([]);
});

test('a snapshot keeps an edit in place when the process ends at any operation after the replacement', async () => {
  for (let at = 1; ; at += 1) {
    await using fixture = await storeFixture();
    await save(fixture, projectOf('a'));
    let count = 0;
    let isReplaced = false;
    await withFileSystem(
      async (operation) => {
        if (isReplaced && operation.name !== 'open') count += 1;
        if (count >= at) throw new Error('crash');
        if (isReplaced || !isReplacement(fixture)(operation)) return;
        isReplaced = true;
        const path = fixture.workspace.snapshot('projects');
        await writeFile(path, await editedText(fixture, 'in place'));
      },
      () => save(fixture, projectOf('a', { license: 'ISC' })),
    ).catch((error: unknown) => {
      expect(error).toMatchObject({ message: 'crash' });
    });
    const next = join(fixture.workspace.lock, 'own.2');
    await rename(dirname(fixture.stage), next);
    await applyCommit(join(next, 'stage'), fixture.workspace.data);
    expect(await projectsIn(fixture)).toMatchObject([{ license: 'ISC', notes: 'in place' }]);
    if (count < at) {
      expect(at).toBeGreaterThan(8);
      return;
    }
  }
});

test('an unreadable edit in place is set aside and reported when its file was just replaced', async () => {
  await using fixture = await storeFixture();
  await save(fixture, projectOf('a'));
  const path = fixture.workspace.snapshot('projects');
  const saved = saveWithEdit(fixture, isReplacement(fixture), () => writeFile(path, '{ "half'));
  await expect(saved).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining('the edit is in projects.json.corrupt-') as string,
  });
  expect(await projectsIn(fixture)).toMatchObject([{ license: 'ISC' }]);
  const names = await readdir(fixture.workspace.data);
  const quarantined = names.filter((name) => name.startsWith('projects.json.corrupt-'));
  expect(quarantined).toHaveLength(1);
  expect(await readFile(join(fixture.workspace.data, String(quarantined[0])), 'utf8')).toBe(
    '{ "half',
  );
  await applyCommit(fixture.stage, fixture.workspace.data);
  expect(await projectsIn(fixture)).toMatchObject([{ license: 'ISC' }]);
});

test.each(['EPERM', 'ENOTSUP'])(
  'a snapshot is saved on a file system without hard links (%s)',
  async (code) => {
    await using fixture = await storeFixture();
    await save(fixture, projectOf('a'));
    await withFileSystem(
      ({ name }) => {
        if (name === 'link') throw Object.assign(new Error(code), { code });
      },
      () => save(fixture, projectOf('a', { license: 'ISC' })),
    );
    expect(await projectsIn(fixture)).toMatchObject([{ license: 'ISC' }]);
  },
);
