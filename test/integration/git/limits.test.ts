import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/util/errors.ts';
import type { Exec } from '../../../src/system/system.ts';
import { testSystem } from '../../helpers/context.ts';
import { temporaryWorkspace, type TemporaryRepository } from '../../helpers/workspace.ts';
import { readerIn, runsIn } from './reader-fixture.ts';

const hourMs = 3_600_000;
const inHours = (hours: number) => (): Date => new Date(Date.now() + hours * hourMs);

/** Simulates that git times out in every work tree, after `timeoutMs` of a simulated clock. */
function hangingGit(): { readonly exec: Exec; readonly limits: number[] } {
  const limits: number[] = [];
  const exec: Exec = (file, args, options) => {
    if (options.env?.['GIT_WORK_TREE'] === undefined) return testSystem().exec(file, args, options);
    limits.push(options.timeoutMs);
    return Promise.reject(new UserError('timeout', 'git took too long'));
  };
  return { exec, limits };
}

/** Returns the code of the error with which a promise rejects; `ok` when it resolves. */
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error as { readonly code: string }).code,
  );

const times = <Value>(count: number, value: Value): Value[] =>
  Array.from({ length: count }, () => value);

/** Makes a change whose kind only git can determine. */
function stage(repository: TemporaryRepository): void {
  writeFileSync(join(repository.path, 'staged.ts'), '');
  repository.git('add', 'staged.ts');
}

describe('a repository in which git timed out', () => {
  test('is not read with git again until it changes or an hour has passed', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    stage(repository);
    const runs = runsIn(workspace);
    const status = async (hours: number): Promise<readonly [number, string]> => {
      const { exec, limits } = hangingGit();
      const { result } = await runs.run(
        async (reader) => {
          const opened = await reader.open(repository.path);
          return codeOf(reader.status(opened));
        },
        { exec, now: inHours(hours) },
      );
      return [limits.length, result];
    };
    expect(await status(1)).toEqual([1, 'git-timeout']);
    expect(await status(1.5)).toEqual([0, 'git-timeout']);
    expect(await status(2.1)).toEqual([1, 'git-timeout']);
    expect(await status(6)).toEqual([0, 'git-timeout']);
    repository.git('commit', '-qm', 'Second');
    stage(repository);
    writeFileSync(join(repository.path, 'more.ts'), '');
    repository.git('add', 'more.ts');
    expect(await status(6.1)).toEqual([1, 'git-timeout']);
  });

  test('has all facts again when git succeeds after the repository changed', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    stage(repository);
    const runs = runsIn(workspace);
    const { exec } = hangingGit();
    await runs.run(
      async (reader) => reader.status(await reader.open(repository.path)).catch(() => null),
      { exec, now: inHours(1) },
    );
    writeFileSync(join(repository.path, 'more.ts'), '');
    repository.git('add', 'more.ts');
    const { result } = await runs.run(
      async (reader) => reader.status(await reader.open(repository.path)),
      { now: inHours(1.1) },
    );
    expect(result.changes?.staged).toBe(2);
  });
});

test('git gets a second after 40 s of timeouts and is not started after 120 s of them', async () => {
  await using workspace = await temporaryWorkspace();
  const { exec, limits } = hangingGit();
  const reader = await readerIn(workspace, { exec });
  const repository = await workspace.gitRepository('code/0', { 'a.ts': '' });
  stage(repository);
  const paths = Array.from({ length: 90 }, (_, number) =>
    join(workspace.root, `code/${String(number)}`),
  );
  for (const path of paths.slice(1)) execFileSync('cp', ['-r', repository.path, path]);
  const codes: string[] = [];
  for (const path of paths) {
    const opened = await reader.open(path);
    codes.push(await codeOf(reader.status(opened)));
  }
  expect(limits).toEqual([...times(4, 10_000), ...times(80, 1000)]);
  expect(codes).toEqual([...times(84, 'git-timeout'), ...times(6, 'git-postponed')]);
});

describe('git is not started in a repository with', () => {
  const cases: readonly (readonly [
    name: string,
    code: string,
    change: (repository: TemporaryRepository) => void,
  ])[] = [
    [
      'a FIFO as a pack index',
      'invalid-git-dir',
      ({ path }) => {
        const pack = join(path, '.git/objects/pack', `pack-${'12'.repeat(20)}`);
        execFileSync('mkfifo', [`${pack}.idx`]);
        writeFileSync(`${pack}.pack`, 'PACK');
      },
    ],
    [
      'a FIFO as alternates of an alternate store',
      'invalid-git-dir',
      ({ path }) => {
        mkdirSync(join(path, '.git/alt/info'), { recursive: true });
        execFileSync('mkfifo', [join(path, '.git/alt/info/alternates')]);
        writeFileSync(join(path, '.git/objects/info/alternates'), '../alt\n');
      },
    ],
    [
      'a FIFO as the commit of HEAD',
      'invalid-git-dir',
      (repository) => {
        const id = repository.git('rev-parse', 'HEAD').trim();
        const object = join(repository.path, '.git/objects', id.slice(0, 2), id.slice(2));
        rmSync(object);
        execFileSync('mkfifo', [object]);
      },
    ],
    [
      'a .gitignore of 5 MiB',
      'ignore-file-too-large',
      ({ path }) => {
        appendFileSync(join(path, '.gitignore'), 'y\n');
        truncateSync(join(path, '.gitignore'), 5 * 1024 * 1024);
      },
    ],
    [
      'a .gitignore of 5 MiB in an untracked directory',
      'ignore-file-too-large',
      ({ path }) => {
        mkdirSync(join(path, 'new'));
        writeFileSync(join(path, 'new/a.ts'), '');
        writeFileSync(join(path, 'new/.gitignore'), '');
        truncateSync(join(path, 'new/.gitignore'), 5 * 1024 * 1024);
      },
    ],
    [
      'an info/exclude of 5 MiB',
      'ignore-file-too-large',
      ({ path }) => {
        truncateSync(join(path, '.git/info/exclude'), 5 * 1024 * 1024);
      },
    ],
  ];
  test.each(cases)('%s', async (_name, code, change) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    stage(repository);
    change(repository);
    const started: string[] = [];
    const reader = await readerIn(workspace, {
      exec: (file, args, options) => {
        if (options.env?.['GIT_WORK_TREE'] !== undefined) started.push(args[0] ?? '');
        return testSystem().exec(file, args, options);
      },
    });
    await reader.prefetchCommits([repository.path]);
    const status = reader.status(await reader.open(repository.path));
    await expect(status).rejects.toMatchObject({ code });
    expect(started).toEqual([]);
  });
});

test('git is not started when core.excludesFile of the user has 5 MiB', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  stage(repository);
  const ignore = join(workspace.root, 'ignore');
  writeFileSync(ignore, '');
  truncateSync(ignore, 5 * 1024 * 1024);
  await workspace.write('home/.gitconfig', `[core]\n\texcludesFile = ${ignore}\n`);
  const reader = await readerIn(workspace, { home: join(workspace.root, 'home') });
  const status = reader.status(await reader.open(repository.path));
  await expect(status).rejects.toMatchObject({ code: 'ignore-file-too-large' });
});

test('git that allocates more than 1 GiB fails with git-failed', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  await repository.write('new/inner/a.ts', '');
  await repository.write('new/inner/.gitignore', '');
  // Sparse: takes no space on the disk.
  truncateSync(join(repository.path, 'new/inner/.gitignore'), 1_200_000_000);
  const reader = await readerIn(workspace);
  const status = reader.status(await reader.open(repository.path));
  await expect(status).rejects.toMatchObject({ code: 'git-failed' });
});

test('git that skips a path because its name is too long fails with git-failed', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { 'a.ts': 'one\n' });
  await repository.write('a.ts', 'two\n');
  // The message of Git for Windows, which exits with 0.
  const stderr = "warning: could not open directory 'long/': Filename too long\n";
  const exec: Exec = async (file, args, options) => {
    const result = await testSystem().exec(file, args, options);
    return args[0] === 'status' ? { ...result, stderr } : result;
  };
  const reader = await readerIn(workspace, { exec });
  const status = reader.status(await reader.open(repository.path));
  await expect(status).rejects.toMatchObject({
    code: 'git-failed',
    message: "git: path too long: warning: could not open directory 'long/': Filename too long",
  });
});
