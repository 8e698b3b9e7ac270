import { mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { withLock, type LockEvent } from '../../../src/lock/index.ts';
import { identify } from '../../../src/lock/liveness.ts';
import { formatOwner, parseOwner } from '../../../src/lock/owner.ts';
import { inspectLock } from '../../../src/lock/state.ts';
import { testSystem } from '../../helpers/context.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';
import { dataOf, leaveOwner, optionsFor, setAge, system } from './locked-workspace.ts';
import { diagnostic } from '../../../src/util/diagnostic.ts';

const deadOwner = { start: '1' };
const unknownOwner = { host: 'elsewhere-1' };
const hour = 60;

describe('an existing lock', () => {
  const take = async (
    workspace: TemporaryWorkspace,
  ): Promise<
    'skipped' | { readonly events: readonly LockEvent[]; readonly left: readonly string[] }
  > => {
    const options = optionsFor(workspace);
    const { held } = await withLock(options, () => Promise.resolve());
    return held ? { events: options.events, left: dataOf(workspace) } : 'skipped';
  };
  const replaced = (ageMinutes: number): object => ({
    events: [{ type: 'stale-lock', ageMinutes }],
    left: [],
  });

  test.each([
    ['file', 'file'],
    ['empty directory', 'directory'],
    ['dangling link', 'file'],
    ['link to a directory', 'file'],
  ] as const)('is replaced only after an hour when it is a %s', async (kind, fileType) => {
    await using workspace = await temporaryWorkspace();
    const { lock } = workspace.paths;
    await workspace.write('elsewhere/file', 'x');
    if (kind === 'file') await writeFile(lock, '{"pid":1}');
    else if (kind === 'empty directory') mkdirSync(lock);
    else symlinkSync(kind === 'dangling link' ? 'nowhere' : '../elsewhere', lock);
    expect(await inspectLock(workspace.paths, system)).toMatchObject({ type: 'foreign', fileType });
    expect(await take(workspace)).toBe('skipped');
    setAge(lock, hour + 12);
    expect(await take(workspace)).toEqual(replaced(hour + 12));
    expect(readdirSync(join(workspace.root, 'elsewhere'))).toEqual(['file']);
  });

  test('is never removed when it contains unknown files', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('data/.sync-lock/precious', 'x');
    expect(await take(workspace)).toBe('skipped');
    setAge(workspace.paths.lock, hour + 12);
    await expect(take(workspace)).rejects.toMatchObject({ code: 'data' });
    expect(await readFile(join(workspace.paths.lock, 'precious'), 'utf8')).toBe('x');
  });

  test('is replaced at once when its release was interrupted', async () => {
    await using workspace = await temporaryWorkspace();
    mkdirSync(workspace.paths.lock);
    await chmod(workspace.paths.lock, 0o1755);
    expect(await inspectLock(workspace.paths, system)).toEqual({ type: 'free' });
    expect(await take(workspace)).toEqual({ events: [], left: [] });
  });

  test('is taken over at once, and its stage removed, when its owner is dead', async () => {
    await using workspace = await temporaryWorkspace();
    const ownerDir = await leaveOwner(workspace, deadOwner, 3);
    await workspace.write(`data/.sync-lock/${ownerDir.split('/').at(-1) ?? ''}/stage/deep/x`, 'x');
    setAge(ownerDir, 3);
    expect(await inspectLock(workspace.paths, system)).toMatchObject({ type: 'held', alive: 'no' });
    expect(await take(workspace)).toEqual(replaced(3));
  });

  test('is reported with an age of 0 when the clock of its dead owner was ahead', async () => {
    await using workspace = await temporaryWorkspace();
    await leaveOwner(workspace, deadOwner, -2 * hour);
    expect(await take(workspace)).toEqual(replaced(0));
  });

  test('is taken over only after five silent minutes when its owner can not be checked', async () => {
    await using workspace = await temporaryWorkspace();
    const ownerDir = await leaveOwner(workspace, unknownOwner, 4);
    expect(await inspectLock(workspace.paths, system)).toMatchObject({
      type: 'held',
      host: 'elsewhere',
      alive: 'unknown',
    });
    expect(await take(workspace)).toBe('skipped');
    setAge(ownerDir, 6);
    expect(await take(workspace)).toEqual(replaced(6));
  });

  test('is not taken over when its owner on a host with another clock sends a heartbeat', async () => {
    await using workspace = await temporaryWorkspace();
    const ownerDir = await leaveOwner(workspace, unknownOwner, 6);
    const options = optionsFor(workspace, { staleMs: 2000 });
    const result = withLock(options, () => Promise.resolve());
    await setTimeout(1000);
    setAge(ownerDir, 5.9);
    expect(await result).toMatchObject({ held: false, holder: { host: 'elsewhere' } });
    expect(options.events).toEqual([]);
  });

  test('is not stale because the clock was set forward', async () => {
    await using workspace = await temporaryWorkspace();
    const { clockOffset } = await identify(system);
    const before = { pidNamespace: '1', clockOffset: String(Number(clockOffset) - 2 * 3600) };
    await leaveOwner(workspace, before, 2 * hour);
    expect(await take(workspace)).toBe('skipped');
  });

  test('is not taken over, with a warning, when its owner hangs and can not be stopped', async () => {
    await using workspace = await temporaryWorkspace();
    await leaveOwner(workspace, {}, 2 * hour);
    const withoutPermission = testSystem({
      signalProcess: (pid, signal) => (signal === 0 ? system.signalProcess(pid, 0) : 'denied'),
    });
    const options = optionsFor(workspace, { staleMs: 2000, system: withoutPermission });
    expect(await withLock(options, () => Promise.resolve())).toMatchObject({ held: false });
    expect(options.events).toEqual([
      {
        type: 'warning',
        warning: diagnostic('lock-stuck', {
          message: `the run with pid ${String(process.pid)} hangs and could not be stopped; end it manually`,
          hint: `kill -9 ${String(process.pid)}`,
        }),
      },
    ]);
  });

  test('is taken over with the next generation and a new heartbeat', async () => {
    await using workspace = await temporaryWorkspace();
    await leaveOwner(workspace, { ...deadOwner, generation: 4 }, 2 * hour);
    await withLock(optionsFor(workspace), async () => {
      const [name = ''] = readdirSync(workspace.paths.lock);
      expect(parseOwner(name)?.generation).toBe(5);
      const state = await inspectLock(workspace.paths, system);
      if (state.type !== 'held') throw new Error(state.type);
      expect(Date.now() - Date.parse(state.heartbeatAt)).toBeLessThan(30_000);
    });
  });
});

test('withLock removes unfinished locks of dead processes only', async () => {
  await using workspace = await temporaryWorkspace();
  const self = await identify(system);
  const alive = `.sync-lock.new.${formatOwner(self)}`;
  for (const owner of [
    { ...self, ...deadOwner },
    { ...self, boot: 'another' },
  ]) {
    await workspace.write(`data/.sync-lock.new.${formatOwner(owner)}/own.x/stage/f`, 'x');
  }
  await mkdir(join(workspace.paths.data, alive));
  await withLock(optionsFor(workspace), () => Promise.resolve());
  expect(dataOf(workspace)).toEqual([alive]);
});

describe('an unfinished commit', () => {
  const record = (target: string): string =>
    JSON.stringify({ version: 1, files: [{ staged: 'x.json', target }] });

  test('is finished by the next owner before its work starts', async () => {
    await using workspace = await temporaryWorkspace();
    const ownerDir = await leaveOwner(workspace, deadOwner);
    await writeFile(join(ownerDir, 'stage', 'x.json'), 'new');
    await writeFile(join(ownerDir, 'stage', 'COMMIT'), record('x.json'));
    await withLock(optionsFor(workspace), async ({ stage }) => {
      expect(readdirSync(stage)).toEqual([]);
      expect(await readFile(join(workspace.paths.data, 'x.json'), 'utf8')).toBe('new');
    });
  });

  test('prevents the release of the lock', async () => {
    await using workspace = await temporaryWorkspace();
    await withLock(optionsFor(workspace), async ({ stage }) => {
      await writeFile(join(stage, 'x.json'), 'new');
      await writeFile(join(stage, 'COMMIT'), record('x.json'));
    });
    const [name = ''] = readdirSync(workspace.paths.lock);
    expect(readdirSync(join(workspace.paths.lock, name, 'stage'))).toEqual(['COMMIT', 'x.json']);
  });

  test('is reported by every run and never removed when it can not be finished', async () => {
    await using workspace = await temporaryWorkspace();
    const ownerDir = await leaveOwner(workspace, deadOwner);
    await writeFile(join(ownerDir, 'stage', 'COMMIT'), 'not a record');
    for (let run = 0; run < 2; run += 1) {
      await expect(withLock(optionsFor(workspace), () => Promise.resolve())).rejects.toMatchObject({
        code: 'data',
      });
      const [name = ''] = readdirSync(workspace.paths.lock);
      // As if the process had ended.
      const dead = formatOwner({ ...(await identify(system)), ...deadOwner });
      renameSync(join(workspace.paths.lock, name), join(workspace.paths.lock, dead));
      expect(readdirSync(join(workspace.paths.lock, dead, 'stage'))).toEqual(['COMMIT']);
    }
  });
});
