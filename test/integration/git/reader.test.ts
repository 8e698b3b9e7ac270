import { execFileSync } from 'node:child_process';
import { readdir, symlink, writeFile } from 'node:fs/promises';
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

/** Records the commands that are started, and how many run at a time. */
function recordExec(): { readonly exec: Exec; readonly calls: string[]; maxRunning: number } {
  const { exec } = testSystem();
  let running = 0;
  const record = {
    calls: [] as string[],
    maxRunning: 0,
    exec: (async (file, args, options) => {
      record.calls.push([file, ...args].join(' '));
      record.maxRunning = Math.max(record.maxRunning, (running += 1));
      try {
        return await exec(file, args, options);
      } finally {
        running -= 1;
      }
    }) satisfies Exec,
  };
  return record;
}

/** Makes git block on a FIFO in an untracked directory, which is not read before git runs. */
async function blockGit(repository: TemporaryRepository): Promise<void> {
  await repository.write('new/inner/a.ts', '');
  execFileSync('mkfifo', [join(repository.path, 'new/inner/.gitignore')]);
}

/** Creates a home directory with a git configuration. */
async function createHome(workspace: TemporaryWorkspace, config: string): Promise<string> {
  await workspace.write('home/.gitconfig', config);
  return join(workspace.root, 'home');
}

describe('the repository reader', () => {
  test('runs git once per fact and checks its version once', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    const { path } = alpha;
    alpha.git('commit', '-q', '--allow-empty', '-m', 'Second');
    await alpha.write('.gitignore', '\\#only git supports this\n');
    const beta = await workspace.gitRepository('code/beta', { 'b.ts': '' });
    await beta.write('.gitignore', '\\#this too\n');
    const record = recordExec();
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
    const countStarted = (command: string): number =>
      record.calls.filter((call) => call.startsWith(`git ${command}`)).length;
    expect(['--version', 'config', 'status'].map(countStarted)).toEqual([1, 1, 2]);
    expect(record.calls).toHaveLength(4);
  });

  test('runs no git for the tracked files', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    const record = recordExec();
    const reader = await readerIn(workspace, { exec: record.exec });
    const tracked = await reader.trackedFiles(await reader.open(path));
    expect(tracked).toEqual([{ path: 'a.ts', tracked: true }]);
    expect(record.calls).toEqual([]);
  });

  test('runs at most four git processes at a time, each in its own scratch directory', async () => {
    await using workspace = await temporaryWorkspace();
    const record = recordExec();
    const reader = await readerIn(workspace, { exec: record.exec });
    const paths = await Promise.all(
      Array.from({ length: 9 }, async (_, number) => {
        const { path } = await workspace.gitRepository(`code/${String(number)}`, {
          '.gitignore': '\\#only git supports this\n',
        });
        await writeFile(join(path, 'untracked.ts'), '');
        return path;
      }),
    );
    await Promise.all(paths.map(async (path) => reader.status(await reader.open(path))));
    expect(record.maxRunning).toBe(4);
    const scratch = (await readdir(workspace.root)).filter((name) => name.startsWith('scratch-'));
    expect(await readdir(join(workspace.root, scratch[0] ?? ''))).toHaveLength(4);
  });

  test('reads other repositories when git times out in one', async () => {
    await using workspace = await temporaryWorkspace();
    const good = await workspace.gitRepository('code/good', { 'a.ts': '' });
    const bad = await workspace.gitRepository('code/bad', { 'a.ts': '' });
    await blockGit(bad);
    const { exec } = testSystem();
    const reader = await readerIn(workspace, {
      exec: (file, args, options) => exec(file, args, { ...options, timeoutMs: 4000 }),
    });
    const repositories = await Promise.all([bad, good].map(({ path }) => reader.open(path)));
    const states = await Promise.allSettled(repositories.map((one) => reader.status(one)));
    expect(states).toMatchObject([
      { status: 'rejected', reason: { code: 'git-timeout', state: 'error' } },
      { status: 'fulfilled' },
    ]);
  });

  test('rejects with the reason of the aborted signal', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', {});
    const { path } = repository;
    await blockGit(repository);
    const controller = new AbortController();
    const record = recordExec();
    const reader = await readerIn(workspace, { exec: record.exec }, controller.signal);
    const status = reader.status(await reader.open(path));
    setTimeout(() => {
      controller.abort(new Error('stopped'));
    }, 200);
    await expect(status).rejects.toThrow('stopped');
  });
});

describe('files', () => {
  test('leaves out links, submodules and names that are not UTF-8', async () => {
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
    // The status counts them.
    expect(await reader.status(opened)).toMatchObject({ changes: { staged: 2, untracked: 4 } });
  });
});

describe('a bare repository', () => {
  test('has commits but no status when core.bare is set in a repository with a work tree', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    repository.git('config', 'core.bare', 'true');
    const reader = await readerIn(workspace);
    const opened = await reader.open(repository.path);
    await expect(reader.status(opened)).rejects.toMatchObject({ code: 'bare-repository' });
    expect(await reader.commitCount(opened)).toBe(1);
  });
});

describe('the git configuration of the user', () => {
  test('provides the exclude file', async () => {
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
    const home = await createHome(workspace, '[user]\n\tname = Ada\n');
    expect(await untracked(home)).toEqual(['x.swp']);
    await createHome(workspace, '[core]\n\texcludesFile = ~/ignored\n');
    expect(await untracked(home)).toEqual(['y.bak']);
  });

  test('provides core.autocrlf unless the repository overrides it', async () => {
    await using workspace = await temporaryWorkspace();
    const home = await createHome(workspace, '[core]\n\tautocrlf = true\n');
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': 'x\n' });
    await repository.write('a.ts', 'x\r\n');
    repository.git('-c', 'core.autocrlf=true', 'add', 'a.ts');
    execFileSync('touch', ['-d', '2001-01-01', join(repository.path, 'a.ts')]);
    const unstaged = async (): Promise<number | undefined> => {
      const reader = await readerIn(workspace, { home });
      return (await reader.status(await reader.open(repository.path))).changes?.unstaged;
    };
    expect(await unstaged()).toBe(0);
    repository.git('config', 'core.autocrlf', 'false');
    expect(await unstaged()).toBe(1);
  });

  test('starts no program', async () => {
    await using workspace = await temporaryWorkspace();
    const script = join(workspace.root, 'script.sh');
    await workspace.write('script.sh', `#!/bin/sh\ntouch '${workspace.root}/canary'\n`);
    execFileSync('chmod', ['+x', script]);
    const home = await createHome(
      workspace,
      `[core]\n\tfsmonitor = ${script}\n\tpager = ${script}\n`,
    );
    const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    const reader = await readerIn(workspace, { home });
    await reader.status(await reader.open(path));
    expect(await readdir(workspace.root)).not.toContain('canary');
  });
});

describe('git that', () => {
  const printing =
    (version: string): Exec =>
    () =>
      Promise.resolve({ exitCode: 0, stdout: Buffer.from(version), stderr: '' });

  test.each([
    ['is missing', () => Promise.reject(new UserError('tool', 'git was not found')), 'git-missing'],
    ['prints no version', printing('x\n'), 'git-missing'],
    ['is older than 2.32', printing('git version 2.31.9\n'), 'git-too-old'],
    ['is much older', printing('git version 1.99.0\n'), 'git-too-old'],
  ] as const)(
    '%s causes an error for the status but not for facts read from files',
    async (_name, exec, code) => {
      await using workspace = await temporaryWorkspace();
      const { path } = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
      const reader = await readerIn(workspace, { exec });
      const repository = await reader.open(path);
      expect(repository.head).toMatchObject({ branch: 'main', unborn: false });
      expect(await reader.trackedFiles(repository)).toHaveLength(1);
      await expect(reader.status(repository)).rejects.toMatchObject({ code, state: 'error' });
    },
  );

  test('can not be started for lack of file descriptors is not an error of the repository', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', {});
    const exec = (): Promise<never> => Promise.reject(new UserError('io', 'too many open files'));
    const reader = await readerIn(workspace, { exec });
    const status = reader.status(await reader.open(path));
    await expect(status).rejects.toBeInstanceOf(UserError);
  });
});

describe('open', () => {
  test.each([
    [['core.repositoryFormatVersion', '2'], 'unknown-format'],
    [['extensions.someday', 'true'], 'unknown-format'],
    [['extensions.objectFormat', 'sha512'], 'unknown-format'],
  ])(
    'rejects a repository with the unsupported setting %j',
    async ([key = '', value = ''], code) => {
      await using workspace = await temporaryWorkspace();
      const repository = await workspace.gitRepository('code/alpha', {});
      const lines = ['[core]\n\trepositoryFormatVersion = 1\n'];
      const [section = '', name = ''] = key.split('.');
      lines.push(`[${section}]\n\t${name} = ${value}\n`);
      await repository.write('.git/config', lines.join(''));
      const reader = await readerIn(workspace);
      await expect(reader.open(repository.path)).rejects.toMatchObject({ code });
    },
  );
});

describe('a damaged repository', () => {
  test.each([
    ['.git/HEAD', 'nonsense\n', 'broken-head'],
    ['.git/HEAD', 'ref: ../../../etc/passwd\n', 'broken-head'],
    ['.git/HEAD', 'ref: refs/heads/../../../x\n', 'broken-head'],
    ['.git/HEAD', Buffer.from('ref: refs/heads/caf\xe9\n', 'latin1'), 'broken-head'],
    ['.git/refs/heads/main', 'nonsense\n', 'broken-ref'],
    ['.git/refs/heads/main', 'ref: refs/heads/main\n', 'broken-ref'],
    ['.git/config', Buffer.alloc(2 * 1024 * 1024), 'efbig'],
  ])('whose file %s is %j is rejected', async (file, content, code) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', {});
    await repository.write(file, content);
    const reader = await readerIn(workspace);
    await expect(reader.open(repository.path)).rejects.toMatchObject({ code });
  });

  test.each([
    ['gitdir: ../nowhere\n', 'broken-gitfile'],
    ['nonsense', 'broken-gitfile'],
  ])('whose file .git contains %j is rejected', async (content, code) => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/alpha/.git', content);
    const reader = await readerIn(workspace);
    const opening = reader.open(join(workspace.root, 'code/alpha'));
    await expect(opening).rejects.toMatchObject({ code });
  });

  test('that no longer exists is rejected', async () => {
    await using workspace = await temporaryWorkspace();
    const reader = await readerIn(workspace);
    for (const path of ['code', 'code/nowhere']) {
      const opening = reader.open(join(workspace.root, path));
      await expect(opening).rejects.toMatchObject({ code: 'no-repository', state: 'error' });
    }
  });

  test('without objects has HEAD and tracked files but no last commit', async () => {
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
