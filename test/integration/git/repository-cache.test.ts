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
import { filesOf, statusOf } from './git-output.ts';
import { oddRepositories } from './repository-fixtures.ts';
import { anHourLater, runsIn } from './reader-fixture.ts';

const factsOf =
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

/** Its `.gitignore` has a line that only git itself follows. */
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

describe('a repository in which nothing has changed', () => {
  test('starts no git process, and the answers are the same', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await example(workspace);
    const runs = runsIn(workspace);
    const first = await runs.run(factsOf(path), later);
    expect(first.started).not.toEqual([]);
    const memory = runs.cache;
    const second = await runs.run(factsOf(path), later);
    expect(second).toEqual({ answer: first.answer, started: [] });
    expect(runs.cache).toBe(memory);
  });

  // git alone can read these, so it is asked every time.
  const dear: readonly string[] = ['with a split index', 'with a sparse index'];

  test.each(Object.entries(oddRepositories))(
    'starts no git process: one %s',
    async (name, make) => {
      await using workspace = await temporaryWorkspace();
      const path = await make(workspace, 'code/odd');
      const runs = runsIn(workspace);
      const first = await runs.run(factsOf(path), later);
      const second = await runs.run(factsOf(path), later);
      expect(second.answer).toEqual(first.answer);
      if (dear.includes(name)) expect(second.started).not.toEqual([]);
      else expect(second.started).toEqual([]);
    },
  );

  test('needs no git at all when its lists of what is ignored are plain', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const { path } = repository;
    await repository.write('.gitignore', '*.log\n/dist/\n');
    const { answer, started } = await runsIn(workspace).run(async (reader) => {
      const opened = await reader.open(path);
      const files = await reader.files(opened);
      return { status: await reader.status(opened), files: files.toSorted(byPath) };
    });
    expect(answer).toEqual({ status: statusOf(path), files: filesOf(path) });
    expect(started.filter((call) => !/^git (?:--version|config|cat-file)/.test(call))).toEqual([]);
  });

  test('needs no git at all when the index alone tells that it is clean', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '', 'b/c.ts': '' });
    const { started } = await runsIn(workspace).run(async (reader) =>
      reader.status(await reader.open(path)),
    );
    expect(started.filter((call) => /^git (?:status|ls-files)/.test(call))).toEqual([]);
  });

  test('is asked again as long as its files are too young to be trusted', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await example(workspace);
    const runs = runsIn(workspace);
    const atOnce = { now: () => new Date(Date.now() - 60_000) };
    await runs.run(factsOf(path), atOnce);
    const { started } = await runs.run(factsOf(path), atOnce);
    expect(started.filter((call) => call.startsWith('git status'))).toHaveLength(1);
  });

  test.each([
    ['nothing', null],
    ['noise', Buffer.from('noise'.repeat(100))],
  ])('with a memory that holds %s is asked anew', async (_what, memory) => {
    await using workspace = await temporaryWorkspace();
    const { path } = await example(workspace);
    const runs = runsIn(workspace);
    const first = await runs.run(factsOf(path), later);
    runs.cache = memory;
    expect(await runs.run(factsOf(path), later)).toEqual(first);
  });

  test('with a memory of which one bit has changed is asked anew', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await example(workspace);
    const runs = runsIn(workspace);
    const first = await runs.run(factsOf(path), later);
    const whole = Buffer.from(runs.cache ?? []);
    for (let at = 0; at < whole.length; at += 97) {
      const broken = Buffer.from(whole);
      broken.writeUInt8(broken.readUInt8(at) ^ (1 << (at % 8)), at);
      runs.cache = broken.subarray(0, at % 3 === 0 ? at : broken.length);
      const { answer } = await runs.run(async (reader) => {
        return reader.trackedFiles(await reader.open(path));
      }, later);
      expect(answer).toHaveLength(3);
    }
    runs.cache = whole.subarray(0, whole.length - 1);
    expect(await runs.run(factsOf(path), later)).toEqual(first);
  });
});

describe('a repository is asked again after', () => {
  const changes: Record<string, (repository: TemporaryRepository) => Promise<void> | void> = {
    'an edit that keeps the size': (one) => one.write('folder/b.ts', 'TWO\n'),
    'an edit of the same size whose date was set back': async (one) => {
      const { atime, mtime } = await stat(join(one.path, 'folder/b.ts'));
      await one.write('folder/b.ts', 'TWO\n');
      await utimes(join(one.path, 'folder/b.ts'), atime, mtime);
    },
    'a file was added in a folder': (one) => one.write('folder/new.ts', ''),
    'a file was added in a new folder': (one) => one.write('new/deep/new.ts', ''),
    'a file was removed': ({ path }) => rm(join(path, 'folder/b.ts')),
    'an untracked file was removed': ({ path }) => rm(join(path, 'new/c.ts')),
    'a file was renamed': ({ path }) => rename(join(path, 'a.ts'), join(path, 'z.ts')),
    'a file was staged': (one) => void one.git('add', 'a.ts'),
    'a commit': (one) => void one.git('commit', '-qam', 'Second'),
    'a checkout': (one) => void one.git('checkout', '-qb', 'other'),
    'a permission was given': ({ path }) => chmod(join(path, 'folder/b.ts'), 0o755),
    'a link took the place of a file': async ({ path }) => {
      await rm(join(path, 'folder/b.ts'));
      await symlink('../a.ts', join(path, 'folder/b.ts'));
    },
    'a link took the place of a folder': async ({ path }) => {
      await rename(join(path, 'folder'), join(path, 'new/folder'));
      await symlink('new/folder', join(path, 'folder'));
    },
    '.gitignore was edited': (one) => one.write('.gitignore', '/dist/\n\\#hard\n'),
    '.git/info/exclude was edited': (one) => one.write('.git/info/exclude', 'new\n'),
    'an untracked .gitignore was edited': async (one) => {
      await one.write('new/.gitignore', '/nothing\n');
    },
    'a repository took the place of a folder': ({ path }) =>
      void git(join(path, 'new'), 'init', '-q'),
    'a setting that matters': (one) => void one.git('config', 'core.fileMode', 'false'),
  };

  test.each(Object.entries(changes))('%s', async (_what, change) => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const runs = runsIn(workspace);
    await runs.run(factsOf(repository.path), later);
    await change(repository);
    const { answer, started } = await runs.run(factsOf(repository.path), later);
    const fresh = await runsIn(workspace).run(factsOf(repository.path), later);
    expect(answer).toEqual(fresh.answer);
    expect(started).not.toEqual([]);
  });

  test('nothing, if a size tells that a file was edited', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const runs = runsIn(workspace);
    await runs.run(factsOf(repository.path), later);
    await repository.write('folder/b.ts', 'other\n');
    const { answer, started } = await runs.run(factsOf(repository.path), later);
    expect(answer).toMatchObject({ status: statusOf(repository.path) });
    expect(started).toEqual([]);
  });

  test.each(['home/.gitconfig', 'home/.config/git/config', 'home/.config/git/ignore', 'home/more'])(
    'the user wrote %s',
    async (file) => {
      await using workspace = await temporaryWorkspace();
      const { path } = await example(workspace);
      await workspace.write('home/.gitconfig', '[include]\n\tpath = more\n');
      const system = { ...later, home: join(workspace.root, 'home') };
      const runs = runsIn(workspace);
      await runs.run(factsOf(path), system);
      expect((await runs.run(factsOf(path), system)).started).toEqual([]);
      const list = join(workspace.root, 'home/list');
      await workspace.write('home/list', 'new\n');
      await workspace.write(
        file,
        file.endsWith('ignore') ? 'new\n' : `[core]\n\texcludesFile = ${list}\n`,
      );
      const { answer, started } = await runs.run(factsOf(path), system);
      expect(started).not.toEqual([]);
      expect(answer).toMatchObject({ status: { changes: { untracked: 0 } } });
      writeFileSync(list, 'nothing\n');
      chmodSync(list, 0o600);
      expect(readFileSync(list, 'utf8')).toBe('nothing\n');
      const again = await runs.run(factsOf(path), system);
      const isList = !file.endsWith('ignore');
      expect(again.answer).toMatchObject({ status: { changes: { untracked: isList ? 1 : 0 } } });
    },
  );
});

test('commits that took git too long to count are not counted again', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', {});
  repository.git('commit', '-q', '--allow-empty', '-m', 'Second');
  const { path } = repository;
  const runs = runsIn(workspace);
  const count = async (reader: RepositoryReader): Promise<number | null | string> => {
    const opened = await reader.open(path);
    await reader.status(opened);
    return reader.commitCount(opened).catch(String);
  };
  const { exec } = testSystem();
  const tooSlow: Exec = (file, args, options) =>
    args[0] === 'rev-list'
      ? Promise.reject(new UserError('timeout', 'too long'))
      : exec(file, args, options);
  const slow = { ...later, exec: tooSlow };
  const error = 'RepositoryError: git did not count the commits in 10 seconds';
  expect((await runs.run(count, slow)).answer).toBe(error);
  expect(await runs.run(count, later)).toEqual({ answer: error, started: [] });
  repository.git('commit', '-q', '--allow-empty', '-m', 'Third');
  expect((await runs.run(count, later)).answer).toBe(3);
  repository.git('reset', '-q', '--hard', 'HEAD~2');
  repository.git('commit', '-q', '--allow-empty', '-m', 'Other');
  expect((await runs.run(count, later)).answer).toBe(2);
});
