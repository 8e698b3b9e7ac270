import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/util/errors.ts';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import type { Exec } from '../../../src/system/system.ts';
import { testSystem } from '../../helpers/context.ts';
import {
  git,
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../../helpers/workspace.ts';
import { gitFiles, gitStatus } from './git-output.ts';
import { repositoryFixtures } from './repository-fixtures.ts';
import { anHourLater, runsIn } from './reader-fixture.ts';

const readFacts =
  (path: string) =>
  async (reader: RepositoryReader): Promise<object> => {
    await reader.prefetchCommits([path]);
    const repository = await reader.open(path);
    return {
      status: await reader.status(repository),
      files: await reader.files(repository),
      commit: await reader.lastCommit(repository),
      count: await reader.commitCount(repository),
    };
  };

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : 1;

const later = { now: anHourLater };

/** Its `.gitignore` has a rule that only git supports. */
async function example(workspace: TemporaryWorkspace): Promise<TemporaryRepository> {
  const repository = await workspace.gitRepository('code/alpha', {
    'a.ts': 'one\n',
    'folder/b.ts': 'two\n',
    '.gitignore': '*.log\n/dist/\n\\#hard\n',
  });
  for (const file of ['new/c.ts', 'x.log', 'dist/deep/d.ts', 'new/e.log']) {
    await repository.write(file, 'x\n');
  }
  await repository.write('a.ts', 'changed\n');
  return repository;
}

describe('an unchanged repository', () => {
  test.each(['code/alpha', 'code/linked'])(
    'in %s has the same revision after a git status of the user',
    async (name) => {
      await using workspace = await temporaryWorkspace();
      const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': 'one\n' });
      alpha.git('worktree', 'add', '-q', '--detach', '../linked');
      const path = join(workspace.root, name);
      // Otherwise git status may write the index.
      await utimes(join(path, 'a.ts'), 1e9, 1e9);
      git(path, 'status');
      const runs = runsIn(workspace);
      const { result: revision } = await runs.run(async (reader) => {
        const repository = await reader.open(path);
        await reader.status(repository);
        await reader.lastCommit(repository);
        return reader.close(repository);
      }, later);
      git(path, 'status');
      const { result } = await runs.run(
        (reader) => reader.hasRevision(path, revision ?? ''),
        later,
      );
      expect(result).toBe(true);
    },
  );

  test('needs no git process in the second run and has the same facts', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await example(workspace);
    const runs = runsIn(workspace);
    const first = await runs.run(readFacts(path), later);
    expect(first.started).not.toEqual([]);
    const cache = runs.cache;
    const second = await runs.run(readFacts(path), later);
    expect(second).toEqual({ result: first.result, started: [] });
    expect(runs.cache).toBe(cache);
  });

  // Only git can read these, so it is run every time.
  const uncached: readonly string[] = ['with a split index', 'with a sparse index'];

  test.each(Object.entries(repositoryFixtures))(
    'has the same facts in the second run: one %s',
    async (name, create) => {
      await using workspace = await temporaryWorkspace();
      const path = await create(workspace, 'code/odd');
      const runs = runsIn(workspace);
      const first = await runs.run(readFacts(path), later);
      const second = await runs.run(readFacts(path), later);
      expect(second.result).toEqual(first.result);
      if (uncached.includes(name)) expect(second.started).not.toEqual([]);
      else expect(second.started).toEqual([]);
    },
  );

  test('needs no git status in the first run when its ignore rules are supported', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const { path } = repository;
    await repository.write('.gitignore', '*.log\n/dist/\n');
    const { result, started } = await runsIn(workspace).run(async (reader) => {
      const opened = await reader.open(path);
      const files = await reader.files(opened);
      const { changes, ahead, behind } = await reader.status(opened);
      return { status: { changes, ahead, behind }, files: files.toSorted(byPath) };
    });
    expect(result).toEqual({ status: gitStatus(path), files: gitFiles(path) });
    expect(started.filter((call) => !/^git (?:--version|config|cat-file)/.test(call))).toEqual([]);
  });

  test('needs no git status in the first run when the index shows that it is clean', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '', 'b/c.ts': '' });
    const { started } = await runsIn(workspace).run(async (reader) =>
      reader.status(await reader.open(path)),
    );
    expect(started.filter((call) => /^git (?:status|ls-files)/.test(call))).toEqual([]);
  });

  test('is read again while its files are racy', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await example(workspace);
    const runs = runsIn(workspace);
    const racyClock = { now: () => new Date(Date.now() - 60_000) };
    await runs.run(readFacts(path), racyClock);
    const { started } = await runs.run(readFacts(path), racyClock);
    expect(started.filter((call) => call.startsWith('git status'))).toHaveLength(1);
  });

  test.each([
    ['missing', null],
    ['noise', Buffer.from('noise'.repeat(100))],
  ])('is read again when the cache is %s', async (_name, bytes) => {
    await using workspace = await temporaryWorkspace();
    const { path } = await example(workspace);
    const runs = runsIn(workspace);
    const first = await runs.run(readFacts(path), later);
    runs.cache = bytes;
    expect(await runs.run(readFacts(path), later)).toEqual(first);
  });

  test('is read again when a bit of the cache is flipped or the cache is truncated', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await example(workspace);
    const runs = runsIn(workspace);
    const first = await runs.run(readFacts(path), later);
    const intact = Buffer.from(runs.cache ?? []);
    for (let at = 0; at < intact.length; at += 97) {
      const broken = Buffer.from(intact);
      broken.writeUInt8(broken.readUInt8(at) ^ (1 << (at % 8)), at);
      runs.cache = broken.subarray(0, at % 3 === 0 ? at : broken.length);
      const { result } = await runs.run(async (reader) => {
        return reader.trackedFiles(await reader.open(path));
      }, later);
      expect(result).toHaveLength(3);
    }
    runs.cache = intact.subarray(0, intact.length - 1);
    expect(await runs.run(readFacts(path), later)).toEqual(first);
  });
});

describe('a repository is read again after', () => {
  const changes: Record<string, (repository: TemporaryRepository) => Promise<void> | void> = {
    'an edit that keeps the size': (one) => one.write('folder/b.ts', 'TWO\n'),
    'an edit of the same size with a restored mtime': async (one) => {
      const { atime, mtime } = await stat(join(one.path, 'folder/b.ts'));
      await one.write('folder/b.ts', 'TWO\n');
      await utimes(join(one.path, 'folder/b.ts'), atime, mtime);
    },
    'a new file': (one) => one.write('folder/new.ts', ''),
    'a new file in a new directory': (one) => one.write('new/deep/new.ts', ''),
    'the removal of a file': ({ path }) => rm(join(path, 'folder/b.ts')),
    'the removal of an untracked file': ({ path }) => rm(join(path, 'new/c.ts')),
    'the renaming of a file': ({ path }) => rename(join(path, 'a.ts'), join(path, 'z.ts')),
    'the staging of a file': (one) => void one.git('add', 'a.ts'),
    'a commit': (one) => void one.git('commit', '-qam', 'Second'),
    'a checkout': (one) => void one.git('checkout', '-qb', 'other'),
    'a new executable bit': ({ path }) => chmod(join(path, 'folder/b.ts'), 0o755),
    'the replacement of a file by a link': async ({ path }) => {
      await rm(join(path, 'folder/b.ts'));
      await symlink('../a.ts', join(path, 'folder/b.ts'));
    },
    'the replacement of a directory by a link': async ({ path }) => {
      await rename(join(path, 'folder'), join(path, 'new/folder'));
      await symlink('new/folder', join(path, 'folder'));
    },
    'an edit of .gitignore': (one) => one.write('.gitignore', '/dist/\n\\#hard\n'),
    'an edit of .git/info/exclude': (one) => one.write('.git/info/exclude', 'new\n'),
    'an edit of an untracked .gitignore': async (one) => {
      await one.write('new/.gitignore', '/nothing\n');
    },
    'git init in an untracked directory': ({ path }) => void git(join(path, 'new'), 'init', '-q'),
    'a change of a relevant setting': (one) => void one.git('config', 'core.fileMode', 'false'),
  };

  test.each(Object.entries(changes))('%s', async (_name, change) => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const runs = runsIn(workspace);
    await runs.run(readFacts(repository.path), later);
    await change(repository);
    const { result, started } = await runs.run(readFacts(repository.path), later);
    const fresh = await runsIn(workspace).run(readFacts(repository.path), later);
    expect(result).toEqual(fresh.result);
    expect(started).not.toEqual([]);
  });

  test('an edit that changes the size, but without git', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const runs = runsIn(workspace);
    await runs.run(readFacts(repository.path), later);
    await repository.write('folder/b.ts', 'other\n');
    const { result, started } = await runs.run(readFacts(repository.path), later);
    expect(result).toMatchObject({ status: gitStatus(repository.path) });
    expect(started).toEqual([]);
  });

  test.each(['home/.gitconfig', 'home/.config/git/config', 'home/.config/git/ignore', 'home/more'])(
    'an edit of the user configuration %s',
    async (file) => {
      await using workspace = await temporaryWorkspace();
      const { path } = await example(workspace);
      await workspace.write('home/.gitconfig', '[include]\n\tpath = more\n');
      const system = { ...later, home: join(workspace.root, 'home') };
      const runs = runsIn(workspace);
      await runs.run(readFacts(path), system);
      expect((await runs.run(readFacts(path), system)).started).toEqual([]);
      const list = join(workspace.root, 'home/list');
      await workspace.write('home/list', 'new\n');
      await workspace.write(
        file,
        file.endsWith('ignore') ? 'new\n' : `[core]\n\texcludesFile = ${list}\n`,
      );
      const { result, started } = await runs.run(readFacts(path), system);
      expect(started).not.toEqual([]);
      expect(result).toMatchObject({ status: { changes: { untracked: 0 } } });
      writeFileSync(list, 'nothing\n');
      chmodSync(list, 0o600);
      expect(readFileSync(list, 'utf8')).toBe('nothing\n');
      const again = await runs.run(readFacts(path), system);
      const isList = !file.endsWith('ignore');
      expect(again.result).toMatchObject({ status: { changes: { untracked: isList ? 1 : 0 } } });
    },
  );
});

test('commitCount does not count again after a timeout until HEAD changes', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', {});
  // Shorter histories are counted without git.
  for (let commit = 0; commit < 17; commit += 1) {
    repository.git('commit', '-q', '--allow-empty', '-m', 'More');
  }
  const { path } = repository;
  const runs = runsIn(workspace);
  const count = async (reader: RepositoryReader): Promise<number | null | string> => {
    const opened = await reader.open(path);
    await reader.status(opened);
    return reader.commitCount(opened).catch(String);
  };
  const { exec } = testSystem();
  const timingOut: Exec = (file, args, options) =>
    args[0] === 'rev-list'
      ? Promise.reject(new UserError('timeout', 'too long'))
      : exec(file, args, options);
  const slow = { ...later, exec: timingOut };
  const error = 'RepositoryError: git did not count the commits in 10 seconds';
  expect((await runs.run(count, slow)).result).toBe(error);
  expect(await runs.run(count, later)).toEqual({ result: error, started: [] });
  repository.git('commit', '-q', '--allow-empty', '-m', 'Third');
  expect((await runs.run(count, later)).result).toBe(19);
  repository.git('reset', '-q', '--hard', 'HEAD~2');
  repository.git('commit', '-q', '--allow-empty', '-m', 'Other');
  expect((await runs.run(count, later)).result).toBe(18);
});
