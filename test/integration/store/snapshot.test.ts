import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { withFileSystem } from './file-system.ts';
import { fileStats, projectOf, readHistory, registryOf, storeFixture } from './fixtures.ts';
import { edit, registryIn, run, sync } from './sync-fixture.ts';

describe('saveSync', () => {
  test('writes a snapshot with an indent of two spaces, a final newline and mode 644', async () => {
    await using fixture = await storeFixture();
    expect(await openStore(fixture.workspace).readSnapshot('projects')).toBeNull();
    expect(await sync(fixture, [projectOf('a')])).toEqual({
      changed: true,
      historyLines: 1,
      warnings: [],
    });
    const path = fixture.workspace.snapshot('projects');
    const text = await readFile(path, 'utf8');
    expect(text).toBe(`${JSON.stringify(registryOf([projectOf('a')]), null, 2)}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o644);
    expect(await readdir(fixture.stage)).toEqual([]);
    expect(await openStore(fixture.workspace).readSnapshot('projects')).toEqual(JSON.parse(text));
  });

  test('does not touch the snapshot when only updatedAt differs', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    const before = fileStats(fixture.workspace);
    const again = await sync(fixture, [projectOf('a')], '2026-11-23T09:00:00.000Z');
    expect(again).toEqual({ changed: false, historyLines: 0, warnings: [] });
    expect(fileStats(fixture.workspace)).toEqual(before);
  });

  test('writes the snapshot when a nested value differs and updatedAt does not', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a', { counts: { files: 1, commits: 2 } })]);
    const { changed } = await sync(fixture, [projectOf('a', { counts: { files: 1, commits: 3 } })]);
    expect(changed).toBe(true);
    const written = JSON.parse(await readFile(fixture.workspace.snapshot('projects'), 'utf8')) as {
      projects: { counts: unknown }[];
    };
    expect(written.projects[0]?.counts).toEqual({ files: 1, commits: 3 });
  });

  test('changes nothing on disk when nothing differs', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    const operations: string[] = [];
    await withFileSystem(
      ({ name, path }) => {
        if (name !== 'open') operations.push(`${name} ${path}`);
      },
      () => sync(fixture, [projectOf('a')]),
    );
    expect(operations).toEqual([]);
  });

  test('keeps the permissions of the snapshot', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    const path = fixture.workspace.snapshot('projects');
    await chmod(path, 0o664);
    await sync(fixture, [projectOf('a'), projectOf('b')]);
    expect((await stat(path)).mode & 0o777).toBe(0o664);
  });

  test('keeps what the user writes during the sync', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a'), projectOf('b'), projectOf('c')]);
    const fresh = ['a', 'b', 'd'].map((id) => projectOf(id, { license: 'ISC', client: 'old' }));
    await sync(fixture, fresh, run, () =>
      edit(fixture, (registry) => {
        registry['mood'] = 'good';
        Object.assign(registry.projects[0] ?? {}, {
          client: 'ACME',
          colour: 'red',
          license: 'mine',
        });
        registry.projects.splice(1, 1);
        registry.projects.push({ ...projectOf('e'), notes: 'added' });
      }),
    );
    const registry = await registryIn(fixture);
    expect(registry).toMatchObject({ mood: 'good' });
    expect(registry.projects.map(({ id }) => id)).toEqual(['a', 'd', 'e']);
    expect(registry.projects[0]).toMatchObject({ client: 'ACME', colour: 'red', license: 'ISC' });
    expect(registry.projects[2]).toMatchObject({ notes: 'added' });
  });

  test.each(['.COMMIT.new', 'COMMIT', 'projects.json'])(
    'keeps what the user writes just before %s is written',
    async (name) => {
      await using fixture = await storeFixture();
      await sync(fixture, [projectOf('a')]);
      let edits = 0;
      await withFileSystem(
        async (operation) => {
          if (!operation.path.endsWith(`/stage/${name}`) || edits > 0) return;
          edits += 1;
          await edit(fixture, ({ projects: [a = {}] }) => Object.assign(a, { notes: 'just now' }));
        },
        () => sync(fixture, [projectOf('a', { license: 'ISC' })]),
      );
      expect(edits).toBe(1);
      expect((await registryIn(fixture)).projects).toMatchObject([
        { license: 'ISC', notes: 'just now' },
      ]);
      expect(await readdir(fixture.stage)).toEqual([]);
    },
  );

  test('rejects when the snapshot changes constantly', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    let edits = 0;
    const work = withFileSystem(
      async ({ name, path }) => {
        if (
          name !== 'rename' ||
          path.endsWith('~') ||
          path === fixture.workspace.snapshot('projects')
        )
          return;
        edits += 1;
        await edit(fixture, ({ projects: [a = {}] }) => Object.assign(a, { notes: edits }));
      },
      () => sync(fixture, [projectOf('a', { license: 'ISC' })]),
    );
    await expect(work).rejects.toMatchObject({
      code: 'io',
      message: `${fixture.workspace.snapshot('projects')}: changes constantly`,
    });
    expect((await registryIn(fixture)).projects).toMatchObject([{ license: 'MIT', notes: edits }]);
    expect(await readdir(fixture.stage)).toEqual([]);
  });

  test('rejects, without touching the file or leaving a commit, when the snapshot is damaged during the sync', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    const path = fixture.workspace.snapshot('projects');
    const work = withFileSystem(
      async (operation) => {
        if (operation.path.endsWith('/stage/COMMIT')) await writeFile(path, '{ "half"');
      },
      () => sync(fixture, [projectOf('a', { license: 'ISC' })]),
    );
    await expect(work).rejects.toMatchObject({ code: 'data' });
    expect(await readFile(path, 'utf8')).toBe('{ "half"');
    expect(await readdir(fixture.stage)).toEqual([]);
    expect(await readHistory(fixture.workspace, 'projects')).toHaveLength(1);
  });

  test('rejects a snapshot that violates its schema', async () => {
    await using fixture = await storeFixture();
    const saving = sync(fixture, [projectOf('a'), projectOf('a')]);
    await expect(saving).rejects.toThrow('violates its schema');
    expect(fileStats(fixture.workspace)).toEqual({});
  });

  test('writes the snapshot again when the user removes it during the sync', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    await sync(fixture, [projectOf('a')], run, () => rm(fixture.workspace.snapshot('projects')));
    expect((await registryIn(fixture)).projects).toHaveLength(1);
  });
});
