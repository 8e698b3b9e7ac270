import { execFileSync, spawnSync } from 'node:child_process';
import {
  chown,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { git, temporaryWorkspace } from '../../helpers/workspace.ts';
import type { TemporaryRepository, TemporaryWorkspace } from '../../helpers/workspace.ts';
import { gitFiles, gitStatus } from './git-output.ts';
import { anHourLater, readerIn, runsIn } from './reader-fixture.ts';

const files = { 'a.ts': 'one\n', '.gitignore': '*.tmp\n' };

/** Changes the layout of a repository and returns its work tree. */
type Layout = (workspace: TemporaryWorkspace, repository: TemporaryRepository) => Promise<string>;

async function moveAndLink(from: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  await rename(from, to);
  await symlink(to, from);
}

const layouts: Readonly<Record<string, Layout>> = {
  'with a separate git directory': async ({ root }, repository) => {
    const { path } = repository;
    await mkdir(join(root, 'store'));
    repository.git('init', '-q', '--separate-git-dir', join(root, 'store/alpha.git'));
    return path;
  },
  'whose .git is a link': async ({ root }, { path }) => {
    await moveAndLink(join(path, '.git'), join(root, 'store/alpha.git'));
    return path;
  },
  'of the repo tool': async ({ root }, { path }) => {
    const store = join(root, 'code/.repo/projects/alpha.git');
    await moveAndLink(join(path, '.git'), store);
    for (const name of ['objects', 'hooks', 'info']) {
      await moveAndLink(join(store, name), join(root, 'code/.repo/project-objects/a.git', name));
    }
    return path;
  },
  'of git-new-workdir': async ({ root }, { path }) => {
    const target = join(root, 'code/workdir');
    await mkdir(join(target, '.git/logs'), { recursive: true });
    for (const name of ['config', 'refs', 'logs/refs', 'objects', 'info', 'hooks', 'packed-refs']) {
      await symlink(join(path, '.git', name), join(target, '.git', name));
    }
    await cp(join(path, '.git/HEAD'), join(target, '.git/HEAD'));
    git(target, 'checkout', '-q', '-f');
    return target;
  },
  'whose config and info/exclude are links': async ({ root }, { path }) => {
    await moveAndLink(join(path, '.git/config'), join(root, 'store/config'));
    await moveAndLink(join(path, '.git/info/exclude'), join(root, 'store/exclude'));
    return path;
  },
  'whose directory info is a link': async ({ root }, { path }) => {
    await moveAndLink(join(path, '.git/info'), join(root, 'store/info'));
    return path;
  },
  'whose info/exclude is a link to a missing file': async ({ root }, { path }) => {
    await rm(join(path, '.git/info/exclude'));
    await symlink(join(root, 'missing'), join(path, '.git/info/exclude'));
    return path;
  },
  'with its own directory in core.worktree': async (_, repository) => {
    const { path } = repository;
    repository.git('config', 'core.worktree', '..');
    return Promise.resolve(path);
  },
  'with two merge lines': async (_, repository) => {
    const { path } = repository;
    repository.git('branch', '-q', 'one');
    repository.git('branch', '-q', 'two');
    repository.git('checkout', '-q', 'one');
    repository.git('commit', '-q', '--allow-empty', '-m', 'Next');
    repository.git('checkout', '-q', 'main');
    repository.git('config', 'branch.main.remote', '.');
    repository.git('config', '--add', 'branch.main.merge', 'refs/heads/one');
    repository.git('config', '--add', 'branch.main.merge', 'refs/heads/two');
    return Promise.resolve(path);
  },
};

/** Whether git is 2.45 or newer. */
const hasReftable = spawnSync('git', ['init', '-h'], { encoding: 'utf8' }).stdout.includes(
  '--ref-format',
);

const reftableLayouts: Readonly<Record<string, Layout>> = {
  'with reftable': async (_, repository) => {
    repository.git('refs', 'migrate', '--ref-format=reftable');
    repository.git('branch', '-q', 'other');
    repository.git('branch', '-q', '-u', 'other');
    repository.git('commit', '-q', '--allow-empty', '-m', 'Next');
    repository.git('reset', '-q', '--soft', 'HEAD^');
    return Promise.resolve(repository.path);
  },
  'that is a linked work tree of one with reftable': async ({ root }, repository) => {
    repository.git('refs', 'migrate', '--ref-format=reftable');
    repository.git('checkout', '-q', '-b', 'other');
    repository.git('worktree', 'add', '-q', join(root, 'code/linked'), 'main');
    return Promise.resolve(join(root, 'code/linked'));
  },
};

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : 1;

describe('a repository', () => {
  test.each(Object.entries({ ...layouts, ...(hasReftable ? reftableLayouts : {}) }))(
    '%s has the status and files of git in the first and in a repeated run',
    async (_name, change) => {
      await using workspace = await temporaryWorkspace();
      const repository = await workspace.gitRepository('code/alpha', files);
      await repository.write('.git/info/exclude', '*.log\n');
      const path = await change(workspace, repository);
      for (const [name, content] of [['x.log'], ['y.tmp'], ['new.ts'], ['a.ts', 'longer\n']]) {
        await writeFile(join(path, name ?? ''), content ?? '');
      }
      const runs = runsIn(workspace);
      for (let run = 0; run < 2; run += 1) {
        const { result, started } = await runs.run(
          async (reader) => {
            const opened = await reader.open(path);
            const { changes, ahead, behind } = await reader.status(opened);
            return {
              status: { changes, ahead, behind },
              files: (await reader.files(opened)).toSorted(byPath),
              branch: opened.head.branch,
              hash: (await reader.lastCommit(opened))?.hash,
              count: await reader.commitCount(opened),
            };
          },
          { now: anHourLater },
        );
        expect(result).toEqual({
          status: gitStatus(path),
          files: gitFiles(path),
          branch: 'main',
          hash: git(path, 'rev-parse', 'HEAD').trim(),
          count: 1,
        });
        if (run === 1) expect(started).toEqual([]);
      }
    },
  );

  test('is read again when the target of its linked info/exclude changes', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/alpha', { ...files, 'x/b.ts': '' });
    await moveAndLink(join(path, '.git/info/exclude'), join(workspace.root, 'store/exclude'));
    await writeFile(join(path, 'x.log'), '');
    const runs = runsIn(workspace);
    const untracked = async (): Promise<number | undefined> => {
      const { result } = await runs.run(async (reader) => reader.status(await reader.open(path)), {
        now: anHourLater,
      });
      return result.changes?.untracked;
    };
    expect(await untracked()).toBe(1);
    await workspace.write('store/exclude', '*.log\n');
    expect(await untracked()).toBe(0);
  });

  const tables = join(import.meta.dirname, '../../fixtures/reftable');

  /** Creates the repository of the tables (see `make.sh`), with an upstream. */
  async function repositoryWithTables(
    workspace: TemporaryWorkspace,
    name: string,
  ): Promise<TemporaryRepository> {
    const repository = await workspace.gitRepository('code/alpha', files);
    await repository.write('.git/HEAD', 'ref: refs/heads/.invalid\n');
    await repository.write(
      '.git/config',
      '[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\trefStorage = reftable\n' +
        '[remote "origin"]\n\turl = https://example.com/a.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n' +
        '[branch "topic"]\n\tremote = origin\n\tmerge = refs/heads/main\n',
    );
    await cp(join(tables, name), join(repository.path, '.git/reftable'), { recursive: true });
    await repository.write('a.ts', 'longer\n');
    return repository;
  }

  test.each(['stack', 'compacted'])(
    'with a %s reftable has the branch, the stash and the status of git, without git in a repeated run',
    async (name) => {
      await using workspace = await temporaryWorkspace();
      const { path } = await repositoryWithTables(workspace, name);
      const oid = 'e5b2553e31b837afeb80fa4ffdd1e248cfa89c88';
      const runs = runsIn(workspace);
      for (let run = 0; run < 2; run += 1) {
        const { result, started } = await runs.run(
          async (reader) => {
            const opened = await reader.open(path);
            const { head, upstream, stash } = opened;
            const { changes, ahead, behind } = await reader.status(opened);
            return { head, upstream, stash, changes, ahead, behind };
          },
          { now: anHourLater },
        );
        expect(result).toEqual({
          head: { branch: 'topic', detached: false, unborn: false, oid },
          upstream: { name: 'origin/main', oid },
          stash: { entries: 2, oldestAt: '2026-11-03T10:00:00.000Z' },
          changes: { staged: 0, unstaged: 1, untracked: 0, conflicts: 0 },
          ...{ ahead: 0, behind: 0 },
        });
        if (run === 1) expect(started).toEqual([]);
      }
    },
  );

  test('with a damaged reftable has its tracked files, and other facts reject with the reason', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await repositoryWithTables(workspace, 'compacted');
    const dir = join(path, '.git/reftable');
    const [name = ''] = (await readFile(join(dir, 'tables.list'), 'utf8')).split('\n');
    const intact = await readFile(join(dir, name));
    for (const length of [0, 20, 60, 300, 4200, intact.length - 1]) {
      await writeFile(join(dir, name), intact.subarray(0, length));
      const reader = await readerIn(workspace);
      const opened = await reader.open(path);
      expect(opened.head).toEqual({ branch: null, detached: null, unborn: null, oid: null });
      expect(await reader.trackedFiles(opened)).toHaveLength(2);
      for (const fact of [reader.status, reader.lastCommit, reader.commitCount]) {
        await expect(fact(opened)).rejects.toMatchObject({ code: 'broken-ref' });
      }
    }
  });

  test('with another format of refs has its tracked files, and other facts reject with the reason', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', files);
    repository.git('config', 'core.repositoryFormatVersion', '1');
    repository.git('config', 'extensions.refStorage', 'cloud');
    const reader = await readerIn(workspace);
    const opened = await reader.open(repository.path);
    expect(opened.head).toEqual({ branch: null, detached: null, unborn: null, oid: null });
    expect(await reader.trackedFiles(opened)).toHaveLength(2);
    await expect(reader.status(opened)).rejects.toMatchObject({
      code: 'unsupported-refs',
      message: expect.stringContaining('cloud') as string,
    });
  });

  test.each([
    ['its packed refs are truncated', '.git/packed-refs', 'packed-refs is truncated'],
    ['the name of its branch is not UTF-8', '.git/HEAD', 'is not UTF-8'],
    ['its branch is a link to a missing file', '.git/refs/heads/main', 'is outside'],
  ])('is not read, with the reason, when %s', async (_, name, reason) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', files);
    const path = join(repository.path, name);
    if (name === '.git/packed-refs') {
      repository.git('pack-refs', '--all');
      await writeFile(path, (await readFile(path)).subarray(0, -1));
    } else if (name === '.git/HEAD') {
      await writeFile(path, Buffer.from('ref: refs/heads/gr\xfcn\n', 'latin1'));
    } else {
      await rm(path);
      await symlink(join(workspace.root, 'missing'), path);
    }
    const reader = await readerIn(workspace);
    await expect(reader.open(repository.path)).rejects.toThrow(reason);
  });

  test('whose .git is a file that leads to a bare repository outside of it is rejected', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', files);
    git(workspace.root, 'clone', '-q', '--bare', 'code/alpha', 'store/alpha.git');
    const path = join(workspace.root, 'code/beta');
    await workspace.write('code/beta/.git', `gitdir: ${join(workspace.root, 'store/alpha.git')}\n`);
    const reader = await readerIn(workspace);
    await expect(reader.open(path)).rejects.toMatchObject({ code: 'foreign-gitfile' });
  });

  test('whose .git is a file that leads to a bare repository outside of it is bare when one of its work trees is inside', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', files);
    git(workspace.root, 'clone', '-q', '--bare', 'code/alpha', 'store/alpha.git');
    const path = join(workspace.root, 'code/beta');
    await workspace.write('code/beta/.git', `gitdir: ${join(workspace.root, 'store/alpha.git')}\n`);
    git(path, 'worktree', 'add', '-q', 'main');
    const reader = await readerIn(workspace);
    expect(await reader.open(path)).toMatchObject({ bare: true, head: { branch: 'main' } });
  });

  test('that is a git directory with a work tree elsewhere is rejected with core.worktree as reason', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', files);
    repository.git('config', 'core.worktree', repository.path);
    const path = join(workspace.root, 'code/vcsh.git');
    await rename(join(repository.path, '.git'), path);
    const reader = await readerIn(workspace);
    await expect(reader.open(path)).rejects.toMatchObject({
      code: 'foreign-worktree',
      message: expect.stringContaining('core.worktree') as string,
    });
  });

  const refused: Readonly<Record<string, (target: string) => unknown>> = {
    'of another user': async (target) => {
      await writeFile(target, '*.log\n');
      await chown(target, 65534, 65534);
    },
    'that is a FIFO': (target) => void execFileSync('mkfifo', [target]),
    'that is too large': (target) => void execFileSync('truncate', ['-s', '10G', target]),
    'that is a device': async (target) => {
      await symlink('/dev/zero', target);
    },
  };

  test.runIf(process.getuid?.() === 0).each(Object.entries(refused))(
    'has no status but all other facts when info/exclude is a link to a file %s (skipped without root)',
    async (_name, create) => {
      await using workspace = await temporaryWorkspace();
      const { path } = await workspace.gitRepository('code/alpha', files);
      const target = join(workspace.root, 'target');
      await create(target);
      await rm(join(path, '.git/info/exclude'));
      await symlink(target, join(path, '.git/info/exclude'));
      await writeFile(join(path, 'x.log'), '');
      const reader = await readerIn(workspace);
      const opened = await reader.open(path);
      await expect(reader.status(opened)).rejects.toMatchObject({ name: 'RepositoryError' });
      expect(opened.head.branch).toBe('main');
      expect(await reader.commitCount(opened)).toBe(1);
      expect(await readdir(path)).toContain('x.log');
    },
  );

  test.runIf(process.getuid?.() === 0)(
    'whose .git is a link to a directory of another user is rejected (skipped without root)',
    async () => {
      await using workspace = await temporaryWorkspace();
      const { path } = await workspace.gitRepository('code/alpha', files);
      const store = join(workspace.root, 'store/alpha.git');
      await moveAndLink(join(path, '.git'), store);
      await chown(store, 65534, 65534);
      const reader = await readerIn(workspace);
      await expect(reader.open(path)).rejects.toMatchObject({ code: 'dubious-ownership' });
    },
  );

  test('has the status of git when attributes change in the second in which its index was written', async () => {
    await using workspace = await temporaryWorkspace();
    for (let round = 0; round < 3; round += 1) {
      const name = `code/racy-${String(round)}`;
      const repository = await workspace.gitRepository(name, { 'a.ts': 'one\r\n', 'b.ts': 'x\n' });
      await repository.write('.gitattributes', '*.ts text\n');
      // Not compared by git before: both read the file again.
      const reader = await readerIn(workspace);
      const { changes } = await reader.status(await reader.open(repository.path));
      expect({ changes, ahead: null, behind: null }).toEqual(gitStatus(repository.path));
    }
  });
});
