import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileIdOf } from '../../../../src/discovery/file-id.ts';
import { projects } from '../../../../src/syncs/projects/index.ts';
import { git, temporaryWorkspace } from '../../../helpers/workspace.ts';
import { after, contextOf, only } from './collect-context.ts';

describe('projects sync with a repository', () => {
  test('collects all facts of the schema', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', {
      'package.json': '{"description":"Reads.","license":"MIT","dependencies":{"react":"1"}}',
      'package-lock.json': '{}',
      'a.ts': 'export {};\n',
      'b.js': '1;\n',
    });
    alpha.git('remote', 'add', 'origin', 'https://user:token@example.com/ada/alpha.git');
    await alpha.write('new.ts', '');
    const context = await contextOf(workspace);
    const collected = await projects.collect(context);
    expect(only(collected)).toEqual({
      id: 'alpha',
      name: 'alpha',
      path: alpha.path,
      previousPaths: [],
      fileId: fileIdOf(alpha.path),
      kind: 'git',
      description: 'Reads.',
      stack: {
        languages: { TypeScript: 11, JavaScript: 3 },
        frameworks: ['React'],
        packageManager: 'npm',
        runtimes: {},
      },
      license: 'MIT',
      counts: { files: 4, commits: 1 },
      state: 'ok',
      missingSince: null,
      notObservedSince: null,
      firstSeen: '2026-11-23T08:45:00.000Z',
      lastSeen: null,
      git: {
        branch: 'main',
        detached: false,
        unborn: false,
        format: 'sha1',
        lastCommit: {
          hash: alpha.git('rev-parse', 'HEAD').trim(),
          date: '2026-11-01T10:00:00.000Z',
          subject: 'First commit',
          author: 'Ada Example',
        },
        changes: { staged: 0, unstaged: 0, untracked: 1, conflicts: 0 },
        dirty: true,
        oldestChangeAt: expect.any(String) as string,
        unpushed: { commits: 1, oldestAt: '2026-11-01T10:00:00.000Z' },
        commitDays: { since: '2026-05-01', days: { '2026-11-01': 1 } },
        changedLines: { since: '2026-05-01', days: { '2026-11-01': 4 } },
        stash: { entries: 0, oldestAt: null },
        remotes: ['origin'],
        upstream: null,
        upstreamGone: null,
        ahead: null,
        behind: null,
        remote: 'https://example.com/ada/alpha.git',
        shallow: false,
        worktreeOf: null,
        error: null,
      },
      client: null,
      status: null,
      progress: null,
      startDate: null,
      deadline: null,
      tags: [],
      notes: null,
    });
    expect(collected.counts).toEqual({ updated: 0, added: 1 });
    expect(collected.snapshot.summary).toEqual({
      projects: 1,
      missing: 0,
      notObserved: 0,
      dirty: 1,
    });
    expect(context.warnings).toEqual([]);
  });

  test('reports the upstream and whether it is gone', async () => {
    await using workspace = await temporaryWorkspace();
    const origin = await workspace.gitRepository('origin', { 'a.ts': '' });
    git(workspace.root, 'clone', '-q', origin.path, join(workspace.root, 'code', 'alpha'));
    const alpha = join(workspace.root, 'code', 'alpha');
    git(alpha, 'commit', '-q', '--allow-empty', '-m', 'Second commit');
    const first = await projects.collect(await contextOf(workspace));
    expect(only(first).git).toMatchObject({
      upstream: 'origin/main',
      upstreamGone: false,
      ahead: 1,
      behind: 0,
      dirty: false,
    });
    expect(only(first).counts.commits).toBe(2);
    git(alpha, 'update-ref', '-d', 'refs/remotes/origin/main');
    const second = await projects.collect(await contextOf(workspace, after(first)));
    expect(only(second).git).toMatchObject({ upstreamGone: true, ahead: null, behind: null });
  });

  test('reports an unborn branch and a clean state when there is no commit', async () => {
    await using workspace = await temporaryWorkspace();
    const empty = join(workspace.root, 'code', 'empty');
    await mkdir(empty);
    git(empty, 'init', '-q', '-b', 'main');
    const context = await contextOf(workspace);
    const project = only(await projects.collect(context));
    expect(project.git).toMatchObject({ branch: 'main', unborn: true, lastCommit: null });
    expect(project).toMatchObject({ counts: { files: 0, commits: 0 }, state: 'ok' });
    expect(project.stack.languages).toEqual({});
    expect(context.warnings).toEqual([]);
  });

  test('reports no commit count for a shallow clone', async () => {
    await using workspace = await temporaryWorkspace();
    const origin = await workspace.gitRepository('origin', {});
    origin.git('commit', '-q', '--allow-empty', '-m', 'Second commit');
    const shallow = join(workspace.root, 'code', 'shallow');
    git(workspace.root, 'clone', '-q', '--depth=1', `file://${origin.path}`, shallow);
    const context = await contextOf(workspace);
    const project = only(await projects.collect(context));
    expect(project).toMatchObject({ counts: { commits: null }, git: { shallow: true } });
  });

  test('ignores files behind a directory that was replaced by a link', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', { 'src/a.ts': 'x', 'b.ts': 'xx' });
    await workspace.write('outside/a.ts', 'x'.repeat(1000));
    await rm(join(alpha.path, 'src'), { recursive: true });
    await symlink('../../outside', join(alpha.path, 'src'));
    const context = await contextOf(workspace);
    expect(only(await projects.collect(context)).stack.languages).toEqual({ TypeScript: 2 });
  });
});

describe('projects sync with a package without git', () => {
  test('collects the facts of the manifest and no git facts', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write(
      'code/beta/go.mod',
      'module x\nrequire github.com/gin-gonic/gin v1.0.0\n',
    );
    const context = await contextOf(workspace);
    expect(only(await projects.collect(context))).toMatchObject({
      kind: 'package',
      stack: { languages: null, frameworks: ['Gin'], packageManager: 'go' },
      counts: { files: null, commits: null },
      state: 'ok',
      git: null,
    });
  });

  test('keeps the entry when the package becomes a repository', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/beta/package.json', '{}');
    const first = await projects.collect(await contextOf(workspace));
    git(join(workspace.root, 'code', 'beta'), 'init', '-q', '-b', 'main');
    const second = await projects.collect(await contextOf(workspace, after(first)));
    expect(only(second)).toMatchObject({ id: 'beta', kind: 'git', git: { unborn: true } });
    expect(second.counts).toEqual({ updated: 1, added: 0 });
  });
});

test('projects sync writes one history entry per project under its id', async () => {
  await using workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
  await workspace.write('code/beta/go.mod', '');
  const { snapshot } = await projects.collect(await contextOf(workspace));
  expect(projects.toHistory(snapshot)).toEqual([
    {
      key: 'alpha',
      state: 'ok',
      branch: 'main',
      head: alpha.git('rev-parse', 'HEAD').trim(),
      dirty: false,
      ahead: null,
      behind: null,
      files: 1,
      commits: 1,
    },
    {
      key: 'beta',
      state: 'ok',
      branch: null,
      head: null,
      dirty: null,
      ahead: null,
      behind: null,
      files: null,
      commits: null,
    },
  ]);
});
