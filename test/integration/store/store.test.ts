import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import {
  fileStats,
  readHistory,
  readJson,
  registryOf,
  runOutputOf,
  storeFixture,
  type StoreFixture,
} from './fixtures.ts';

const run = '2026-11-23T08:45:00.000Z';

describe('the cache of a sync', () => {
  const save = (fixture: StoreFixture, cache: Uint8Array | null) => {
    const snapshot = registryOf([]);
    const output = { run, snapshot, entries: [], cache };
    return openStore(fixture.workspace).saveSync(fixture.stage, 'projects', output);
  };
  const read = ({ workspace }: StoreFixture) => openStore(workspace).readCache('projects');

  test('is returned byte for byte, and is removed by null', async () => {
    await using fixture = await storeFixture();
    expect(await read(fixture)).toBeNull();
    await save(fixture, Buffer.from([1, 2, 255]));
    expect(await read(fixture)).toEqual(Buffer.from([1, 2, 255]));
    const before = fileStats(fixture.workspace);
    await save(fixture, Buffer.from([1, 2, 255]));
    expect(fileStats(fixture.workspace)).toEqual(before);
    await save(fixture, null);
    expect(await read(fixture)).toBeNull();
  });

  test('is read as null when it is not a regular file', async () => {
    await using fixture = await storeFixture();
    const path = fixture.workspace.cache('projects');
    await mkdir(join(path, '..'));
    execFileSync('mkfifo', [path]);
    expect(await read(fixture)).toBeNull();
    await save(fixture, Buffer.from('new'));
    expect(await read(fixture)).toEqual(Buffer.from('new'));
    await rm(path);
    await symlink('/etc/passwd', path);
    expect(await read(fixture)).toBeNull();
  });
});

describe('the status file', () => {
  const save = ({ workspace, stage }: StoreFixture, at: string) =>
    openStore(workspace).saveRun(stage, runOutputOf(at));

  test('keeps unknown keys, and every run adds one line to the run log', async () => {
    await using fixture = await storeFixture();
    const { workspace } = fixture;
    const store = openStore(workspace);
    expect(await store.readStatus()).toEqual({ status: null, warnings: [] });
    await save(fixture, run);
    const stored = (await readJson(workspace.status)) as object;
    await writeFile(workspace.status, JSON.stringify({ mine: 1, error: 'old', ...stored }));
    const later = '2026-11-23T09:00:00.000Z';
    expect(await save(fixture, later)).toEqual({ warnings: [] });
    expect(await readJson(workspace.status)).toEqual({ mine: 1, ...runOutputOf(later).status });
    expect((await store.readStatus()).status).toEqual(runOutputOf(later).status);
    await save(fixture, later);
    expect(await readHistory(workspace, 'runs')).toEqual(
      [run, later].map((at) => runOutputOf(at).line),
    );
  });

  test('is moved away and reported when it is damaged', async () => {
    await using fixture = await storeFixture();
    const { workspace } = fixture;
    await writeFile(workspace.status, '{ "lastSync": ');
    const { status, warnings } = await openStore(workspace).readStatus();
    expect(status).toBeNull();
    const message = expect.stringContaining(workspace.status) as string;
    expect(warnings).toMatchObject([{ code: 'status-damaged', message }]);
    expect(await save(fixture, run)).toMatchObject({ warnings: [{ code: 'status-damaged' }] });
    const movedTo = `${workspace.status}.corrupt-20261123T084500000Z`;
    expect(await readFile(movedTo, 'utf8')).toBe('{ "lastSync": ');
    expect(await readJson(workspace.status)).toEqual(runOutputOf(run).status);
  });

  test('replaces a FIFO or a link without opening it', async () => {
    await using fixture = await storeFixture();
    const { status, root } = fixture.workspace;
    execFileSync('mkfifo', [status]);
    expect(await save(fixture, run)).toMatchObject({ warnings: [{ code: 'status-damaged' }] });
    expect(await readJson(status)).toEqual(runOutputOf(run).status);
    await rm(status);
    await writeFile(join(root, 'victim'), 'precious');
    await symlink(join(root, 'victim'), status);
    await save(fixture, run);
    expect(await readFile(join(root, 'victim'), 'utf8')).toBe('precious');
    expect(await readJson(status)).toEqual(runOutputOf(run).status);
  });
});
