import { execFileSync } from 'node:child_process';
import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Exec } from '../../../src/system/system.ts';
import { testSystem } from '../../helpers/context.ts';
import { git, temporaryWorkspace } from '../../helpers/workspace.ts';
import { gitCommits, gitHead } from './git-output.ts';
import { writeRawCommit } from './repository-fixtures.ts';
import { anHourLater, readerIn, runsIn } from './reader-fixture.ts';

const person = (name: string, seconds: number): string[] =>
  ['author', 'committer'].map(
    (who) => `${who} ${name} <ada@example.com> ${String(seconds)} +0100\n`,
  );

test('lastCommit removes escape sequences from author and subject', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', {});
  await writeRawCommit(repository, [
    ...person('A\u001b[31mda\u009b1m', 1e9),
    '\n',
    'Red \u001b]0;title\u0007\u202eevil\r\n',
  ]);
  expect(repository.git('log', '-1', '--format=%an%s')).toContain('\u001b');
  const reader = await readerIn(workspace);
  const { author, subject } = (await reader.lastCommit(await reader.open(repository.path))) ?? {};
  expect(`${author ?? ''}${subject ?? ''}`).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(author).toContain('da');
  expect(subject).toContain('Red');
});

test('lastCommit returns a date before 1970', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', {});
  await writeRawCommit(repository, [...person('Ada', -86_400), '\n', 'Long ago\n']);
  // Read from the object, because git 2.39 can't format such a date.
  expect(repository.git('cat-file', 'commit', 'HEAD')).toContain('> -86400 +0100\n');
  const reader = await readerIn(workspace);
  const commit = await reader.lastCommit(await reader.open(repository.path));
  expect(commit?.date).toBe('1969-12-31T00:00:00.000Z');
});

test('a bare repository has commits but neither files nor status', async () => {
  await using workspace = await temporaryWorkspace();
  const origin = await workspace.gitRepository('origin', { 'a.ts': '' });
  origin.git('commit', '-q', '--allow-empty', '-m', 'Second');
  git(workspace.root, 'clone', '-q', '--bare', origin.path, 'code/bare.git');
  const path = join(workspace.root, 'code/bare.git');
  const reader = await readerIn(workspace);
  const repository = await reader.open(path);
  const { head, upstream, format, shallow, worktreeOf } = repository;
  expect({ ...head, upstream, format, shallow, worktreeOf }).toEqual(gitHead(path));
  expect(repository).toMatchObject({ bare: true, gitDir: path, commonDir: path });
  const facts = {
    last: await reader.lastCommit(repository),
    count: await reader.commitCount(repository),
  };
  expect(facts).toEqual(gitCommits(path));
  for (const fact of [reader.status(repository), reader.files(repository)]) {
    await expect(fact).rejects.toMatchObject({ code: 'bare-repository' });
  }
});

test('open rejects a copy of a git directory without core.bare', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  execFileSync('cp', ['-r', join(repository.path, '.git'), join(workspace.root, 'code/copy')]);
  const reader = await readerIn(workspace);
  const opening = reader.open(join(workspace.root, 'code/copy'));
  await expect(opening).rejects.toMatchObject({ code: 'no-repository' });
});

test('prefetchCommits ignores a forged object with the id of a commit of another repository', async () => {
  await using workspace = await temporaryWorkspace();
  const good = await workspace.gitRepository('code/good', { 'a.ts': '' });
  const hostile = await workspace.gitRepository('code/a-hostile', { 'b.ts': '' });
  const id = good.git('rev-parse', 'HEAD').trim();
  const forgery = hostile.git('commit-tree', '-m', 'Forged', 'HEAD^{tree}').trim();
  const objectPath = (oid: string): string =>
    join(hostile.path, '.git/objects', oid.slice(0, 2), oid.slice(2));
  execFileSync('mkdir', ['-p', join(hostile.path, '.git/objects', id.slice(0, 2))]);
  execFileSync('cp', [objectPath(forgery), objectPath(id)]);
  for (const order of [
    [hostile.path, good.path],
    [good.path, hostile.path],
  ]) {
    const reader = await readerIn(workspace);
    await reader.prefetchCommits(order);
    const repository = await reader.open(good.path);
    expect(await reader.lastCommit(repository)).toMatchObject({
      subject: 'First commit',
      hash: id,
    });
    expect(await reader.commitCount(repository)).toBe(1);
  }
});

test('prefetchCommits reads many repositories without git, and those with linked objects with one process', async () => {
  await using workspace = await temporaryWorkspace();
  const { exec } = (await import('../../helpers/context.ts')).testSystem();
  const started: string[] = [];
  const reader = await readerIn(workspace, {
    exec: (file, args, options) => {
      started.push(args[0] ?? '');
      return exec(file, args, options);
    },
  });
  const repositories = await Promise.all(
    Array.from({ length: 8 }, async (_, number) => {
      const one = await workspace.gitRepository(`code/${String(number)}`, {
        [`${String(number)}.ts`]: '',
      });
      for (let more = 0; more < number; more += 1) {
        one.git('commit', '-q', '--allow-empty', '-m', `Commit ${String(more)}`);
      }
      return one.path;
    }),
  );
  await reader.prefetchCommits([...repositories, join(workspace.root, 'nowhere')]);
  for (const [number, path] of repositories.entries()) {
    const repository = await reader.open(path);
    expect(await reader.commitCount(repository)).toBe(number + 1);
    expect((await reader.lastCommit(repository))?.hash).toBe(repository.head.oid);
  }
  expect(started).toEqual([]);
  for (const path of repositories) {
    const id = git(path, 'rev-parse', 'HEAD').trim();
    const object = join(path, '.git/objects', id.slice(0, 2), id.slice(2));
    renameSync(object, `${object}.real`);
    symlinkSync(`${object}.real`, object);
  }
  const second = await readerIn(workspace, {
    exec: (file, args, options) => {
      started.push(args[0] ?? '');
      return exec(file, args, options);
    },
  });
  await second.prefetchCommits(repositories);
  for (const path of repositories) {
    const repository = await second.open(path);
    expect((await second.lastCommit(repository))?.hash).toBe(repository.head.oid);
  }
  expect(started.filter((command) => command === 'cat-file')).toHaveLength(1);
});

test('commitCount of many repositories is pending in the first run and when the time is used up, and of few it is not', async () => {
  await using workspace = await temporaryWorkspace();
  const [first, second] = await Promise.all(
    ['first', 'second'].map((name) => workspace.gitRepository(`code/${name}`, { [name]: '' })),
  );
  // Shorter histories are counted without git.
  for (let commit = 0; commit < 16; commit += 1) {
    for (const one of [first, second]) one?.git('commit', '-q', '--allow-empty', '-m', 'More');
  }
  const runs = runsIn(workspace);
  const repositories = 51;
  const exec: Exec = async (file, args, options) => {
    // Longer than the time for so many repositories.
    if (args[0] === 'rev-list') await setTimeout(600);
    return testSystem().exec(file, args, options);
  };
  const counts = async (announced = repositories): Promise<readonly unknown[]> => {
    const { result } = await runs.run(
      async (reader) => {
        const values: unknown[] = [];
        reader.expectHistories(announced);
        for (const path of [first?.path ?? '', second?.path ?? '']) {
          values.push(await reader.commitCount(await reader.open(path)));
        }
        return values;
      },
      { exec, now: anHourLater },
    );
    return result;
  };
  expect(await counts()).toEqual(['pending', 'pending']);
  expect(await counts()).toEqual([17, 'pending']);
  expect(await counts()).toEqual([17, 17]);
  runs.cache = null;
  expect(await counts(50)).toEqual([17, 17]);
});
