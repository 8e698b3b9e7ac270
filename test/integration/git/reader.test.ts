import { execFileSync } from 'node:child_process';
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/util/errors.ts';
import type { Exec } from '../../../src/system/system.ts';
import { testSystem } from '../../helpers/context.ts';
import {
  git,
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../../helpers/workspace.ts';
import { readerIn } from './reader-fixture.ts';

/** The real thing, with a record of what was started. */
function recorded(): { readonly exec: Exec; readonly calls: string[]; most: number } {
  const { exec } = testSystem();
  let running = 0;
  const record = {
    calls: [] as string[],
    most: 0,
    exec: (async (file, args, options) => {
      record.calls.push([file, ...args].join(' '));
      record.most = Math.max(record.most, (running += 1));
      try {
        return await exec(file, args, options);
      } finally {
        running -= 1;
      }
    }) satisfies Exec,
  };
  return record;
}

/** Lets git wait for ever, in a folder that is not looked into before git is asked. */
async function hangGit(repository: TemporaryRepository): Promise<void> {
  await repository.write('new/a.ts', '');
  execFileSync('mkfifo', [join(repository.path, 'new/.gitignore')]);
}

/** A home folder with a git configuration in it. */
async function homeWith(workspace: TemporaryWorkspace, config: string): Promise<string> {
  await workspace.write('home/.gitconfig', config);
  return join(workspace.root, 'home');
}

describe('the reader of repositories', () => {
  test('asks git once for each thing, and for its version once', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    const { path } = alpha;
    alpha.git('commit', '-q', '--allow-empty', '-m', 'Second');
    await alpha.write('.gitignore', '\\#only git follows this\n');
    const beta = await workspace.gitRepository('code/beta', { 'b.ts': '' });
    await beta.write('.gitignore', '\\#this too\n');
    const record = recorded();
    const reader = await readerIn(workspace, { exec: record.exec });
    const repository = await reader.open(path);
    expect(await reader.open(path)).toBe(repository);
    expect(record.calls).toEqual([]);
    await Promise.all([reader.status(repository), reader.files(repository)]);
    await reader.files(repository);
    await reader.lastCommit(repository);
    await reader.lastCommit(repository);
    await reader.commitCount(repository);
    await reader.status(await reader.open(join(workspace.root, 'code/beta')));
    const started = (what: string): number =>
      record.calls.filter((call) => call.startsWith(`git ${what}`)).length;
    expect(['--version', 'config', 'status', 'cat-file', 'rev-list'].map(started)).toEqual([
      1, 1, 2, 1, 1,
    ]);
    expect(record.calls).toHaveLength(6);
  });

  test('needs no git for the tracked files', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    const record = recorded();
    const reader = await readerIn(workspace, { exec: record.exec });
    const tracked = await reader.trackedFiles(await reader.open(path));
    expect(tracked).toEqual([{ path: 'a.ts', tracked: true }]);
    expect(record.calls).toEqual([]);
  });

  test('runs at most four at a time, each in a folder of its own', async () => {
    await using workspace = await temporaryWorkspace();
    const record = recorded();
    const reader = await readerIn(workspace, { exec: record.exec });
    const paths = await Promise.all(
      Array.from({ length: 9 }, async (_, number) => {
        const { path } = await workspace.gitRepository(`code/${String(number)}`, { 'a.ts': '' });
        return path;
      }),
    );
    await Promise.all(paths.map(async (path) => reader.status(await reader.open(path))));
    expect(record.most).toBe(4);
    const scratch = (await readdir(workspace.root)).filter((name) => name.startsWith('scratch-'));
    expect(await readdir(join(workspace.root, scratch[0] ?? ''))).toHaveLength(4);
  });

  test('keeps the work of one repository apart from the trouble of another', async () => {
    await using workspace = await temporaryWorkspace();
    const good = await workspace.gitRepository('code/good', { 'a.ts': '' });
    const bad = await workspace.gitRepository('code/bad', { 'a.ts': '' });
    await hangGit(bad);
    const { exec } = testSystem();
    const reader = await readerIn(workspace, {
      exec: (file, args, options) => exec(file, args, { ...options, timeoutMs: 1500 }),
    });
    const repositories = await Promise.all([bad, good].map(({ path }) => reader.open(path)));
    const states = await Promise.allSettled(repositories.map((one) => reader.status(one)));
    expect(states).toMatchObject([
      { status: 'rejected', reason: { code: 'git-timeout', state: 'error' } },
      { status: 'fulfilled' },
    ]);
  });

  test('ends with the reason of the run', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', {});
    const { path } = repository;
    await hangGit(repository);
    const controller = new AbortController();
    const record = recorded();
    const reader = await readerIn(workspace, { exec: record.exec }, controller.signal);
    const status = reader.status(await reader.open(path));
    setTimeout(() => {
      controller.abort(new Error('stopped'));
    }, 200);
    await expect(status).rejects.toThrow('stopped');
  });
});

describe('the files of a repository', () => {
  test('are told without links, submodules and names that are not UTF-8', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '', 'ü.ts': '' });
    const { path } = repository;
    await symlink('a.ts', join(path, 'tracked-link'));
    execFileSync('sh', ['-c', 'touch "$(printf \'caf\\351.ts\')"'], { cwd: path });
    repository.git('add', '-A');
    await symlink('a.ts', join(path, 'link'));
    execFileSync('sh', ['-c', 'touch "$(printf \'th\\351.ts\')"'], { cwd: path });
    git(path, 'init', '-q', 'inner');
    await repository.write('new/b.ts', '');
    const reader = await readerIn(workspace);
    const opened = await reader.open(path);
    expect(await reader.files(opened)).toEqual([
      { path: 'a.ts', tracked: true },
      { path: 'ü.ts', tracked: true },
      { path: 'new/b.ts', tracked: false },
    ]);
    // They are there all the same: as changes they count.
    expect(await reader.status(opened)).toMatchObject({ changes: { staged: 2, untracked: 4 } });
  });
});

describe('a bare repository', () => {
  test('has no changes, rather than wrong ones', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    repository.git('config', 'core.bare', 'true');
    const reader = await readerIn(workspace);
    const opened = await reader.open(repository.path);
    await expect(reader.status(opened)).rejects.toMatchObject({ code: 'bare-repository' });
    expect(await reader.commitCount(opened)).toBe(1);
  });
});

describe('what the user set for all repositories', () => {
  test('is obeyed: the list of what is ignored', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    await repository.write('x.swp', '');
    await repository.write('y.bak', '');
    await workspace.write('home/ignored', '*.swp\n');
    await workspace.write('home/.config/git/ignore', '*.bak\n');
    const untracked = async (home: string): Promise<readonly string[]> => {
      const reader = await readerIn(workspace, { home });
      const files = await reader.files(await reader.open(repository.path));
      return files.filter(({ tracked }) => !tracked).map(({ path }) => path);
    };
    expect(await untracked('/nonexistent')).toEqual(['x.swp', 'y.bak']);
    const home = await homeWith(workspace, '[user]\n\tname = Ada\n');
    expect(await untracked(home)).toEqual(['x.swp']);
    await homeWith(workspace, '[core]\n\texcludesFile = ~/ignored\n');
    expect(await untracked(home)).toEqual(['y.bak']);
  });

  test('is obeyed unless the repository says otherwise: ends of line', async () => {
    await using workspace = await temporaryWorkspace();
    const home = await homeWith(workspace, '[core]\n\tautocrlf = true\n');
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': 'x\n' });
    await repository.write('a.ts', 'x\r\n');
    repository.git('-c', 'core.autocrlf=true', 'add', 'a.ts');
    execFileSync('touch', ['-d', '2001-01-01', join(repository.path, 'a.ts')]);
    const unstaged = async (): Promise<number> => {
      const reader = await readerIn(workspace, { home });
      return (await reader.status(await reader.open(repository.path))).changes.unstaged;
    };
    expect(await unstaged()).toBe(0);
    repository.git('config', 'core.autocrlf', 'false');
    expect(await unstaged()).toBe(1);
  });

  test('starts nothing', async () => {
    await using workspace = await temporaryWorkspace();
    const script = join(workspace.root, 'script.sh');
    await workspace.write('script.sh', `#!/bin/sh\ntouch '${workspace.root}/canary'\n`);
    execFileSync('chmod', ['+x', script]);
    const home = await homeWith(
      workspace,
      `[core]\n\tfsmonitor = ${script}\n\tpager = ${script}\n`,
    );
    const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    const reader = await readerIn(workspace, { home });
    await reader.status(await reader.open(path));
    expect(await readdir(workspace.root)).not.toContain('canary');
  });
});

describe('a git that', () => {
  const answering =
    (version: string): Exec =>
    () =>
      Promise.resolve({ exitCode: 0, stdout: Buffer.from(version), stderr: '' });

  test.each([
    ['is missing', () => Promise.reject(new UserError('tool', 'git was not found')), 'git-missing'],
    ['is no git', answering('x\n'), 'git-missing'],
    ['is older than 2.32', answering('git version 2.31.9\n'), 'git-too-old'],
    ['is much older', answering('git version 1.99.0\n'), 'git-too-old'],
  ] as const)('%s leaves all that the files themselves tell', async (_what, exec, code) => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    const reader = await readerIn(workspace, { exec });
    const repository = await reader.open(path);
    expect(repository.head).toMatchObject({ branch: 'main', unborn: false });
    expect(await reader.trackedFiles(repository)).toHaveLength(1);
    await expect(reader.status(repository)).rejects.toMatchObject({ code, state: 'error' });
  });

  test('has no descriptors left is trouble of the machine, not of the repository', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', {});
    const exec = (): Promise<never> => Promise.reject(new UserError('io', 'too many open files'));
    const reader = await readerIn(workspace, { exec });
    const status = reader.status(await reader.open(path));
    await expect(status).rejects.toBeInstanceOf(UserError);
  });
});

describe('a format that is not known yet', () => {
  test.each([
    [['core.repositoryFormatVersion', '2'], 'unknown-format'],
    [['extensions.someday', 'true'], 'unknown-format'],
    [['extensions.refStorage', 'reftable'], 'unsupported-refs'],
    [['extensions.objectFormat', 'sha512'], 'unknown-format'],
  ])('such as %j is refused', async ([key = '', value = ''], code) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', {});
    const settings = ['[core]\n\trepositoryFormatVersion = 1\n'];
    const [section = '', name = ''] = key.split('.');
    settings.push(`[${section}]\n\t${name} = ${value}\n`);
    await repository.write('.git/config', settings.join(''));
    const reader = await readerIn(workspace);
    await expect(reader.open(repository.path)).rejects.toMatchObject({ code });
  });
});

describe('a broken repository', () => {
  test.each([
    ['.git/HEAD', 'nonsense\n', 'broken-head'],
    ['.git/HEAD', 'ref: ../../../etc/passwd\n', 'broken-head'],
    ['.git/HEAD', 'ref: refs/heads/../../../x\n', 'broken-head'],
    ['.git/HEAD', Buffer.from('ref: refs/heads/caf\xe9\n', 'latin1'), 'broken-head'],
    ['.git/refs/heads/main', 'nonsense\n', 'broken-ref'],
    ['.git/refs/heads/main', 'ref: refs/heads/main\n', 'broken-ref'],
    ['.git/config', Buffer.alloc(2 * 1024 * 1024), 'efbig'],
  ])('with %s such as %j is an error', async (file, content, code) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', {});
    await repository.write(file, content);
    const reader = await readerIn(workspace);
    await expect(reader.open(repository.path)).rejects.toMatchObject({ code });
  });

  test.each([
    ['gitdir: ../nowhere\n', 'broken-gitfile'],
    ['nonsense', 'broken-gitfile'],
  ])('whose .git is the file %j is an error', async (content, code) => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/alpha/.git', content);
    const reader = await readerIn(workspace);
    const opening = reader.open(join(workspace.root, 'code/alpha'));
    await expect(opening).rejects.toMatchObject({ code });
  });

  test('that is gone is an error', async () => {
    await using workspace = await temporaryWorkspace();
    const reader = await readerIn(workspace);
    for (const path of ['code', 'code/nowhere']) {
      const opening = reader.open(join(workspace.root, path));
      await expect(opening).rejects.toMatchObject({ code: 'no-repository', state: 'error' });
    }
  });

  test('that lacks its objects tells what it can', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    execFileSync('sh', ['-c', 'rm -rf .git/objects/??'], { cwd: repository.path });
    const reader = await readerIn(workspace);
    const opened = await reader.open(repository.path);
    expect(opened.head.branch).toBe('main');
    expect(await reader.trackedFiles(opened)).toHaveLength(1);
    await expect(reader.lastCommit(opened)).rejects.toMatchObject({ code: 'git-failed' });
  });
});
