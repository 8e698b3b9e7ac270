import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { WorkTreeStatus } from '../../../src/git/repository.ts';
import { attacks } from '../../helpers/hostile-repositories.ts';
import { git, temporaryWorkspace } from '../../helpers/workspace.ts';
import type { TemporaryRepository, TemporaryWorkspace } from '../../helpers/workspace.ts';
import { gitStatus } from './git-output.ts';
import { anHourLater, readerIn, runsIn } from './reader-fixture.ts';

const local = ['-c', 'protocol.file.allow=always'];

/** A repository with a clean submodule `sm`, and that submodule. */
async function withSubmodule(workspace: TemporaryWorkspace, path = 'code/outer') {
  const source = await workspace.gitRepository(`source/${path}`, { 'a.ts': 'one\n' });
  const outer = await workspace.gitRepository(path, { 'outer.ts': 'one\n' });
  outer.git(...local, 'submodule', '--quiet', 'add', source.path, 'sm');
  outer.git('commit', '-qm', 'Add a submodule');
  const inner: TemporaryRepository = {
    path: join(outer.path, 'sm'),
    write: (file, content) => workspace.write(join(path, 'sm', file), content),
    git: (...args) => git(join(outer.path, 'sm'), ...args),
  };
  return { outer, inner };
}

const commitIn = (repository: TemporaryRepository): string =>
  repository.git('commit', '-q', '--allow-empty', '-m', 'Next');

async function statusOf(workspace: TemporaryWorkspace, path: string): Promise<WorkTreeStatus> {
  const reader = await readerIn(workspace);
  return reader.status(await reader.open(path));
}

interface Case {
  readonly outer: TemporaryRepository;
  readonly inner: TemporaryRepository;
}

/** Each with the expected counts of staged and unstaged changes. */
const cases: Readonly<Record<string, readonly [number, number, (repositories: Case) => unknown]>> =
  {
    'without changes': [0, 0, () => undefined],
    'with a staged commit': [
      1,
      0,
      ({ outer, inner }) => {
        commitIn(inner);
        outer.git('add', 'sm');
      },
    ],
    'with a new commit': [0, 1, ({ inner }) => void commitIn(inner)],
    'with a staged and a newer commit': [
      1,
      1,
      ({ outer, inner }) => {
        commitIn(inner);
        outer.git('add', 'sm');
        commitIn(inner);
      },
    ],
    'with an older commit in a detached HEAD': [
      0,
      1,
      ({ outer, inner }) => {
        commitIn(inner);
        outer.git('commit', '-qam', 'Next');
        inner.git('checkout', '-q', '--detach', 'HEAD~1');
      },
    ],
    'with an untracked file': [0, 1, ({ inner }) => inner.write('new.ts', '')],
    'with a modified file': [0, 1, ({ inner }) => inner.write('a.ts', 'longer\n')],
    'with a staged file': [
      0,
      1,
      async ({ inner }) => {
        await inner.write('a.ts', 'two\n');
        inner.git('add', 'a.ts');
      },
    ],
    'without its directory': [0, 1, ({ inner }) => rm(inner.path, { recursive: true })],
    'that is a file': [
      0,
      1,
      async ({ inner }) => {
        await rm(inner.path, { recursive: true });
        await writeFile(inner.path, '');
      },
    ],
    'that is not checked out': [
      0,
      0,
      ({ outer, inner }) => {
        commitIn(inner);
        outer.git('submodule', '--quiet', 'deinit', '-f', 'sm');
      },
    ],
    'that was removed': [2, 0, ({ outer }) => void outer.git('rm', '-q', 'sm')],
    'that was renamed': [2, 0, ({ outer }) => void outer.git('mv', 'sm', 'sm-two')],
    'that was replaced by a file in the index': [
      1,
      0,
      async ({ outer, inner }) => {
        outer.git('rm', '-q', '--cached', 'sm');
        await rm(inner.path, { recursive: true });
        await writeFile(inner.path, 'file\n');
        outer.git('add', 'sm');
      },
    ],
    'that is assumed to be unchanged': [
      0,
      0,
      ({ outer, inner }) => {
        outer.git('update-index', '--assume-unchanged', 'sm');
        commitIn(inner);
      },
    ],
    'with skip-worktree': [
      0,
      0,
      async ({ outer, inner }) => {
        outer.git('update-index', '--skip-worktree', 'sm');
        await inner.write('new.ts', '');
      },
    ],
    'that the configuration ignores': [
      0,
      0,
      ({ outer, inner }) => {
        outer.git('config', 'submodule.sm.ignore', 'all');
        commitIn(inner);
      },
    ],
    'that the configuration ignores but with a staged commit': [
      1,
      0,
      ({ outer, inner }) => {
        outer.git('config', 'submodule.sm.ignore', 'all');
        commitIn(inner);
        outer.git('add', '-f', 'sm');
      },
    ],
    'whose inner changes diff.ignoreSubmodules ignores': [
      0,
      0,
      async ({ outer, inner }) => {
        outer.git('config', 'diff.ignoreSubmodules', 'dirty');
        await inner.write('a.ts', 'longer\n');
      },
    ],
    'whose untracked files .gitmodules ignores': [
      1,
      0,
      async ({ outer, inner }) => {
        await appendFile(join(outer.path, '.gitmodules'), '\tignore = untracked\n');
        outer.git('add', '.gitmodules');
        await inner.write('new.ts', '');
      },
    ],
    'with a modified file while .gitmodules ignores untracked ones': [
      1,
      1,
      async ({ outer, inner }) => {
        await appendFile(join(outer.path, '.gitmodules'), '\tignore = untracked\n');
        outer.git('add', '.gitmodules');
        await inner.write('a.ts', 'longer\n');
      },
    ],
    'whose settings are in the index only': [
      1,
      1,
      async ({ outer, inner }) => {
        await appendFile(join(outer.path, '.gitmodules'), '\tignore = all\n');
        outer.git('add', '.gitmodules');
        await rm(join(outer.path, '.gitmodules'));
        commitIn(inner);
      },
    ],
    'that is an embedded repository without .gitmodules': [
      1,
      1,
      async ({ outer }) => {
        git(outer.path, 'init', '-q', 'embedded');
        git(join(outer.path, 'embedded'), 'commit', '-q', '--allow-empty', '-m', 'One');
        outer.git('add', 'embedded');
        await outer.write('embedded/new.ts', '');
      },
    ],
    'without a commit': [
      0,
      0,
      async ({ inner }) => {
        await rm(inner.path, { recursive: true });
        git(join(inner.path, '..'), 'init', '-q', 'sm');
      },
    ],
    'in a conflict': [
      0,
      0,
      ({ outer, inner }) => {
        outer.git('checkout', '-q', '-b', 'other');
        commitIn(inner);
        outer.git('commit', '-qam', 'Theirs');
        outer.git('checkout', '-q', 'main');
        inner.git('checkout', '-q', '--detach', 'HEAD~1');
        inner.git('commit', '-q', '--allow-empty', '-m', 'Other');
        outer.git('commit', '-qam', 'Ours');
        try {
          outer.git('merge', '-q', 'other');
        } catch {
          // The conflict.
        }
      },
    ],
    'with a submodule that has an untracked file': [
      0,
      1,
      async ({ outer, inner }) => {
        inner.git(...local, 'submodule', '--quiet', 'add', outer.path, 'deep');
        inner.git('commit', '-qm', 'Deep');
        outer.git('commit', '-qam', 'Deep');
        await inner.write('deep/new.ts', '');
      },
    ],
  };

describe('a submodule', () => {
  test.each(Object.entries(cases))(
    '%s has the status of git in the first and in a repeated run',
    async (_name, [staged, unstaged, change]) => {
      await using workspace = await temporaryWorkspace();
      const repositories = await withSubmodule(workspace);
      await change(repositories);
      const { path } = repositories.outer;
      const expected = gitStatus(path);
      expect(expected).toMatchObject({ changes: { staged, unstaged } });
      const runs = runsIn(workspace);
      for (let run = 0; run < 2; run += 1) {
        const { result } = await runs.run(
          async (reader) => {
            const repository = await reader.open(path);
            const status = await reader.status(repository);
            await reader.close(repository);
            return status;
          },
          { now: anHourLater },
        );
        const { changes, ahead, behind, unknown, dirty } = result;
        expect({ changes, ahead, behind }).toEqual(expected);
        expect(unknown).toBeNull();
        expect(dirty).toBe(Object.values(changes ?? {}).some((number) => number > 0));
      }
    },
  );

  test.each(['split', 'sparse'])(
    'with changes has the status of git in a %s index',
    async (type) => {
      await using workspace = await temporaryWorkspace();
      const { outer, inner } = await withSubmodule(workspace);
      if (type === 'split') outer.git('update-index', '--split-index');
      else outer.git('sparse-checkout', 'set', '--cone', '--sparse-index');
      commitIn(inner);
      outer.git('add', 'sm');
      await inner.write('new.ts', '');
      const { changes } = await statusOf(workspace, outer.path);
      expect({ changes }).toMatchObject({ changes: { staged: 1, unstaged: 1 } });
      expect({ changes, ahead: null, behind: null }).toEqual(gitStatus(outer.path));
    },
  );

  test('is compared again when it changes after a run in which it was clean', async () => {
    await using workspace = await temporaryWorkspace();
    const { outer, inner } = await withSubmodule(workspace);
    const runs = runsIn(workspace);
    const unstaged = async (): Promise<unknown> => {
      const { result } = await runs.run(
        async (reader) => reader.status(await reader.open(outer.path)),
        { now: anHourLater },
      );
      return result.changes?.unstaged;
    };
    expect(await unstaged()).toBe(0);
    await inner.write('deep/new.ts', '');
    expect(await unstaged()).toBe(1);
    await rm(join(inner.path, 'deep'), { recursive: true });
    expect(await unstaged()).toBe(0);
    commitIn(inner);
    expect(await unstaged()).toBe(1);
    outer.git('config', 'submodule.sm.ignore', 'all');
    expect(await unstaged()).toBe(0);
  });

  test('needs no git process in a repeated run', async () => {
    await using workspace = await temporaryWorkspace();
    const { outer } = await withSubmodule(workspace);
    const runs = runsIn(workspace);
    const read = () =>
      runs.run(async (reader) => reader.status(await reader.open(outer.path)), {
        now: anHourLater,
      });
    await read();
    expect((await read()).started).toEqual([]);
  });
});

describe('the changes of a repository are null with a reason and its other facts known', () => {
  const broken: Readonly<Record<string, readonly [string, (inner: string) => unknown]>> = {
    'is a link to another repository': [
      'invalid-git-dir',
      async (inner) => {
        await rename(join(inner, '.git'), `${inner}-gitfile`);
        await mkdir(`${inner}-other/.git`, { recursive: true });
        await symlink(`${inner}-other/.git`, join(inner, '.git'));
      },
    ],
    'names a directory that does not exist': [
      'broken-gitfile',
      (inner) => writeFile(join(inner, '.git'), 'gitdir: nowhere\n'),
    ],
    'is a FIFO': [
      'invalid-git-dir',
      async (inner) => {
        await rm(join(inner, '.git'));
        execFileSync('mkfifo', [join(inner, '.git')]);
      },
    ],
  };

  test.each(Object.entries(broken))(
    'when .git of a submodule %s',
    async (_name, [code, change]) => {
      await using workspace = await temporaryWorkspace();
      const { outer, inner } = await withSubmodule(workspace);
      await outer.write('.git/info/exclude', 'sm-*\n');
      await change(inner.path);
      const clean = await statusOf(workspace, outer.path);
      expect(clean).toMatchObject({ changes: null, dirty: null, unknown: { code } });
      expect(clean.unknown?.message).toMatch(/^submodule sm: /);
      await outer.write('outer.ts', 'longer\n');
      expect(await statusOf(workspace, outer.path)).toMatchObject({ changes: null, dirty: true });
    },
  );

  test('when its .gitmodules is a FIFO', async () => {
    await using workspace = await temporaryWorkspace();
    const { outer } = await withSubmodule(workspace);
    await rm(join(outer.path, '.gitmodules'));
    execFileSync('mkfifo', [join(outer.path, '.gitmodules')]);
    const reader = await readerIn(workspace);
    const opened = await reader.open(outer.path);
    await expect(reader.status(opened)).rejects.toMatchObject({ code: 'enxio' });
    expect(await reader.commitCount(opened)).toBe(2);
  });
});

test('a hostile repository as a submodule executes nothing and its changes are known', async () => {
  await using workspace = await temporaryWorkspace();
  const canary = join(workspace.root, 'canary');
  const script = join(workspace.root, 'script.sh');
  await workspace.write('script.sh', `#!/bin/sh\necho "$0 $*" >> '${canary}'\ncat\n`);
  await chmod(script, 0o755);
  for (const [number, { plant }] of attacks.entries()) {
    const path = `code/${String(number)}`;
    const outer = await workspace.gitRepository(path, { 'a.ts': '' });
    const inner = await workspace.gitRepository(`${path}/sm`, { 'tracked.txt': 'tracked\n' });
    outer.git('add', 'sm');
    outer.git('commit', '-qm', 'Submodule');
    await plant(inner, script);
    await inner.write('new.txt', '');
    await rm(canary, { force: true });
    const { changes } = await statusOf(workspace, outer.path);
    expect(changes).toMatchObject({ unstaged: 1 });
    expect(existsSync(canary) ? await readFile(canary, 'utf8') : 'not executed').toBe(
      'not executed',
    );
  }
});
