import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HistoryWindow } from '../../../../src/git/commits/history-window.ts';
import type { RecentChanges } from '../../../../src/git/commits/recent-changes.ts';
import { createRepositoryReader } from '../../../../src/git/reader.ts';
import { createChangeReader } from '../../../../src/syncs/quality/hotspots.ts';
import { testSystem } from '../../../helpers/context.ts';
import { temporaryWorkspace, type TemporaryRepository } from '../../../helpers/workspace.ts';
import { collectQuality, found, type Run } from './run-quality.ts';

const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
const dayMs = 86_400_000;
const now = new Date(Date.now() + 1_000_000);

/** Commits all changes as they would have been so many days ago. */
function commitDaysAgo(repository: TemporaryRepository, days: number): void {
  repository.git('add', '--all');
  const date = new Date(now.getTime() - days * dayMs).toISOString();
  const tree = repository.git('write-tree').trim();
  const env = { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date };
  const commit = execFileSync(
    'git',
    [...identity, 'commit-tree', tree, '-p', 'HEAD', '-m', 'Change'],
    { cwd: repository.path, env, encoding: 'utf8' },
  );
  repository.git('update-ref', 'HEAD', commit.trim());
}

async function removeObjects(repository: string): Promise<void> {
  const objects = join(repository, '.git/objects');
  for (const name of await readdir(objects)) await rm(join(objects, name), { recursive: true });
}

const hotspotsOf = ({ snapshot }: Run): object | undefined => snapshot.projects[0]?.hotspots;

const lcov = (path: string, missed: number): string =>
  `SF:${path}\n${Array.from({ length: missed }, (_, line) => `DA:${String(line + 1)},0\n`).join('')}DA:500,1\nend_of_record\n`;

test('hotspots are the files with uncovered code or TODOs that several commits of 90 days changed', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', { '.gitignore': 'coverage\n' });
  const files = ['often.ts', 'rarely.ts', 'once.ts', 'clean.ts', 'todo.ts', '1795871378'];
  for (const [round, days] of [120, 100, 80, 10, 9, 8].entries()) {
    for (const file of files) {
      if (file === 'rarely.ts' && days < 100 && days !== 80 && days !== 10) continue;
      if (file === 'once.ts' && days !== 80) continue;
      const todo = file === 'todo.ts' || file === 'often.ts' ? '// TODO\n// TODO\n' : '';
      await repository.write(file, `${todo}line(${String(round)});\n`);
    }
    commitDaysAgo(repository, days);
  }
  await repository.write(
    'coverage/lcov.info',
    lcov('often.ts', 10) + lcov('rarely.ts', 5) + lcov('once.ts', 90) + lcov('clean.ts', 0),
  );
  const run = await collectQuality(workspace.root, [found(repository.path)], { startedAt: now });
  expect(run.warnings).toEqual([]);
  expect(hotspotsOf(run)).toEqual({
    files: [
      { path: 'often.ts', commits: 4, uncovered: 10, todos: 2, score: 80 },
      { path: 'rarely.ts', commits: 2, uncovered: 5, todos: 0, score: 10 },
      { path: 'todo.ts', commits: 4, uncovered: null, todos: 2, score: 8 },
    ],
    reason: null,
  });
});

test('hotspots lose a commit when it becomes older than 90 days, without a new cache', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', {});
  for (const days of [89, 50, 1]) {
    await repository.write('a.ts', `// TODO\nx(${String(days)});\n`);
    commitDaysAgo(repository, days);
  }
  const projects = [found(repository.path)];
  const first = await collectQuality(workspace.root, projects, { startedAt: now });
  const later = await collectQuality(workspace.root, projects, {
    startedAt: new Date(now.getTime() + 5 * dayMs),
    cache: first.cache ?? null,
  });
  expect(later).not.toHaveProperty('cache');
  const file = { path: 'a.ts', uncovered: null, todos: 1 };
  expect(hotspotsOf(first)).toMatchObject({ files: [{ ...file, commits: 3, score: 3 }] });
  expect(hotspotsOf(later)).toMatchObject({ files: [{ ...file, commits: 2, score: 2 }] });
  const earlier = await collectQuality(workspace.root, projects, {
    startedAt: new Date(now.getTime() - 30 * dayMs),
    cache: later.cache ?? first.cache ?? null,
  });
  expect(hotspotsOf(earlier)).toMatchObject({ files: [{ ...file, commits: 3 }] });
});

test('hotspots of a new HEAD include its commits, and those of an unchanged one need no objects', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/alpha', {});
  await repository.write('a.ts', '// TODO\n');
  commitDaysAgo(repository, 3);
  const projects = [found(repository.path)];
  const initial = await collectQuality(workspace.root, projects, { startedAt: now });
  expect(hotspotsOf(initial)).toEqual({ files: [], reason: null });
  await repository.write('a.ts', '// TODO\nx();\n');
  commitDaysAgo(repository, 1);
  const first = await collectQuality(workspace.root, projects, {
    startedAt: now,
    cache: initial.cache ?? null,
  });
  expect(hotspotsOf(first)).toMatchObject({
    files: [{ path: 'a.ts', commits: 2 }],
  });
  const cache = first.cache ?? null;
  await removeObjects(repository.path);
  const second = await collectQuality(workspace.root, projects, { startedAt: now, cache });
  expect(hotspotsOf(second)).toEqual(hotspotsOf(first));
});

test.each([
  ['a shallow clone', 'the history of a shallow clone is incomplete'],
  ['a repository without commits', 'no commits'],
  ['a repository without its objects', expect.stringMatching(/^git: /) as string],
])('hotspots are null with the reason in %s', async (kind, reason) => {
  await using workspace = await temporaryWorkspace();
  const source = await workspace.gitRepository('code/source', { 'a.ts': '// TODO\n' });
  const path = join(workspace.root, 'code/alpha');
  if (kind === 'a shallow clone') {
    await source.write('a.ts', '// TODO\nx();\n');
    commitDaysAgo(source, 1);
    source.git('clone', '--quiet', '--depth=1', `file://${source.path}`, path);
  } else if (kind === 'a repository without commits') {
    source.git('init', '--quiet', path);
    await writeFile(join(path, 'a.ts'), '// TODO\n');
  } else {
    source.git('clone', '--quiet', source.path, path);
    await removeObjects(path);
  }
  const run = await collectQuality(workspace.root, [found(path)], { startedAt: now });
  expect(hotspotsOf(run)).toEqual({ files: null, reason });
});

test('hotspots are null with a reason in a package, and empty without TODOs and uncovered code', async () => {
  await using workspace = await temporaryWorkspace();
  const git = await workspace.gitRepository('code/alpha', { 'a.ts': 'x();\n' });
  const clean = await collectQuality(workspace.root, [found(git.path)], { startedAt: now });
  expect(hotspotsOf(clean)).toEqual({ files: [], reason: null });
  await rm(join(git.path, '.git'), { recursive: true });
  await git.write('a.ts', '// TODO\n');
  const packageRun = await collectQuality(workspace.root, [found(git.path, 'package')], {
    startedAt: now,
  });
  expect(hotspotsOf(packageRun)).toEqual({ files: null, reason: 'not a git repository' });
});

test('a change reader leaves the histories of more than 50 repositories to a later run, except for those of one commit', async () => {
  await using workspace = await temporaryWorkspace();
  const source = await workspace.gitRepository('code/alpha', { 'a.ts': '// TODO\n' });
  const { signal } = new AbortController();
  const scratch = join(workspace.root, 'scratch');
  await mkdir(scratch);
  const readWith = async (
    repositories: number,
    cache: Uint8Array | null = null,
  ): Promise<{ result: HistoryWindow<RecentChanges>; cache: Uint8Array | null }> => {
    const reader = createRepositoryReader({ system: testSystem(), signal, scratch, cache });
    const repository = await reader.open(source.path);
    reader.expectHistories(repositories);
    const readChanges = createChangeReader({ repositories: reader, startedAt: now });
    return { result: await readChanges(repository, null), cache: await reader.serialize() };
  };
  expect((await readWith(51)).result.value).toEqual(new Map());
  source.git('commit', '-q', '--allow-empty', '-m', 'Second commit');
  expect((await readWith(50)).result.value).toEqual(new Map());
  const first = await readWith(51);
  expect(first.result).toEqual({
    value: null,
    reason: 'a later run reads the history',
    cache: null,
    isFinal: false,
  });
  expect((await readWith(51, first.cache)).result.value).toEqual(new Map());
});
