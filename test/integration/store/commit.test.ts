import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyCommit, commit, hasCommit } from '../../../src/store/commit.ts';
import { stageFile } from '../../../src/store/stage.ts';
import { projectOf, readJson, registryOf, storeFixture, type StoreFixture } from './fixtures.ts';

const registry = (...ids: string[]) => registryOf(ids.map((id) => projectOf(id)));
const text = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

/** Creates an interrupted commit: the record and all staged files, none of which was renamed yet. */
async function createPendingCommit(
  { workspace, stage }: StoreFixture,
  files: Readonly<Record<string, string>>,
  record: unknown = {
    version: 1,
    files: Object.keys(files).map((target) => ({ staged: target.split('/').at(-1), target })),
  },
): Promise<void> {
  for (const [target, content] of Object.entries(files)) {
    await mkdir(dirname(join(workspace.data, target)), { recursive: true });
    await writeFile(join(stage, String(target.split('/').at(-1))), content);
  }
  await writeFile(
    join(stage, 'COMMIT'),
    typeof record === 'string' ? record : JSON.stringify(record),
  );
}

describe('applyCommit', () => {
  test('renames all staged files to their targets and removes the record', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    await createPendingCommit(fixture, { 'cache/a.bin': 'A', 'history/runs/b.jsonl': 'B' });
    expect(hasCommit(stage)).toBe(true);
    await applyCommit(stage, workspace.data);
    expect(await readFile(join(workspace.data, 'cache/a.bin'), 'utf8')).toBe('A');
    expect(await readFile(join(workspace.data, 'history/runs/b.jsonl'), 'utf8')).toBe('B');
    expect(hasCommit(stage)).toBe(false);
    await applyCommit(stage, workspace.data);
    expect(await readdir(stage)).toEqual([]);
  });

  test('continues after the files that were already renamed', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    await createPendingCommit(fixture, { 'cache/a.bin': 'A', 'cache/b.bin': 'B' });
    await rename(join(stage, 'a.bin'), join(workspace.data, 'cache/a.bin'));
    await applyCommit(stage, workspace.data);
    expect(await readFile(join(workspace.data, 'cache/a.bin'), 'utf8')).toBe('A');
    expect(await readFile(join(workspace.data, 'cache/b.bin'), 'utf8')).toBe('B');
  });

  test.each([
    ['is not JSON', '{"version":1,"files":[{"sta'],
    ['has another version', '{"version":2,"files":[]}'],
    ...[
      '../projects.json',
      'history/../../x',
      '/etc/cron.d/x',
      '.sync-lock/x',
      'cache//x',
      'C:\\x',
      'a\0b',
      '',
    ].map((target) => [
      `names ${JSON.stringify(target)}`,
      JSON.stringify({ version: 1, files: [{ staged: 'a.bin', target }] }),
    ]),
  ])('rejects every time and keeps the record when it %s', async (_what, record) => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    await createPendingCommit(fixture, { 'cache/a.bin': 'A' }, record);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(applyCommit(stage, workspace.data)).rejects.toMatchObject({
        code: 'data',
        message: `${join(stage, 'COMMIT')}: the record of an unfinished commit is damaged`,
      });
    }
    expect(await readdir(stage)).toEqual(['COMMIT', 'a.bin']);
    expect(await readdir(join(workspace.data, 'cache'))).toEqual([]);
  });

  test('rejects a record that is a link', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    await writeFile(join(workspace.root, 'elsewhere'), '{"version":1,"files":[]}');
    await symlink(join(workspace.root, 'elsewhere'), join(stage, 'COMMIT'));
    await expect(applyCommit(stage, workspace.data)).rejects.toMatchObject({ code: 'data' });
  });
});

describe('applyCommit of a snapshot', () => {
  /** Stages a registry that was merged with `base`, while the file on disk contains `disk` by now. */
  async function stageSnapshot(
    fixture: StoreFixture,
    versions: {
      readonly base: string | null;
      readonly disk: string | null;
      readonly staged: string;
    },
  ): Promise<void> {
    const { workspace, stage } = fixture;
    const { base, disk, staged } = versions;
    const file = {
      staged: 'projects.json',
      target: 'projects.json',
      base: base && 'projects.json.base',
    };
    await createPendingCommit(fixture, { 'projects.json': staged }, { version: 1, files: [file] });
    if (base !== null) await writeFile(join(stage, 'projects.json.base'), base);
    if (disk !== null) await writeFile(workspace.snapshot('projects'), disk);
  }

  test('replaces the file that it was merged with', async () => {
    await using fixture = await storeFixture();
    const base = text(registry('a'));
    await stageSnapshot(fixture, { base, disk: base, staged: text(registry('a', 'b')) });
    await applyCommit(fixture.stage, fixture.workspace.data);
    expect(await readJson(fixture.workspace.snapshot('projects'))).toEqual(registry('a', 'b'));
  });

  test('merges it again when the user has edited the file since', async () => {
    await using fixture = await storeFixture();
    const edited = registryOf([projectOf('a', { notes: 'mine' }), projectOf('added')]);
    await stageSnapshot(fixture, {
      base: text(registry('a', 'deleted', 'dropped')),
      disk: JSON.stringify({ ...edited, mood: 'good' }),
      staged: text(registryOf([projectOf('a', { license: 'ISC' }), projectOf('deleted')])),
    });
    await applyCommit(fixture.stage, fixture.workspace.data);
    const stored = await readJson(fixture.workspace.snapshot('projects'));
    expect(stored).toMatchObject({
      mood: 'good',
      projects: [{ id: 'a', notes: 'mine', license: 'ISC' }, { id: 'added' }],
    });
    expect(hasCommit(fixture.stage)).toBe(false);
  });

  test('merges it with a file that was created since, and writes it when the file was removed', async () => {
    await using fixture = await storeFixture();
    const disk = text(registryOf([projectOf('a', { notes: 'mine' })]));
    await stageSnapshot(fixture, { base: null, disk, staged: text(registry('a')) });
    await applyCommit(fixture.stage, fixture.workspace.data);
    const path = fixture.workspace.snapshot('projects');
    expect(await readJson(path)).toMatchObject({ projects: [{ notes: 'mine' }] });
    await rm(path);
    await stageSnapshot(fixture, { base: disk, disk: null, staged: text(registry('a')) });
    await applyCommit(fixture.stage, fixture.workspace.data);
    expect(await readJson(path)).toEqual(registry('a'));
  });

  test('rejects and does not touch the file until its damage is repaired', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    const base = text(registry('a'));
    await stageSnapshot(fixture, { base, disk: '{ "half', staged: text(registry('a', 'b')) });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(applyCommit(stage, workspace.data)).rejects.toMatchObject({ code: 'data' });
    }
    const path = workspace.snapshot('projects');
    expect(await readFile(path, 'utf8')).toBe('{ "half');
    await writeFile(path, text(registryOf([projectOf('a', { notes: 'repaired' })])));
    await applyCommit(stage, workspace.data);
    expect(await readJson(path)).toMatchObject({ projects: [{ notes: 'repaired' }, { id: 'b' }] });
  });
});

test('commit changes nothing when the list of files is empty', async () => {
  await using fixture = await storeFixture();
  await commit(fixture.stage, fixture.workspace.data, []);
  expect(await readdir(fixture.stage)).toEqual([]);
});

test('commit rejects a target outside data/', async () => {
  await using fixture = await storeFixture();
  const { workspace, stage } = fixture;
  const file = await stageFile(stage, join(workspace.root, 'outside.json'), 'x');
  await expect(commit(stage, workspace.data, [file])).rejects.toThrow();
  expect(await readdir(workspace.root)).toEqual(['data']);
});
