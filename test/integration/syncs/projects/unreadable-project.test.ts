import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectsSnapshot } from '../../../../src/schema/projects.ts';
import { UserError } from '../../../../src/util/errors.ts';
import { RepositoryError } from '../../../../src/git/repository.ts';
import { projects } from '../../../../src/syncs/projects/index.ts';
import { testSystem } from '../../../helpers/context.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';
import { after, contextOf, only } from './collect-context.ts';
import { diagnostic } from '../../../../src/util/diagnostic.ts';

describe('projects sync with an unreadable project', () => {
  test('keeps its last facts, warns once and collects the other projects', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', {
      'package.json': '{"license":"MIT"}',
    });
    await workspace.gitRepository('code/beta', {});
    const first = await projects.collect(await contextOf(workspace));
    await writeFile(join(alpha.path, '.git', 'HEAD'), 'nonsense\n');
    const context = await contextOf(workspace, after(first));
    const second = await projects.collect(context);
    const [broken, whole] = second.snapshot.projects;
    const before = only(first);
    expect(broken?.state).not.toBe('ok');
    expect(broken?.git?.error).toEqual(expect.any(String));
    expect(broken).toEqual({
      ...before,
      state: broken?.state,
      lastSeen: '2026-11-23T08:45:10.000Z',
      git: { ...before.git, error: broken?.git?.error },
    });
    expect(whole?.state).toBe('ok');
    expect(second.counts).toEqual({ updated: 1, added: 0 });
    expect(second.cache).toBeUndefined();
    expect(context.warnings).toMatchObject([{ code: broken?.git?.error, subject: 'alpha' }]);

    await writeFile(join(alpha.path, '.git', 'HEAD'), 'ref: refs/heads/main\n');
    const third = await projects.collect(await contextOf(workspace, after(second)));
    expect(third.snapshot.projects).toEqual(first.snapshot.projects);
  });

  test('keeps its last facts when the time limit is near, and the sync fails with what it has', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.ts': '' });
    await workspace.gitRepository('code/beta', { 'b.ts': '' });
    const first = await projects.collect(await contextOf(workspace));
    await workspace.gitRepository('code/gamma', { 'c.ts': '' });
    // At the start, before alpha, before beta, before gamma.
    const remaining = [60_000, 50_000, 1000, 1000];
    const context = await contextOf(workspace, {
      ...after(first),
      remainingMs: () => remaining.shift() ?? 0,
    });
    const second = await projects.collect(context);
    const [alpha, beta, gamma] = second.snapshot.projects;
    const [, betaBefore] = first.snapshot.projects;
    expect(alpha).toMatchObject({ state: 'ok', git: { error: null } });
    expect(beta).toEqual({
      ...betaBefore,
      state: 'error',
      lastSeen: '2026-11-23T08:45:10.000Z',
      git: { ...betaBefore?.git, error: 'time-limit' },
    });
    expect(gamma).toMatchObject({ state: 'error', git: { branch: null, error: 'time-limit' } });
    expect(second.counts).toEqual({ updated: 1, added: 1 });
    expect(second.failure).toMatchObject({
      code: 'timeout',
      message: 'the time limit was reached: 2 of 3 projects were not read',
    });
  });

  test('leaves the facts null when the project was never readable', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', {
      'package.json': '{"license":"MIT"}',
    });
    await writeFile(join(alpha.path, '.git', 'HEAD'), 'nonsense\n');
    const context = await contextOf(workspace);
    const collected = await projects.collect(context);
    expect(only(collected).git).toMatchObject({ branch: null, format: null, shallow: null });
    expect(only(collected).license).toBeNull();
    expect(collected.counts).toEqual({ updated: 0, added: 1 });
    expect(projectsSnapshot.parse(collected.snapshot)).toEqual(collected.snapshot);
  });

  test('keeps all other facts when only git status fails', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.ts': 'x', 'package.json': '{' });
    const context = await contextOf(workspace);
    const status = (): Promise<never> =>
      Promise.reject(
        new RepositoryError('git-timeout', 'error', 'git status took too long\u001b[31m'),
      );
    const collected = await projects.collect({
      ...context,
      repositories: { ...context.repositories, status },
    });
    expect(only(collected)).toMatchObject({
      state: 'error',
      counts: { files: 2, commits: 1 },
      git: { branch: 'main', changes: null, dirty: null, error: 'git-timeout' },
    });
    expect(context.warnings).toEqual([
      diagnostic('git-timeout', {
        subject: 'alpha',
        message: "git status took too long [31m; package.json can't be parsed",
      }),
    ]);
  });

  test('collects all facts that need no git process when git is not installed', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'package.json': '{"license":"MIT"}' });
    const exec = (): Promise<never> => Promise.reject(new UserError('tool', 'git was not found'));
    const context = await contextOf(workspace, { system: testSystem({ exec }) });
    const collected = await projects.collect(context);
    expect(collected.failure).toMatchObject({
      code: 'tool',
      message: 'git was not found; facts of 1 repository are unknown or out of date',
    });
    expect(only(collected)).toMatchObject({
      state: 'error',
      license: 'MIT',
      counts: { commits: 1 },
      git: {
        branch: 'main',
        lastCommit: { subject: 'First commit' },
        dirty: null,
        error: 'git-missing',
      },
    });
    expect(context.warnings).toEqual([
      diagnostic('git-missing', { subject: 'alpha', message: 'git was not found' }),
    ]);
  });

  test('rejects when reading fails because of a bug', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', {});
    const context = await contextOf(workspace);
    const open = (): Promise<never> => Promise.reject(new TypeError('a bug'));
    const repositories = { ...context.repositories, open };
    await expect(projects.collect({ ...context, repositories })).rejects.toThrow('a bug');
  });
});

describe('projects sync with one hostile project among others', () => {
  test('marks a project untrusted and does not read it when its gitfile points to another repository', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('victim', { 'secret.ts': 'x' });
    await workspace.gitRepository('code/whole', {});
    await workspace.write('code/evil/.git', 'gitdir: ../../victim/.git\n');
    await workspace.write('code/evil/package.json', '{"license":"MIT"}');
    const context = await contextOf(workspace);
    const { snapshot } = await projects.collect(context);
    expect(snapshot.projects).toMatchObject([
      { id: 'evil', state: 'untrusted', license: null, counts: { files: null } },
      { id: 'whole', state: 'ok' },
    ]);
    expect(context.warnings).toMatchObject([{ code: 'foreign-gitfile', subject: 'evil' }]);
  });

  test('warns about a manifest that is a FIFO and reads everything else', async () => {
    await using workspace = await temporaryWorkspace();
    const odd = await workspace.gitRepository('code/odd', { 'a.ts': 'x', 'README.md': 'Is odd.' });
    await workspace.gitRepository('code/whole', {});
    execFileSync('mkfifo', [join(odd.path, 'package.json')]);
    const context = await contextOf(workspace);
    const { snapshot } = await projects.collect(context);
    expect(snapshot.projects).toMatchObject([
      { id: 'odd', state: 'ok', description: 'Is odd.', counts: { files: 2, commits: 1 } },
      { id: 'whole', state: 'ok' },
    ]);
    expect(context.warnings).toMatchObject([{ code: 'file-unreadable', subject: 'odd' }]);
  });

  test('marks a project unreadable and keeps its last facts when its directory cannot be entered', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/closed/package.json', '{"license":"MIT"}');
    await workspace.write('code/whole/package.json', '{}');
    const first = await projects.collect(await contextOf(workspace));
    const context = await contextOf(workspace, after(first));
    const closed = join(workspace.root, 'code', 'closed');
    const second = await withoutAccess(workspace.root, closed, () => projects.collect(context));
    const [before, whole] = first.snapshot.projects;
    expect(second.snapshot.projects).toEqual([
      { ...before, state: 'unreadable', lastSeen: '2026-11-23T08:45:10.000Z' },
      whole,
    ]);
    expect(second.snapshot.roots).toMatchObject([{ state: 'incomplete' }]);
    expect(context.warnings).toMatchObject([{ code: 'directory-unreadable', subject: closed }]);
  });
});

/** Runs `work` without permission to enter `dir`. Root may enter any directory, so it switches to another user. */
async function withoutAccess<Result>(
  workspace: string,
  dir: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await chmod(workspace, 0o755);
  await chmod(dir, 0);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(dir, 0o755);
  }
}

test('projects sync rejects immediately when the run is aborted', async () => {
  await using workspace = await temporaryWorkspace();
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const name of names) await workspace.write(`code/${name}/go.mod`, '');
  const stop = new AbortController();
  const seen: number[] = [];
  const context = await contextOf(workspace, {
    signal: stop.signal,
    progress: (done) => {
      seen.push(done);
      stop.abort(new Error('stopped by a signal'));
    },
  });
  await expect(projects.collect(context)).rejects.toThrow('stopped by a signal');
  expect(seen.length).toBeLessThan(names.length);
});
