import { execFileSync } from 'node:child_process';
import { chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import type { TemporaryRepository, TemporaryWorkspace } from '../../helpers/workspace.ts';
import { anHourLater, readerIn, runsIn } from './reader-fixture.ts';

interface Case {
  readonly workspace: TemporaryWorkspace;
  readonly repository: TemporaryRepository;
  /** Writes a file of the home directory. */
  readonly home: (name: string, content: string) => Promise<void>;
  readonly env: Record<string, string>;
}

/** Returns the output of `git status` with the configuration of `home`. */
function statusLines(path: string, home: string, env: Record<string, string>): readonly string[] {
  const flags = env['ALL'] === undefined ? [] : ['--untracked-files=all'];
  const output = execFileSync('git', ['status', '--porcelain=v1', ...flags], {
    cwd: path,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1', ...env },
  });
  return output.split('\n').filter((line) => line !== '');
}

const exclude = '[core]\n\texcludesFile = ~/rules\n';

/** Each sets something up; the repository has an untracked file `x.log` and a staged rename. */
const cases: Readonly<Record<string, (context: Case) => Promise<unknown>>> = {
  'core.excludesFile of the repository': async ({ repository }) => {
    await repository.write('.git/mine', '*.log\n');
    repository.git('config', 'core.excludesFile', join(repository.path, '.git/mine'));
  },
  'a relative core.excludesFile of the repository': async ({ repository }) => {
    await repository.write('.git/mine', '*.log\n');
    repository.git('config', 'core.excludesFile', '.git/mine');
  },
  'core.excludesFile of the repository in the home directory': async ({ repository, home }) => {
    await home('rules', '*.log\n');
    repository.git('config', 'core.excludesFile', '~/rules');
  },
  'a missing core.excludesFile of the repository instead of the one of the user': async ({
    repository,
    home,
  }) => {
    await home('.gitconfig', exclude);
    await home('rules', '*.log\n');
    repository.git('config', 'core.excludesFile', join(repository.path, '.git/missing'));
  },
  'info/exclude with higher precedence than core.excludesFile': async ({ repository }) => {
    await repository.write('.git/mine', '\ufeff*.log');
    await repository.write('.git/info/exclude', '!x.log\n');
    repository.git('config', 'core.excludesFile', '.git/mine');
  },
  'include.path of the repository': async ({ repository }) => {
    await repository.write('.git/rules', '*.log\n');
    await repository.write('.git/more', '[core]\n\texcludesFile = .git/rules\n');
    repository.git('config', 'include.path', 'more');
  },
  'a nested include.path that a later setting overrides': async ({ repository }) => {
    await repository.write('.git/more', '[include]\n\tpath = sub/deep\n');
    await repository.write('.git/sub/deep', '[status]\n\trenames = false\n');
    repository.git('config', 'include.path', 'more');
    repository.git('config', 'status.renames', 'true');
  },
  'a missing include.path': async ({ repository }) => {
    repository.git('config', 'include.path', 'missing');
    return Promise.resolve();
  },
  'includeIf of the repository': async ({ repository }) => {
    await repository.write('.git/more', '[status]\n\trenames = false\n');
    repository.git('config', 'includeIf.onbranch:main.path', 'more');
  },
  'status.showUntrackedFiles=no': async ({ repository }) => {
    repository.git('config', 'status.showUntrackedFiles', 'no');
    return Promise.resolve();
  },
  'status.showUntrackedFiles=no of the user': ({ home }) =>
    home('.gitconfig', '[status]\n\tshowUntrackedFiles = no\n'),
  'status.showUntrackedFiles=normal over the setting of the user': async ({ repository, home }) => {
    repository.git('config', 'status.showUntrackedFiles', 'normal');
    await home('.gitconfig', '[status]\n\tshowUntrackedFiles = no\n');
  },
  'status.renames=false': async ({ repository }) => {
    repository.git('config', 'status.renames', 'false');
    return Promise.resolve();
  },
  'diff.renames=false of the user': ({ home }) => home('.gitconfig', '[diff]\n\trenames = false\n'),
  'core.attributesFile of the repository': async ({ repository }) => {
    await repository.write('.git/attributes-file', '*.ts text eol=crlf\n');
    repository.git('config', 'core.attributesFile', '.git/attributes-file');
    await repository.write('a.ts', 'one\r\n');
  },
  GIT_CONFIG_GLOBAL: async ({ workspace, env, home }) => {
    env['GIT_CONFIG_GLOBAL'] = join(workspace.root, 'global');
    await workspace.write('global', exclude);
    await home('rules', '*.log\n');
  },
  'GIT_CONFIG_GLOBAL that hides the configuration of the user': async ({ env, home }) => {
    env['GIT_CONFIG_GLOBAL'] = '/dev/null';
    await home('.gitconfig', exclude);
    await home('rules', '*.log\n');
  },
  GIT_CONFIG_SYSTEM: async ({ workspace, env, home }) => {
    env['GIT_CONFIG_NOSYSTEM'] = '0';
    env['GIT_CONFIG_SYSTEM'] = join(workspace.root, 'system');
    await workspace.write('system', exclude);
    await home('rules', '*.log\n');
  },
};

const conditions: readonly (readonly [condition: string, applies: boolean])[] = [
  ['gitdir:ROOT/code/', true],
  ['gitdir:ROOT/code/alpha/.git', true],
  ['gitdir:ROOT/other/', false],
  ['gitdir:code/', true],
  ['gitdir:CODE/', false],
  ['gitdir/i:CODE/', true],
  ['gitdir:**/alpha/**', true],
  ['gitdir:../code/', false],
  ['onbranch:main', true],
  ['onbranch:ma*', true],
  ['onbranch:ma', false],
  ['onbranch:topic/', false],
  ['hasconfig:remote.*.url:https://example.com/**', true],
  ['hasconfig:remote.*.url:https://example.org/**', false],
  ['unknown:x', false],
];

async function example(workspace: TemporaryWorkspace): Promise<TemporaryRepository> {
  const text = 'same\n'.repeat(20);
  const repository = await workspace.gitRepository('code/alpha', {
    ...{ 'a.ts': 'one\n', 'old.ts': text },
  });
  repository.git('remote', 'add', 'origin', 'https://example.com/alpha.git');
  repository.git('mv', 'old.ts', 'renamed.ts');
  await repository.write('x.log', '');
  await mkdir(join(workspace.root, 'home'));
  return repository;
}

async function expectLikeGit(
  { workspace, repository, env }: Omit<Case, 'home'>,
  home: string,
): Promise<readonly string[]> {
  const lines = statusLines(repository.path, home, env);
  const expected = {
    staged: lines.filter((line) => /^[MADR]/.test(line)).length,
    unstaged: lines.filter((line) => /^.[MD]/.test(line)).length,
    untracked: lines.filter((line) => line.startsWith('?')).length,
  };
  const runs = runsIn(workspace);
  for (let run = 0; run < 2; run += 1) {
    const { result, started } = await runs.run(
      async (reader) => reader.status(await reader.open(repository.path)),
      { home, env, now: anHourLater },
    );
    expect(result.changes).toMatchObject(expected);
    if (run === 1) expect(started).toEqual([]);
  }
  return lines;
}

describe('a status honours', () => {
  test.each(Object.entries(cases))('%s like git', async (_name, setUp) => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const env: Record<string, string> = {};
    const home = join(workspace.root, 'home');
    const write = (name: string, content: string): Promise<void> =>
      writeFile(join(home, name), content);
    await setUp({ workspace, repository, env, home: write });
    await expectLikeGit({ workspace, repository, env }, home);
  });

  test.each(conditions)('includeIf "%s" of the user like git', async (condition, applies) => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const home = join(workspace.root, 'home');
    const name = condition.replace('ROOT', workspace.root);
    await writeFile(join(home, '.gitconfig'), `[includeIf "${name}"]\n\tpath = more\n`);
    await writeFile(join(home, 'more'), '[include]\n\tpath = deep\n');
    await writeFile(join(home, 'deep'), exclude);
    await writeFile(join(home, 'rules'), '*.log\n');
    const lines = await expectLikeGit({ workspace, repository, env: {} }, home);
    expect(lines.some((line) => line.endsWith('x.log'))).toBe(!applies);
  });

  test('a change of a conditionally included file, of an included one and of core.excludesFile', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    const home = join(workspace.root, 'home');
    await writeFile(join(home, '.gitconfig'), '[includeIf "gitdir:code/"]\n\tpath = more\n');
    repository.git('config', 'include.path', 'more');
    const runs = runsIn(workspace);
    const untracked = async (): Promise<number | undefined> => {
      const { result } = await runs.run(
        async (reader) => reader.status(await reader.open(repository.path)),
        { home, now: anHourLater },
      );
      return result.changes?.untracked;
    };
    expect(await untracked()).toBe(1);
    await writeFile(join(home, 'more'), '[status]\n\tshowUntrackedFiles = no\n');
    expect(await untracked()).toBe(0);
    await writeFile(join(home, 'more'), '');
    expect(await untracked()).toBe(1);
    await repository.write('.git/more', '[core]\n\texcludesFile = .git/rules\n');
    expect(await untracked()).toBe(1);
    await repository.write('.git/rules', '*.log\n');
    expect(await untracked()).toBe(0);
    await repository.write('.git/rules', '');
    expect(await untracked()).toBe(1);
  });
});

describe('a status is unknown with the reason and other facts are known', () => {
  const refused: Readonly<Record<string, (target: string) => unknown>> = {
    'belongs to another user': async (target) => {
      await writeFile(target, '*.log\n');
      await chown(target, 65534, 65534);
    },
    'is a FIFO': (target) => execFileSync('mkfifo', [target]),
    'is a device': (target) => symlink('/dev/zero', target),
    'is too large': (target) => execFileSync('truncate', ['-s', '10G', target]),
    'is a directory': (target) => mkdir(target),
  };
  const settings = ['core.excludesFile', 'core.attributesFile', 'include.path'];

  test
    .runIf(process.getuid?.() === 0)
    .each(
      settings.flatMap((setting) =>
        Object.entries(refused).map((one) => [setting, ...one] as const),
      ),
    )(
    'when the file in %s of the repository %s (skipped without root)',
    async (setting, _name, create) => {
      await using workspace = await temporaryWorkspace();
      const repository = await example(workspace);
      const target = join(workspace.root, 'target');
      await create(target);
      repository.git('config', setting, target);
      const reader = await readerIn(workspace);
      const opened = await reader.open(repository.path);
      const status = reader.status(opened);
      await expect(status).rejects.toMatchObject({ name: 'RepositoryError' });
      await expect(status).rejects.toThrow(setting === 'include.path' ? 'includes' : setting);
      expect(opened.head.branch).toBe('main');
      expect(await reader.commitCount(opened)).toBe(1);
      expect(await reader.lastCommit(opened)).toMatchObject({ subject: 'First commit' });
    },
  );

  test.each(settings)('when %s names the home directory of a user', async (setting) => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    repository.git('config', setting, `~${userInfo().username}/rules`);
    const reader = await readerIn(workspace);
    const opened = await reader.open(repository.path);
    await expect(reader.status(opened)).rejects.toMatchObject({ code: 'config-not-applied' });
    expect(await reader.lastCommit(opened)).toMatchObject({ subject: 'First commit' });
  });

  test('when includes of the repository form a loop', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await example(workspace);
    await repository.write('.git/more', '[include]\n\tpath = more\n\tpath = more\n');
    repository.git('config', 'include.path', 'more');
    const reader = await readerIn(workspace);
    const opened = await reader.open(repository.path);
    const status = reader.status(opened);
    await expect(status).rejects.toMatchObject({ code: 'config-not-applied' });
    expect(await reader.commitCount(opened)).toBe(1);
  });
});
