import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectsOptions } from '../../../src/schema/projects-options.ts';
import { discover } from '../../../src/discovery/discover.ts';
import type { Discovery, KnownProject } from '../../../src/discovery/discovery.ts';
import { fileIdOf } from '../../../src/discovery/file-id.ts';
import { openRepository } from '../../../src/git/open-repository.ts';
import { walkRoot } from '../../../src/discovery/walk-root.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';

const discoverIn = (
  workspace: TemporaryWorkspace,
  options: object = {},
  known: readonly KnownProject[] = [],
  signal: AbortSignal = new AbortController().signal,
): Promise<Discovery> =>
  discover({
    workspaceRoot: workspace.root,
    home: join(workspace.root, 'home'),
    options: projectsOptions.parse({ roots: ['code'], ...options }),
    repositories: {
      open: (path) => Promise.resolve(openRepository(path, null, Date.now())),
      hasCommit: () => Promise.resolve(null),
    },
    ...{ known, signal, previousGracePeriod: new Set() },
  });

/** Formats projects as `kind path`, relative to `code/`. */
const listed = ({ projects }: Discovery, workspace: TemporaryWorkspace): readonly string[] =>
  projects.map(
    ({ kind, path }) => `${kind} ${path.slice(workspace.root.length + '/code/'.length)}`,
  );

const makeDir = (workspace: TemporaryWorkspace, path: string): Promise<unknown> =>
  mkdir(join(workspace.root, path), { recursive: true });

describe('discover finds', () => {
  test('repositories, linked work trees and packages down to maxDepth', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', {});
    alpha.git('worktree', 'add', '-q', join(workspace.root, 'code/linked'));
    await workspace.write('code/group/beta/Cargo.toml', '');
    await makeDir(workspace, 'code/one/two/three/four/.git');
    await makeDir(workspace, 'code/one/two/three/too/deep/.git');
    await workspace.write('code/none/readme.md', '');
    const discovery = await discoverIn(workspace);
    expect(listed(discovery, workspace)).toEqual([
      'git alpha',
      'package group/beta',
      'git linked',
      'git one/two/three/four',
    ]);
    expect(discovery.roots).toEqual([
      { path: join(workspace.root, 'code'), state: 'ok', projects: 4 },
    ]);
    expect(discovery.projects[0]).toEqual({
      ...{ id: 'alpha', name: 'alpha', path: alpha.path, kind: 'git', root: 0 },
      fileId: fileIdOf(alpha.path),
      ignoresCase: false,
    });
    expect(discovery.warnings).toEqual([]);
  });

  test.each([
    'package.json',
    'deno.json',
    'pyproject.toml',
    'setup.py',
    'go.mod',
    'pom.xml',
    'build.gradle.kts',
    'composer.json',
    'Gemfile',
    'mix.exs',
    'pubspec.yaml',
    'Package.swift',
    'App.csproj',
    'App.sln',
  ])('a package in a directory with %s', async (manifest) => {
    await using workspace = await temporaryWorkspace();
    await workspace.write(`code/alpha/${manifest}`, '');
    await makeDir(workspace, `code/beta/${manifest}`);
    expect(listed(await discoverIn(workspace), workspace)).toEqual(['package alpha']);
  });

  test('no projects inside of projects by default', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', { 'packages/a/package.json': '' });
    git(alpha.path, 'init', '-q', 'inner');
    await workspace.write('code/beta/package.json', '');
    await workspace.write('code/beta/packages/b/package.json', '');
    expect(listed(await discoverIn(workspace), workspace)).toEqual(['git alpha', 'package beta']);
  });

  test('projects inside of packages and repositories when includeNested is true', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', { 'packages/a/package.json': '' });
    git(alpha.path, 'init', '-q', 'inner');
    await workspace.write('code/beta/package.json', '');
    await workspace.write('code/beta/packages/b/package.json', '');
    await workspace.write('code/beta/node_modules/c/package.json', '');
    expect(listed(await discoverIn(workspace, { includeNested: true }), workspace)).toEqual([
      'git alpha',
      'git alpha/inner',
      'package alpha/packages/a',
      'package beta',
      'package beta/packages/b',
    ]);
  });

  test('a bare repository and nothing inside of it', async () => {
    await using workspace = await temporaryWorkspace();
    await makeDir(workspace, 'code/group');
    git(join(workspace.root, 'code/group'), 'init', '-q', '--bare', 'alpha.git');
    git(join(workspace.root, 'code/group/alpha.git'), 'init', '-q', 'refs/inner');
    // These entries of a git directory have the wrong type.
    await workspace.write('code/beta/HEAD', 'x');
    await workspace.write('code/beta/objects', 'x');
    const discovery = await discoverIn(workspace, { includeNested: true });
    expect(listed(discovery, workspace)).toEqual(['git group/alpha.git']);
    expect(discovery.projects[0]).toMatchObject({ id: 'alpha.git', name: 'alpha.git' });
  });

  test.each([
    ['.bare', 'a file .git that names it'],
    ['.git', 'nothing else'],
    ['', 'its own files'],
    ['.store', 'a link .git to it'],
    ['../../store/alpha.git', 'a file .git that names it outside of the directory'],
  ])('the linked work trees next to a bare repository "%s" and %s', async (name) => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('source', { 'package.json': '{}' });
    const container = join(workspace.root, 'code/alpha');
    git(workspace.root, 'clone', '-q', '--bare', path, join(container, name));
    if (name === '.store') await symlink(name, join(container, '.git'));
    else if (/[a-z]{5}|bare/.test(name)) {
      await workspace.write('code/alpha/.git', `gitdir: ${name}\n`);
    }
    git(container, 'worktree', 'add', '-q', join(container, 'main'));
    git(container, 'worktree', 'add', '-q', '-b', 'f', join(container, 'topic/feature'));
    await workspace.write('code/alpha/notes/package.json', '{}');
    const discovery = await discoverIn(workspace);
    expect(listed(discovery, workspace)).toEqual([
      'git alpha',
      'git alpha/main',
      'git alpha/topic/feature',
    ]);
  });

  test('repositories but no packages in a directory with a manifest', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/work/package.json', '{}');
    await workspace.gitRepository('code/work/alpha', {});
    await workspace.write('code/work/beta/package.json', '{}');
    expect(listed(await discoverIn(workspace), workspace)).toEqual([
      'package work',
      'git work/alpha',
    ]);
  });

  test('nothing in dependencies, build output and hidden directories', async () => {
    await using workspace = await temporaryWorkspace();
    for (const name of [
      'node_modules',
      'vendor',
      'target',
      'dist',
      'venv',
      '.cache',
      '__pycache__',
    ]) {
      await workspace.write(`code/${name}/x/package.json`, '');
    }
    await makeDir(workspace, 'code/.hidden/.git');
    // A repository with the name of an ignored directory.
    await makeDir(workspace, 'code/build/.git');
    expect(listed(await discoverIn(workspace), workspace)).toEqual(['git build']);
  });

  test('nothing through symbolic links', async () => {
    await using workspace = await temporaryWorkspace();
    const elsewhere = await workspace.gitRepository('elsewhere/alpha', {});
    await makeDir(workspace, 'code/group');
    await symlink(elsewhere.path, join(workspace.root, 'code/link'));
    await symlink('..', join(workspace.root, 'code/group/up'));
    await symlink('/', join(workspace.root, 'code/group/root'));
    const discovery = await discoverIn(workspace);
    expect(discovery.projects).toEqual([]);
    expect(discovery.roots).toMatchObject([{ state: 'empty', projects: 0 }]);
  });
});

describe('a root of discover', () => {
  test('contributes itself and the repositories in it when it is a repository', async () => {
    await using workspace = await temporaryWorkspace();
    const code = await workspace.gitRepository('code', { 'package/package.json': '' });
    git(code.path, 'init', '-q', 'alpha');
    const { projects } = await discoverIn(workspace);
    expect(projects.map(({ path, id }) => [path, id])).toEqual([
      [code.path, 'code'],
      [join(code.path, 'alpha'), 'alpha'],
    ]);
  });

  test('contributes itself and the packages in it when it has a manifest', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/package.json', '');
    await workspace.write('code/alpha/package.json', '');
    expect(listed(await discoverIn(workspace), workspace)).toEqual(['package ', 'package alpha']);
  });

  test('is resolved from ~, a relative path and a link', async () => {
    await using workspace = await temporaryWorkspace();
    await makeDir(workspace, 'home/in-home/.git');
    await makeDir(workspace, 'real/linked/.git');
    await symlink('real', join(workspace.root, 'link'));
    const { roots, projects } = await discoverIn(workspace, { roots: ['~', './code/../link'] });
    expect(roots.map(({ path }) => path)).toEqual([
      join(workspace.root, 'home'),
      join(workspace.root, 'real'),
    ]);
    expect(projects.map(({ id, root }) => [id, root])).toEqual([
      ['in-home', 0],
      ['linked', 1],
    ]);
    const again = await discoverIn(workspace, { roots: ['~/in-home'] });
    expect(again.projects.map(({ id }) => id)).toEqual(['in-home']);
  });

  test('shares its projects with an overlapping root', async () => {
    await using workspace = await temporaryWorkspace();
    await makeDir(workspace, 'code/group/alpha/.git');
    const { roots, projects } = await discoverIn(workspace, { roots: ['code', 'code/group'] });
    expect(projects).toMatchObject([{ id: 'alpha', root: 0 }]);
    expect(roots).toMatchObject([
      { state: 'ok', projects: 1 },
      { state: 'ok', projects: 1 },
    ]);
  });

  test.each([
    ['does not exist', 'nowhere', 'ENOENT'],
    ['is a file', 'file', 'ENOTDIR'],
    ['is a dangling link', 'dangling', 'ENOENT'],
    ['is a loop of links', 'loop', 'ELOOP'],
  ])('is unreachable when it %s, and the other roots are read', async (_what, root, code) => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('file', '');
    await symlink('nowhere', join(workspace.root, 'dangling'));
    await symlink('loop', join(workspace.root, 'loop'));
    await makeDir(workspace, 'code/alpha/.git');
    const { roots, projects, warnings } = await discoverIn(workspace, { roots: [root, 'code'] });
    expect(roots).toMatchObject([{ state: 'unreachable', projects: 0 }, { state: 'ok' }]);
    expect(projects).toMatchObject([{ id: 'alpha', root: 1 }]);
    expect(warnings).toMatchObject([
      { code: 'root-unreachable', subject: join(workspace.root, root) },
    ]);
    expect(warnings[0]?.message).toContain(code);
  });

  test('is incomplete with one warning when directories can not be read', async () => {
    await using workspace = await temporaryWorkspace();
    await makeDir(workspace, 'code/alpha/.git');
    // Not even the superuser can read paths longer than PATH_MAX.
    const long = 'x'.repeat(250);
    for (const name of ['a', 'b', 'c']) {
      await makeDir(workspace, `code/closed-${name}`);
      execFileSync('bash', [
        '-c',
        `cd "$1" && for i in $(seq 17); do mkdir ${long} && cd -P ${long} || exit 1; done`,
        'bash',
        join(workspace.root, `code/closed-${name}`),
      ]);
    }
    const { roots, projects, warnings } = await discoverIn(workspace, { maxDepth: 32 });
    expect(roots).toMatchObject([{ state: 'incomplete', projects: 1 }]);
    expect(projects).toMatchObject([{ id: 'alpha' }]);
    expect(warnings).toMatchObject([{ code: 'directory-unreadable' }]);
    expect(warnings[0]?.message).toContain('ENAMETOOLONG');
    expect(warnings[0]?.message).toContain('and 2 more');
    execFileSync('rm', ['-rf', join(workspace.root, 'code')]);
  });

  test('is truncated when it has more than maxDirs directories', async () => {
    await using workspace = await temporaryWorkspace();
    for (const name of ['a', 'b', 'c']) await makeDir(workspace, `code/${name}`);
    const walk = (maxDirs: number) =>
      walkRoot({
        ...{ root: join(workspace.root, 'code'), maxDepth: 4, maxDirs },
        includeNested: false,
        isExcluded: () => false,
        signal: new AbortController().signal,
      });
    expect(await walk(3)).toMatchObject({ truncated: true });
    expect(await walk(4)).toMatchObject({ truncated: false });
  });
});

describe('discover', () => {
  const options = { roots: ['code'] };

  test.each([
    [['group'], ['git alpha', 'git old/beta']],
    [['group/'], ['git alpha', 'git old/beta']],
    [['./group/**'], ['git alpha', 'git old/beta']],
    [['**/beta'], ['git alpha', 'git group/gamma']],
    [['*/gamma', 'old'], ['git alpha']],
    [['{alpha,old}'], ['git group/gamma']],
  ])('skips directories that match the exclude globs %j', async (exclude, expected) => {
    await using workspace = await temporaryWorkspace();
    for (const name of ['alpha', 'group/gamma', 'old/beta']) {
      await makeDir(workspace, `code/${name}/.git`);
    }
    const discovery = await discoverIn(workspace, { ...options, exclude });
    expect(listed(discovery, workspace)).toEqual(expected);
  });

  test('returns only projects that match the include globs', async () => {
    await using workspace = await temporaryWorkspace();
    for (const name of ['alpha', 'group/gamma', 'old/beta']) {
      await makeDir(workspace, `code/${name}/.git`);
    }
    const include = ['group/**', 'alpha'];
    const discovery = await discoverIn(workspace, { ...options, include, exclude: ['**/gamma'] });
    expect(listed(discovery, workspace)).toEqual(['git alpha']);
  });
});

describe('discover', () => {
  test('keeps the path and sanitizes the name of a directory with control characters', async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/new\nline\u001b[31mred\u202e', {});
    const { projects, warnings } = await discoverIn(workspace);
    expect(projects).toMatchObject([{ path, name: 'new line [31mred', id: 'new-line-31mred' }]);
    expect(warnings).toMatchObject([{ code: 'name-with-control-characters' }]);
    expect(warnings[0]?.subject).toBe(join(workspace.root, 'code/new line [31mred'));
  });

  test('warns about a directory name that is not UTF-8 and keeps the root ok', async () => {
    await using workspace = await temporaryWorkspace();
    await makeDir(workspace, 'code/alpha/.git');
    await makeDir(workspace, 'code/\ufffd/.git');
    await makeDir(workspace, 'code/x/.git');
    execFileSync('sh', ['-c', 'mv x "$(printf \'caf\\351\')"'], {
      cwd: join(workspace.root, 'code'),
    });
    const { roots, projects, warnings } = await discoverIn(workspace);
    expect(projects.map(({ name }) => name)).toEqual(['alpha', '\ufffd']);
    expect(roots).toMatchObject([{ state: 'ok' }]);
    expect(warnings).toMatchObject([{ code: 'name-not-utf8' }]);
  });

  test('ignores FIFOs and links to devices', async () => {
    await using workspace = await temporaryWorkspace();
    await makeDir(workspace, 'code/alpha/.git');
    execFileSync('mkfifo', ['fifo', 'package.json', 'alpha/fifo'], {
      cwd: join(workspace.root, 'code'),
    });
    await symlink('/dev/zero', join(workspace.root, 'code/device'));
    const discovery = await discoverIn(workspace);
    expect(listed(discovery, workspace)).toEqual(['package ', 'git alpha']);
  });
});

describe('the id of a project', () => {
  test('moves with its directory and is not given to another project', async () => {
    await using workspace = await temporaryWorkspace();
    await makeDir(workspace, 'code/a/app/.git');
    await makeDir(workspace, 'code/b/app/.git');
    const first = await discoverIn(workspace);
    expect(first.projects.map(({ id }) => id)).toEqual(['app', 'b-app']);
    await rename(join(workspace.root, 'code/a'), join(workspace.root, 'code/z'));
    const second = await discoverIn(workspace, {}, first.projects);
    expect(second.projects.map(({ id, path }) => [id, path.slice(-5)])).toEqual([
      ['b-app', 'b/app'],
      ['app', 'z/app'],
    ]);
    await makeDir(workspace, 'code/a/app/.git');
    const third = await discoverIn(workspace, {}, second.projects);
    expect(third.projects.map(({ id, path }) => [id, path.slice(-5)])).toEqual([
      ['a-app', 'a/app'],
      ['b-app', 'b/app'],
      ['app', 'z/app'],
    ]);
  });
});

test('discover rejects with the reason of an aborted signal', async () => {
  await using workspace = await temporaryWorkspace();
  const walk = discoverIn(workspace, {}, [], AbortSignal.abort(new Error('stopped')));
  await expect(walk).rejects.toThrow('stopped');
});

test('discover reports a known project as missing when its directory is gone from a readable root', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('code/alpha/package.json', '{}');
  await makeDir(workspace, 'code/not-a-project');
  const known = ['alpha', 'gone', 'not-a-project'].map((id) => ({
    id,
    path: join(workspace.root, 'code', id),
  }));
  const elsewhere = { id: 'elsewhere', path: join(workspace.root, 'unmounted/elsewhere') };
  await makeDir(workspace, 'unmounted');
  const options = { roots: ['code', 'unmounted'] };
  const discovery = await discoverIn(workspace, options, [...known, elsewhere]);
  expect([...discovery.missing]).toEqual(['gone']);
});
