import { execFileSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Project } from '../../../src/schema/projects.ts';
import { hasCommit } from '../../../src/store/commit.ts';
import { openStore } from '../../../src/store/store.ts';
import { withFileSystem } from './file-system.ts';
import {
  entriesOf,
  identities,
  projectOf,
  readHistory,
  readJson,
  registryOf,
  runOutputOf,
  storeFixture,
  type StoreFixture,
  temporaryFolder,
} from './fixtures.ts';

const run = '2026-11-23T08:45:00.000Z';

/** One run of the projects sync: it starts from what is stored and says that these projects exist. */
async function sync(
  { workspace, stage }: StoreFixture,
  projects: readonly Project[],
  at = run,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
) {
  const store = openStore(workspace);
  await store.readSnapshot('projects');
  await meanwhile();
  const snapshot = registryOf(projects, at);
  const [entries, cache] = [entriesOf(snapshot), Buffer.from('cache')];
  return store.saveSync(stage, 'projects', { run: at, snapshot, entries, cache });
}

/** Changes the registry as an editor does: a new file in place of the old one. */
async function edit(
  { workspace }: StoreFixture,
  change: (registry: { projects: Record<string, unknown>[]; [key: string]: unknown }) => void,
): Promise<void> {
  const path = workspace.snapshot('projects');
  const registry = (await readJson(path)) as { projects: Record<string, unknown>[] };
  change(registry);
  await writeFile(`${path}~`, JSON.stringify(registry));
  await rename(`${path}~`, path);
}

const registryIn = async ({ workspace }: StoreFixture): Promise<{ projects: Project[] }> =>
  (await readJson(workspace.snapshot('projects'))) as { projects: Project[] };

describe('a snapshot', () => {
  test('is written with two spaces, a final newline and mode 644', async () => {
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

  test('is not touched when nothing but updatedAt differs', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    const before = identities(fixture.workspace);
    const again = await sync(fixture, [projectOf('a')], '2026-11-23T09:00:00.000Z');
    expect(again).toEqual({ changed: false, historyLines: 0, warnings: [] });
    expect(identities(fixture.workspace)).toEqual(before);
  });

  test('makes no change at all to the disk when nothing differs', async () => {
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

  test('keeps the permissions that its file has', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    const path = fixture.workspace.snapshot('projects');
    await chmod(path, 0o664);
    await sync(fixture, [projectOf('a'), projectOf('b')]);
    expect((await stat(path)).mode & 0o777).toBe(0o664);
  });

  test('keeps what the user writes while the sync is on', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a'), projectOf('b'), projectOf('c')]);
    const fresh = ['a', 'b', 'd'].map((id) => projectOf(id, { license: 'ISC', client: 'of old' }));
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
    'keeps what the user writes just before %s is put down',
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

  test('is given up with a plain message when its file changes without end', async () => {
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

  test('is refused, its file untouched and nothing pending, when the file is damaged meanwhile', async () => {
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

  test('that breaks its own contract is never written', async () => {
    await using fixture = await storeFixture();
    const twice = sync(fixture, [projectOf('a'), projectOf('a')]);
    await expect(twice).rejects.toThrow('violates its schema');
    expect(identities(fixture.workspace)).toEqual({});
  });

  test('is put back when the user removes the file while the sync is on', async () => {
    await using fixture = await storeFixture();
    await sync(fixture, [projectOf('a')]);
    await sync(fixture, [projectOf('a')], run, () => rm(fixture.workspace.snapshot('projects')));
    expect((await registryIn(fixture)).projects).toHaveLength(1);
  });
});

describe('a commit', () => {
  test('throws lock-lost and changes nothing when the stage is gone', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    await sync(fixture, [projectOf('a')]);
    const before = identities(workspace);
    await rename(join(workspace.lock, 'own.1'), join(workspace.lock, 'own.2'));
    const lost = { code: 'lock-lost' };
    await expect(sync(fixture, [projectOf('b')])).rejects.toMatchObject(lost);
    const saved = openStore(workspace).saveRun(stage, runOutputOf(run));
    await expect(saved).rejects.toMatchObject(lost);
    expect(identities(workspace)).toEqual(before);
  });

  test('throws lock-lost when the stage goes at any moment of it', async () => {
    const done: number[] = [];
    for (let at = 1; done.length === 0; at += 1) {
      await using fixture = await storeFixture();
      await sync(fixture, [projectOf('a')]);
      let count = 0;
      const work = withFileSystem(
        () => {
          if (++count === at) {
            execFileSync('mv', [
              join(fixture.workspace.lock, 'own.1'),
              join(fixture.workspace.lock, 'own.2'),
            ]);
          }
        },
        () => sync(fixture, [projectOf('a', { license: 'ISC' })]),
      );
      const failure: unknown = await work.then(
        () => null,
        (error: unknown) => error,
      );
      if (count < at) done.push(at);
      else if (failure !== null) expect(failure).toMatchObject({ code: 'lock-lost' });
    }
    // Every change was visited: stage, record, renames, clearing.
    expect(done[0]).toBeGreaterThan(15);
  });

  test.each(['history', 'history/projects', 'history/projects/projects-2026-11.jsonl', 'cache'])(
    'names what is not as it should be (%s), and changes nothing',
    async (name) => {
      await using fixture = await storeFixture();
      const path = join(fixture.workspace.data, name);
      await mkdir(join(path, '..'), { recursive: true });
      if (name.endsWith('.jsonl')) execFileSync('mkfifo', [path]);
      else await writeFile(path, '');
      await expect(sync(fixture, [projectOf('a')])).rejects.toMatchObject({
        code: 'io',
        message: expect.stringContaining(path) as string,
      });
      expect(Object.keys(identities(fixture.workspace))).not.toContain('projects.json');
      expect(await readdir(fixture.stage)).toEqual([]);
    },
  );

  test('that could not be finished goes before the next one of the same run', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    const failing = withFileSystem(
      ({ name, path }) => {
        if (name !== 'rename' || !path.endsWith('projects-2026-11.jsonl')) return;
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      },
      () => sync(fixture, [projectOf('a')]),
    );
    await expect(failing).rejects.toMatchObject({ code: 'io' });
    expect(await hasCommit(stage)).toBe(true);
    const output = runOutputOf(run);
    await openStore(workspace).saveRun(stage, output);
    expect(await readHistory(workspace, 'projects')).toHaveLength(1);
    expect(await readJson(workspace.status)).toEqual(output.status);
    expect(await readdir(stage)).toEqual([]);
  });

  test('does not cross file systems', async (context) => {
    await using fixture = await storeFixture();
    const [here, there] = await Promise.all([
      stat(fixture.stage),
      stat('/dev/shm').catch(() => null),
    ]);
    if (there === null || there.dev === here.dev) context.skip('/dev/shm is no other file system');
    await using other = await temporaryFolder('/dev/shm');
    await symlink(other.path, join(fixture.workspace.data, 'history'));
    await expect(sync(fixture, [projectOf('a')])).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('is on another file system') as string,
    });
    expect(Object.keys(identities(fixture.workspace))).not.toContain('projects.json');
  });
});
