import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { walkWorktree } from '../../../src/git/worktree/walk-worktree.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { readerIn, runsIn } from './reader-fixture.ts';

vi.mock('node:fs', { spy: true });

afterEach(() => {
  vi.mocked(fs.lstatSync).mockRestore();
  vi.mocked(fs.statSync).mockRestore();
  vi.mocked(fs.readdirSync).mockRestore();
});

const actual = await vi.importActual<typeof fs>('node:fs');

/** Makes a synchronous function of `node:fs` fail for one path. */
function fail(name: 'lstatSync' | 'statSync' | 'readdirSync', failing: string, code: string): void {
  const original = actual[name] as (path: string, options: unknown) => unknown;
  const mock = vi.mocked(fs[name]) as unknown as ReturnType<typeof vi.fn>;
  mock.mockImplementation((path: string, options: unknown): unknown => {
    if (path === failing) throw Object.assign(new Error(code), { code });
    return original(path, options);
  });
}

const trackedFile = {
  ...{ paths: ['dir/a.ts'], modes: Uint32Array.of(0o100644) },
  ...{ gitlinks: [], isComplete: true, isPlain: true, tree: null },
  statsOf: () => ({ size: 0, mtimeMs: 0, ctimeMs: 0, ino: 0 }),
};
const noYield = (): Promise<void> => Promise.resolve();

test('walkWorktree is incomplete when a directory is not accessible', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', { 'dir/a.ts': '' });
  fail('lstatSync', join(path, 'dir'), 'EACCES');
  const walk = await walkWorktree(path, trackedFile, noYield);
  expect(walk?.isComplete).toBe(false);
});

test('walkWorktree rejects when the process has no file descriptors left', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', { 'dir/a.ts': '' });
  fail('readdirSync', join(path, 'dir'), 'EMFILE');
  await expect(walkWorktree(path, trackedFile, noYield)).rejects.toMatchObject({ code: 'EMFILE' });
});

test('files are listed by git when the exclude file of the user is not accessible', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  const { path } = repository;
  await repository.write('new.ts', '');
  const home = join(workspace.root, 'home');
  fail('statSync', join(home, '.config/git/ignore'), 'EACCES');
  const { result, started } = await runsIn(workspace).run(
    async (reader) => reader.files(await reader.open(path)),
    { home },
  );
  expect(result.map((file) => file.path)).toEqual(['a.ts', 'new.ts']);
  expect(started.some((call) => call.startsWith('git status'))).toBe(true);
});

describe('the status of a repository is unknown, with the reason, when', () => {
  test.each<[string, string, Parameters<typeof fail>[0]]>([
    ['the stats of a tracked file', 'dir/a.ts', 'lstatSync'],
    ['a directory with tracked files', 'dir', 'readdirSync'],
  ])('%s cannot be read', async (_name, failing, call) => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', { 'dir/a.ts': '' });
    fail(call, join(path, failing), 'EACCES');
    const reader = await readerIn(workspace);
    await expect(reader.status(await reader.open(path))).rejects.toMatchObject({
      code: 'directory-unreadable',
      state: 'unreadable',
      message: expect.stringContaining(failing) as string,
    });
  });
});

test('the status is unknown, with the reason, when an untracked directory has a path of more than 4,096 bytes', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  const long = 'x'.repeat(250);
  const script = `cd "$1" && for i in $(seq 17); do mkdir ${long} && cd -P ${long} || exit 1; done; touch new.ts`;
  execFileSync('bash', ['-c', script, 'bash', path]);
  try {
    const reader = await readerIn(workspace);
    const { message } = await reader.status(await reader.open(path)).then(
      () => ({ message: 'clean' }),
      (error: unknown) => error as Error,
    );
    expect(message).toMatch(/^git: path too long: warning: could not open directory 'x+…$/);
    expect(message.length).toBeLessThan(200);
  } finally {
    execFileSync('rm', ['-rf', join(path, long)]);
  }
});
