import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasCommit } from '../../../src/store/commit.ts';
import { openStore } from '../../../src/store/store.ts';
import { withFileSystem } from './file-system.ts';
import {
  fileStats,
  projectOf,
  readHistory,
  readJson,
  runOutputOf,
  storeFixture,
  temporaryDir,
} from './fixtures.ts';
import { run, sync } from './sync-fixture.ts';

describe('the commit of a sync', () => {
  test('throws lock-lost and changes nothing when the stage is gone', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    await sync(fixture, [projectOf('a')]);
    const before = fileStats(workspace);
    await rename(join(workspace.lock, 'own.1'), join(workspace.lock, 'own.2'));
    const lost = { code: 'lock-lost' };
    await expect(sync(fixture, [projectOf('b')])).rejects.toMatchObject(lost);
    const saved = openStore(workspace).saveRun(stage, runOutputOf(run));
    await expect(saved).rejects.toMatchObject(lost);
    expect(fileStats(workspace)).toEqual(before);
  });

  test('throws lock-lost when the stage disappears before any of its operations', async () => {
    let operations = -1;
    for (let at = 1; operations < 0; at += 1) {
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
      if (count < at) operations = count;
      else if (failure !== null) expect(failure).toMatchObject({ code: 'lock-lost' });
    }
    // Staging, the record, the renames and the cleanup were all interrupted.
    expect(operations).toBeGreaterThan(14);
  });

  test.each(['history', 'history/projects', 'history/projects/projects-2026-11.jsonl', 'cache'])(
    'throws an error with the path and changes nothing when %s has the wrong file type',
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
      expect(Object.keys(fileStats(fixture.workspace))).not.toContain('projects.json');
      expect(await readdir(fixture.stage)).toEqual([]);
    },
  );

  test('is finished before the next commit of the same run when it failed', async () => {
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
    expect(hasCommit(stage)).toBe(true);
    const output = runOutputOf(run);
    await openStore(workspace).saveRun(stage, output);
    expect(await readHistory(workspace, 'projects')).toHaveLength(1);
    expect(await readJson(workspace.status)).toEqual(output.status);
    expect(await readdir(stage)).toEqual([]);
  });

  test('throws and changes nothing when the target is on another file system', async (context) => {
    await using fixture = await storeFixture();
    const [stageStats, otherStats] = await Promise.all([
      stat(fixture.stage),
      stat('/dev/shm').catch(() => null),
    ]);
    if (otherStats === null || otherStats.dev === stageStats.dev)
      context.skip('/dev/shm is not a separate file system');
    await using other = await temporaryDir('/dev/shm');
    await symlink(other.path, join(fixture.workspace.data, 'history'));
    await expect(sync(fixture, [projectOf('a')])).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('is on another file system') as string,
    });
    expect(Object.keys(fileStats(fixture.workspace))).not.toContain('projects.json');
  });
});
