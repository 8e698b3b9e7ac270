import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyticsFile, type Attention } from '../../src/schema/analytics.ts';
import { runCli } from '../helpers/cli.ts';
import {
  git,
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../helpers/workspace.ts';

/** Runs the syncs and returns the reasons with a fix, by the name of the project. */
async function findReasons(workspace: TemporaryWorkspace): Promise<ReadonlyMap<string, Attention>> {
  await runCli(['run', '-q', '--only', 'projects'], { cwd: workspace.root });
  const { projects } = analyticsFile.parse(
    JSON.parse(readFileSync(workspace.paths.analytics, 'utf8')),
  );
  return new Map(
    (projects ?? []).flatMap(({ name, attention }) => {
      const reason = attention.find(({ hint }) => hint !== null);
      return reason === undefined ? [] : [[name, reason] as const];
    }),
  );
}

async function pushed(workspace: TemporaryWorkspace, name: string): Promise<TemporaryRepository> {
  const repository = await workspace.gitRepository(`code/${name}`, { 'a.txt': '' });
  const remote = join(workspace.root, 'remotes', name);
  git(workspace.root, 'init', '-q', '--bare', '--', remote);
  repository.git('remote', 'add', 'origin', remote);
  repository.git('push', '-q', '-u', 'origin', 'main');
  return repository;
}

test('every fix works when it is pasted, also for a path with spaces, quotes, a dash or a dollar sign', async () => {
  await using workspace = await temporaryWorkspace();
  const name = (what: string): string => `-${what} of "Ada's" $HOME;日本`;

  const renamed = await pushed(workspace, name('renamed'));
  renamed.git('switch', '-q', '-c', 'topic', '--track', 'origin/main');
  renamed.git('commit', '-q', '--allow-empty', '-m', 'Second commit');
  const local = await pushed(workspace, name('local'));
  local.git('switch', '-q', '-c', 'topic', '--track', 'main');
  local.git('commit', '-q', '--allow-empty', '-m', 'Second commit');
  const index = await workspace.gitRepository(`code/${name('index')}`, { 'a.txt': '' });
  const linked = join(workspace.root, 'code', name('linked'));
  index.git('worktree', 'add', '-q', '-b', 'linked', '--', linked);
  const head = await workspace.gitRepository(`code/${name('head')}`, { 'a.txt': '' });
  const unknown = await workspace.gitRepository(`code/${name('unknown')}`, { 'a.txt': '' });
  writeFileSync(join(unknown.path, '.git/HEAD'), 'nonsense');
  const alien = join(workspace.root, 'code', name('alien'));
  head.git('worktree', 'add', '-q', '-b', 'alien', '--', `${alien}-before`);
  renameSync(`${alien}-before`, alien);
  const moved = await workspace.gitRepository('elsewhere/moved', { 'a.txt': '' });
  moved.git('worktree', 'add', '-q', '-b', 'x', '--', join(workspace.root, 'code', name('moved')));
  await findReasons(workspace);
  renameSync(moved.path, `${moved.path}-2`);
  writeFileSync(join(head.path, '.git/HEAD'), 'nonsense');
  for (const dir of [index.path, linked]) {
    writeFileSync(
      git(dir, 'rev-parse', '--path-format=absolute', '--git-path', 'index').trim(),
      'x',
    );
  }

  const reasons = await findReasons(workspace);
  expect(reasons.get(name('alien'))?.message).toBe(
    'unknown to the repository in its .git file (foreign-gitfile)',
  );
  const broken = ['alien', 'head', 'index', 'linked', 'local', 'moved', 'renamed', 'unknown'];
  expect([...reasons.keys()].sort()).toEqual(broken.map(name));
  for (const { hint } of reasons.values()) {
    const result = spawnSync('sh', ['-c', hint ?? ''], { cwd: '/', encoding: 'utf8' });
    expect({ hint, status: result.status, stderr: result.stderr }).toMatchObject({ status: 0 });
  }
  // The others show where the missing part was.
  expect([...(await findReasons(workspace)).keys()].sort()).toEqual(
    ['alien', 'moved', 'unknown'].map(name),
  );
  expect(execFileSync('git', ['status', '--short'], { cwd: linked, encoding: 'utf8' })).toBe('');
});
