import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withLock } from '../../../src/lock/index.ts';
import { identify } from '../../../src/lock/liveness.ts';
import { formatOwner, parseOwner } from '../../../src/lock/owner.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { dataOf, optionsFor, system } from './locked-workspace.ts';

describe('the lock', () => {
  test('is a folder whose only child is named after its owner, and is gone after the work', async () => {
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

  test('makes the folder of the data when there is none', async () => {
    await using workspace = await temporaryWorkspace();
    await rm(workspace.paths.data, { recursive: true });
    expect(await withLock(optionsFor(workspace), () => Promise.resolve(1))).toMatchObject({
      held: true,
    });
    expect(readdirSync(workspace.paths.data)).toEqual([]);
  });

  test('is released when the work fails, and the failure is told', async () => {
    await using workspace = await temporaryWorkspace();
    const failure = new Error('the work failed');
    await expect(withLock(optionsFor(workspace), () => Promise.reject(failure))).rejects.toBe(
      failure,
    );
    expect(dataOf(workspace)).toEqual([]);
  });

  test('empties the stage when it is released, and follows no link out of it', async () => {
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

  test('is not had twice: the second one learns who has it', async () => {
    await using workspace = await temporaryWorkspace();
    await withLock(optionsFor(workspace), async () => {
      const second = await withLock(optionsFor(workspace), () => Promise.resolve());
      expect(second).toMatchObject({
        held: false,
        holder: { type: 'held', pid: process.pid, alive: 'yes' },
      });
    });
  });

  test('is waited for, but no longer than asked', async () => {
    await using workspace = await temporaryWorkspace();
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const first = withLock(optionsFor(workspace), () => held);
    while (!existsSync(workspace.paths.lock)) await new Promise(setImmediate);
    const short = await withLock(optionsFor(workspace, { waitMs: 150 }), () => Promise.resolve());
    expect(short.held).toBe(false);
    const long = withLock(optionsFor(workspace, { waitMs: 20_000 }), () => Promise.resolve('mine'));
    letGo();
    expect(await long).toEqual({ held: true, value: 'mine' });
    await first;
  });

  test('is no longer waited for after a stop', async () => {
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

  test('says in one line why it can not be taken', async () => {
    await using workspace = await temporaryWorkspace();
    await rm(workspace.paths.data, { recursive: true });
    await writeFile(workspace.paths.data, 'a file');
    await expect(withLock(optionsFor(workspace), () => Promise.resolve())).rejects.toMatchObject({
      code: 'io',
      message: `${workspace.paths.data}: is not a folder`,
    });
  });
});

test('an owner that loses the lock hears of it, can commit nothing and leaves its successor alone', async () => {
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
