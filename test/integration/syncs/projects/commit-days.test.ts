import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ProjectGit } from '../../../../src/schema/projects.ts';
import { projects } from '../../../../src/syncs/projects/index.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../../../helpers/workspace.ts';
import { after, contextOf, only } from './collect-context.ts';

const startedAt = new Date('2026-11-23T08:45:00.000Z');

/** Returns a commit in the format of git-fast-import(1). */
const commitAt = (time: string, branch = 'main', merge = ''): string =>
  `commit refs/heads/${branch}\ncommitter T <t@example.com> ${String(Date.parse(time) / 1000)} +0500\ndata 1\nx\n${merge}`;

/** Creates a repository with commits of these times, and a merge of a branch on 2 November. */
async function importCommits(
  workspace: TemporaryWorkspace,
  times: readonly string[],
): Promise<string> {
  const path = join(workspace.root, 'code/alpha');
  await workspace.write('code/alpha/readme.md', '');
  git(path, 'init', '-q', '-b', 'main');
  const commits = [
    ...times.map((time) => commitAt(time)),
    commitAt('2026-11-02T10:00:00Z', 'other', 'from refs/heads/main\n'),
    commitAt('2026-11-02T11:00:00Z', 'main', 'merge refs/heads/other\n'),
    commitAt('2026-12-24T11:00:00Z'),
  ];
  execFileSync('git', ['fast-import', '--quiet'], { cwd: path, input: commits.join('') });
  return path;
}

const beforeWindow = ['2026-02-01T10:00:00Z', '2026-04-30T23:59:59Z'];
const inWindow = ['2026-05-01T00:00:00Z', '2026-06-30T23:59:59Z', '2026-07-01T00:00:00Z'];

const removeObjects = (path: string): void => {
  const objects = join(path, '.git/objects');
  for (const name of readdirSync(objects)) rmSync(join(objects, name), { recursive: true });
};

/** Returns a file of a commit in the format of git-fast-import(1). */
const file = (path: string, content: string): string =>
  `M 100644 inline ${path}\ndata ${String(content.length)}\n${content}\n`;

const linesOf = async (
  workspace: TemporaryWorkspace,
  changes: Parameters<typeof contextOf>[1],
): Promise<ProjectGit['changedLines'] | undefined> =>
  only(await projects.collect(await contextOf(workspace, changes))).git?.changedLines;

const collectDays = async (
  workspace: TemporaryWorkspace,
  changes: Parameters<typeof contextOf>[1],
): Promise<ProjectGit['commitDays'] | undefined> =>
  only(await projects.collect(await contextOf(workspace, changes))).git?.commitDays;

test.each([
  ['in this process', 1],
  ['by git', 120],
])(
  'commit days count merges, start with the month 180 days ago and end today when read %s',
  async (_, commits) => {
    await using workspace = await temporaryWorkspace();
    const busyDay = Array.from({ length: commits }, () => '2026-10-31T12:00:00Z');
    const path = await importCommits(workspace, [...beforeWindow, ...inWindow, ...busyDay]);
    const days = {
      '2026-05-01': 1,
      '2026-06-30': 1,
      '2026-07-01': 1,
      '2026-10-31': commits,
      '2026-11-02': 2,
    };
    const first = await projects.collect(await contextOf(workspace, { startedAt }));
    expect(only(first).git?.commitDays).toEqual({ since: '2026-05-01', days });
    const log = git(path, 'log', '--since=2026-05-01T00:00:00Z', '--format=%cs', 'main~1');
    expect(Object.values(days).reduce((sum, one) => sum + one)).toBe(log.trim().split('\n').length);

    const laterRuns = ['2026-11-24', '2026-12-28', '2027-04-01'];
    const expected = [];
    for (const day of laterRuns) {
      const at = new Date(`${day}T09:00:00Z`);
      expected.push(await collectDays(workspace, { startedAt: at }));
    }
    expect(expected.map((one) => one?.since)).toEqual(['2026-05-01', '2026-07-01', '2026-10-01']);
    expect(expected[0]).toEqual(only(first).git?.commitDays);
    expect(expected[1]?.days).toMatchObject({ '2026-07-01': 1, '2026-12-24': 1 });
    removeObjects(path);
    for (const [at, day] of laterRuns.entries()) {
      const context = { ...after(first), startedAt: new Date(`${day}T09:00:00Z`) };
      expect(await collectDays(workspace, context)).toEqual(expected[at]);
    }
    // An earlier window is not in the cache.
    const earlier = { ...after(first), startedAt: new Date('2026-09-01T09:00:00Z') };
    expect(await collectDays(workspace, earlier)).toBeNull();
  },
);

test('commit days include new commits, and are null in a shallow clone, without commits and without objects', async () => {
  await using workspace = await temporaryWorkspace();
  const path = await importCommits(workspace, [...beforeWindow, ...inWindow]);
  const first = await projects.collect(await contextOf(workspace, { startedAt }));
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: path,
    input: commitAt('2026-11-22T10:00:00Z', 'main', 'from refs/heads/main^0\n'),
  });
  expect(await collectDays(workspace, { ...after(first), startedAt })).toMatchObject({
    days: { '2026-07-01': 1, '2026-11-22': 1 },
  });

  const source = join(workspace.root, 'source');
  git(workspace.root, 'clone', '-q', '--bare', path, source);
  rmSync(path, { recursive: true });
  git(workspace.root, 'clone', '-q', '--depth=1', `file://${source}`, path);
  expect(await collectDays(workspace, { startedAt })).toBeNull();
  expect(await collectDays(workspace, { cache: first.cache ?? null, startedAt })).toBeNull();

  rmSync(path, { recursive: true });
  git(workspace.root, 'init', '-q', path);
  expect(await collectDays(workspace, { startedAt })).toBeNull();

  rmSync(path, { recursive: true });
  git(workspace.root, 'clone', '-q', source, path);
  removeObjects(path);
  expect(await collectDays(workspace, { startedAt })).toBeNull();
});

test('changed lines are those of git log, without merges, moved, binary and large files, and need no object again', async () => {
  await using workspace = await temporaryWorkspace();
  const path = join(workspace.root, 'code/alpha');
  await workspace.write('code/alpha/readme.md', '');
  git(path, 'init', '-q', '-b', 'main');
  const commits = [
    commitAt('2026-04-30T23:59:59Z') + file('old', 'a\n'.repeat(50)),
    commitAt('2026-05-01T00:00:00Z') + file('a', '1\n2\n3\n'),
    commitAt('2026-06-01T12:00:00Z') + file('a', '1\nzwei\n3\n') + file('b', '1\n'),
    commitAt('2026-06-01T13:00:00Z') + 'R a moved\n' + file('binary', 'x\0y\n'),
    commitAt('2026-06-02T13:00:00Z') + 'D b\n' + file('large', 'a\n'.repeat(600_000)),
    commitAt('2026-06-03T10:00:00Z', 'other', 'from refs/heads/main\n') + file('c', '1\n2\n'),
    commitAt('2026-06-04T11:00:00Z', 'main', 'merge refs/heads/other\n') + file('d', '1\n'),
    commitAt('2026-12-24T11:00:00Z') + file('later', '1\n'),
  ];
  execFileSync('git', ['fast-import', '--quiet'], { cwd: path, input: commits.join('') });
  const days = { '2026-05-01': 3, '2026-06-01': 3, '2026-06-02': 1, '2026-06-03': 2 };
  const first = await projects.collect(await contextOf(workspace, { startedAt }));
  expect(only(first).git?.changedLines).toEqual({ since: '2026-05-01', days });

  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: path,
    input: commitAt('2026-11-22T10:00:00Z', 'main', 'from refs/heads/main^0\n') + file('d', '2\n'),
  });
  const second = await projects.collect(await contextOf(workspace, { ...after(first), startedAt }));
  const withNew = { since: '2026-05-01', days: { ...days, '2026-11-22': 2 } };
  expect(only(second).git?.changedLines).toEqual(withNew);
  removeObjects(path);
  expect(await linesOf(workspace, { ...after(second), startedAt })).toEqual(withNew);
  expect(await linesOf(workspace, { startedAt })).toBeNull();
});

test('histories of more than 50 repositories are unknown, not 0, until a later run has read them', async () => {
  await using workspace = await temporaryWorkspace();
  const busyDay = Array.from({ length: 120 }, () => '2026-10-31T12:00:00Z');
  const path = await importCommits(workspace, [...inWindow, ...busyDay]);
  for (let copy = 0; copy < 50; copy += 1)
    cpSync(path, `${path}-${String(copy)}`, { recursive: true });
  const collect = async (
    changes: Parameters<typeof contextOf>[1],
    repositories?: Uint8Array | null,
  ) => {
    const context = await contextOf(workspace, { ...changes, startedAt }, undefined, repositories);
    const collected = await projects.collect(context);
    const facts = collected.snapshot.projects.map(({ counts, git }) => ({
      ...{ counts, commitDays: git?.commitDays, changedLines: git?.changedLines },
      ...{ hash: git?.lastCommit?.hash, dirty: git?.dirty },
    }));
    return { collected, facts, repositories: await context.repositories.serialize() };
  };
  const hash = git(path, 'rev-parse', 'HEAD').trim();
  const unknown = { counts: { files: 0, commits: null, commitsPending: true }, hash, dirty: true };
  const first = await collect({});
  expect(first.facts).toHaveLength(51);
  expect(new Set(first.facts.map((one) => JSON.stringify(one)))).toHaveLength(1);
  expect(first.facts[0]).toEqual({ ...unknown, commitDays: null, changedLines: null });

  let last = first;
  const isPending = () => last.facts.some(({ counts }) => counts.commitsPending === true);
  for (let runs = 0; runs < 10 && isPending(); runs += 1) {
    last = await collect(after(last.collected), last.repositories);
  }
  expect(last.facts.map(({ counts }) => counts.commits)).toEqual(last.facts.map(() => 126));
  rmSync(`${path}-0`, { recursive: true });
  const { facts } = await collect({});
  expect(facts).toHaveLength(50);
  for (const { counts, commitDays, changedLines } of facts) {
    expect(counts).toEqual({ files: 0, commits: 126 });
    expect([commitDays, changedLines]).not.toContain(null);
  }
});
