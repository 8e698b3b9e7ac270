import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withLock } from '../../../src/lock/index.ts';
import { identify } from '../../../src/lock/liveness.ts';
import { formatOwner, parseOwner } from '../../../src/lock/owner.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { dataOf, optionsFor, system } from './locked-workspace.ts';

describe('withLock', () => {
  test('creates a directory with one child named after the owner, and removes it after the work', async () => {
    await using workspace = await temporaryWorkspace();
    const result = await withLock(optionsFor(workspace), (lock) => {
      const [name = '', ...others] = readdirSync(workspace.paths.lock);
      expect(others).toEqual([]);
      expect(statSync(workspace.paths.lock).mode & 0o1000).toBe(0o1000);
      expect(parseOwner(name)).toMatchObject({ generation: 1, pid: process.pid });
      expect(lock.stage).toBe(join(workspace.paths.lock, name, 'stage'));
      expect(readdirSync(lock.stage)).toEqual([]);
      expect(lock.lost.aborted).toBe(false);
      return Promise.resolve('done');
    });
    expect(result).toEqual({ held: true, value: 'done' });
    expect(dataOf(workspace)).toEqual([]);
  });

  test('creates data/ when it does not exist', async () => {
    await using workspace = await temporaryWorkspace();
    await rm(workspace.paths.data, { recursive: true });
    expect(await withLock(optionsFor(workspace), () => Promise.resolve(1))).toMatchObject({
      held: true,
    });
    expect(readdirSync(workspace.paths.data)).toEqual([]);
  });

  test('releases the lock and throws the error when the work fails', async () => {
    await using workspace = await temporaryWorkspace();
    const failure = new Error('the work failed');
    await expect(withLock(optionsFor(workspace), () => Promise.reject(failure))).rejects.toBe(
      failure,
    );
    expect(dataOf(workspace)).toEqual([]);
  });

  test('removes the stage recursively without following links', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('precious/file', 'x');
    await withLock(optionsFor(workspace), async ({ stage }) => {
      await mkdir(join(stage, 'scratch', 'deep'), { recursive: true });
      await writeFile(join(stage, 'scratch', 'deep', 'file'), 'x');
      symlinkSync(join(workspace.root, 'precious'), join(stage, 'link'));
    });
    expect(dataOf(workspace)).toEqual([]);
    expect(readdirSync(join(workspace.root, 'precious'))).toEqual(['file']);
  });

  test('returns the holder when another process has the lock', async () => {
    await using workspace = await temporaryWorkspace();
    await withLock(optionsFor(workspace), async () => {
      const second = await withLock(optionsFor(workspace), () => Promise.resolve());
      expect(second).toMatchObject({
        held: false,
        holder: { type: 'held', pid: process.pid, alive: 'yes' },
      });
    });
  });

  test('waits for the lock up to waitMs', async () => {
    await using workspace = await temporaryWorkspace();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = withLock(optionsFor(workspace), () => held);
    while (!existsSync(workspace.paths.lock)) await new Promise(setImmediate);
    const short = await withLock(optionsFor(workspace, { waitMs: 150 }), () => Promise.resolve());
    expect(short.held).toBe(false);
    const long = withLock(optionsFor(workspace, { waitMs: 20_000 }), () => Promise.resolve('mine'));
    release();
    expect(await long).toEqual({ held: true, value: 'mine' });
    await first;
  });

  test('rejects with the reason of the signal when it is aborted during the wait', async () => {
    await using workspace = await temporaryWorkspace();
    await withLock(optionsFor(workspace), async () => {
      const stop = new AbortController();
      const options = optionsFor(workspace, { waitMs: 60_000, signal: stop.signal });
      const waiting = withLock(options, () => Promise.resolve());
      const reason = new Error('stopped');
      setTimeout(() => {
        stop.abort(reason);
      }, 50);
      await expect(waiting).rejects.toBe(reason);
    });
  });

  test('throws one line with the path when data/ is a file', async () => {
    await using workspace = await temporaryWorkspace();
    await rm(workspace.paths.data, { recursive: true });
    await writeFile(workspace.paths.data, 'a file');
    await expect(withLock(optionsFor(workspace), () => Promise.resolve())).rejects.toMatchObject({
      code: 'io',
      message: `${workspace.paths.data}: is not a directory`,
    });
  });
});

test('withLock throws lock-lost, commits nothing and leaves the lock of its successor when the lock is lost', async () => {
  await using workspace = await temporaryWorkspace();
  const { lock, data } = workspace.paths;
  const successor = formatOwner({ ...(await identify(system)), generation: 2 });
  const losing = withLock(optionsFor(workspace, { staleMs: 2000 }), async ({ stage, lost }) => {
    await writeFile(join(stage, 'x.json'), 'late');
    const [name = ''] = readdirSync(lock);
    await rename(join(lock, name), join(lock, successor));
    await expect(rename(join(stage, 'x.json'), join(data, 'x.json'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    while (!lost.aborted) await new Promise((wake) => setTimeout(wake, 20));
    expect(lost.reason).toMatchObject({ code: 'lock-lost' });
  });
  await expect(losing).rejects.toMatchObject({ code: 'lock-lost' });
  expect(readdirSync(lock)).toEqual([successor]);
  expect(existsSync(join(data, 'x.json'))).toBe(false);
});
