import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  git,
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../../helpers/workspace.ts';
import { anHourLater, runsIn, type Runs } from './reader-fixture.ts';

// The time for counting is limited, which a busy machine would exceed. The limit is tested elsewhere.
beforeEach(() => {
  vi.spyOn(performance, 'now').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** More than are counted while the last commits of many repositories are read. */
const length = 40;
const names = ['one', 'two', 'three', 'four', 'five'];

async function historyIn(workspace: TemporaryWorkspace): Promise<TemporaryRepository> {
  const origin = await workspace.gitRepository('origin', { 'a.ts': '' });
  addCommits(origin.path, length - 1);
  return origin;
}

function addCommits(path: string, number: number): void {
  const head = git(path, 'rev-parse', '--symbolic-full-name', 'HEAD').trim();
  const commits = Array.from({ length: number }, (_, at) => {
    const from = at === 0 ? `from ${head}^0\n` : '';
    return `commit ${head}\ncommitter Ada <ada@example.com> ${String(1e9 + at)} +0000\ndata 0\n${from}\n`;
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: path, input: commits.join('') });
}

function cloneAll(workspace: TemporaryWorkspace, origin: TemporaryRepository): readonly string[] {
  return names.map((name) => {
    git(workspace.root, 'clone', '-q', '--no-hardlinks', origin.path, `code/${name}`);
    return join(workspace.root, 'code', name);
  });
}

const pull = (path: string): string => git(path, 'pull', '-q', '--ff-only');

async function countIn(
  runs: Runs,
  paths: readonly string[],
): Promise<{ readonly result: readonly unknown[]; readonly started: readonly string[] }> {
  const { result, started } = await runs.run(
    async (reader) => {
      await reader.prefetchCommits(paths);
      const counts: unknown[] = [];
      for (const path of paths) counts.push(await reader.commitCount(await reader.open(path)));
      return counts;
    },
    { now: anHourLater },
  );
  return { result, started: started.filter((command) => command.includes('rev-list')) };
}

const gitCounts = (paths: readonly string[]): readonly number[] =>
  paths.map((path) => Number(git(path, 'rev-list', '--count', 'HEAD')));

test('commitCount counts a commit once for many clones', async () => {
  await using workspace = await temporaryWorkspace();
  const paths = cloneAll(workspace, await historyIn(workspace));
  const { result, started } = await countIn(runsIn(workspace), paths);
  expect(result).toEqual(paths.map(() => length));
  expect(started).toHaveLength(1);
});

test('commitCount reads only the commits since the last run when many clones are updated', async () => {
  await using workspace = await temporaryWorkspace();
  const origin = await historyIn(workspace);
  const paths = cloneAll(workspace, origin);
  const runs = runsIn(workspace);
  await countIn(runs, paths);
  const before = origin.git('rev-parse', 'HEAD').trim();
  addCommits(origin.path, 20);
  paths.forEach(pull);
  const { result, started } = await countIn(runs, paths);
  expect(result).toEqual(paths.map(() => length + 20));
  expect(started).toHaveLength(1);
  expect(started[0]).toContain(`^${before}`);
});

test('commitCount equals git when the commits since the last run merge an older branch', async () => {
  await using workspace = await temporaryWorkspace();
  const origin = await historyIn(workspace);
  const paths = cloneAll(workspace, origin);
  const runs = runsIn(workspace);
  await countIn(runs, paths);
  const branch = origin.git('branch', '--show-current').trim();
  origin.git('checkout', '-q', '-b', 'side', 'HEAD~30');
  addCommits(origin.path, 3);
  origin.git('checkout', '-q', '--orphan', 'other');
  origin.git('commit', '-q', '--allow-empty', '-m', 'Other root');
  addCommits(origin.path, 3);
  origin.git('checkout', '-q', branch);
  origin.git('merge', '-q', '--no-edit', 'side');
  origin.git('merge', '-q', '--no-edit', '--allow-unrelated-histories', 'other');
  paths.forEach(pull);
  const { result } = await countIn(runs, paths);
  expect(result).toEqual(gitCounts(paths));
  expect(result).toEqual(paths.map(() => length + 3 + 4 + 2));
});

test('commitCount equals git when many clones are reset to an older commit', async () => {
  await using workspace = await temporaryWorkspace();
  const paths = cloneAll(workspace, await historyIn(workspace));
  const runs = runsIn(workspace);
  await countIn(runs, paths);
  for (const path of paths) git(path, 'reset', '-q', '--hard', 'HEAD~10');
  expect((await countIn(runs, paths)).result).toEqual(paths.map(() => length - 10));
});

test('commitCount of a clone that is behind its upstream reads only the commits in between', async () => {
  await using workspace = await temporaryWorkspace();
  const paths = cloneAll(workspace, await historyIn(workspace));
  const others = ['behind', 'diverged'].map((name) => join(workspace.root, 'code', name));
  for (const path of others) {
    git(workspace.root, 'clone', '-q', join(workspace.root, 'origin'), path);
    git(path, 'reset', '-q', '--hard', 'HEAD~3');
  }
  addCommits(others[1] ?? '', 2);
  const { result, started } = await countIn(runsIn(workspace), [...paths, ...others]);
  expect(result).toEqual([...paths.map(() => length), length - 3, length - 1]);
  // The one that is behind has only commits that were read for the others.
  expect(started.map((command) => command.includes('...'))).toEqual([false, true]);
});

test('commitCount of a clone is unaffected by a forged object in another clone', async () => {
  await using workspace = await temporaryWorkspace();
  const paths = cloneAll(workspace, await historyIn(workspace));
  const [hostile = '', ...good] = paths;
  const forged = git(hostile, 'rev-parse', 'HEAD~20').trim();
  const root = git(hostile, 'commit-tree', '-m', 'Forged', 'HEAD^{tree}').trim();
  const dir = join(hostile, '.git/objects');
  const objectPath = (oid: string): string => join(dir, oid.slice(0, 2), oid.slice(2));
  execFileSync('cp', ['-f', objectPath(root), objectPath(forged)]);
  for (const order of [paths, [...good, hostile]]) {
    const runs = runsIn(workspace);
    let { result } = await countIn(runs, order);
    // On a busy machine they take several runs.
    while (result.includes('pending')) ({ result } = await countIn(runs, order));
    const counts = new Map(order.map((path, at) => [path, result[at]]));
    expect(good.map((path) => counts.get(path))).toEqual(good.map(() => length));
  }
});

test('commitCount counts the commits since the last run once for linked work trees', async () => {
  await using workspace = await temporaryWorkspace();
  const origin = await historyIn(workspace);
  const linked = join(workspace.root, 'code/linked');
  origin.git('worktree', 'add', '-q', '--detach', linked);
  const runs = runsIn(workspace);
  await countIn(runs, [origin.path, linked]);
  addCommits(origin.path, 20);
  git(linked, 'checkout', '-q', '--detach', origin.git('rev-parse', 'HEAD').trim());
  const { result, started } = await countIn(runs, [origin.path, linked]);
  expect(result).toEqual([length + 20, length + 20]);
  expect(started).toHaveLength(1);
});
