import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { projects } from '../../../src/syncs/projects/index.ts';
import type { Collected } from '../../../src/syncs/sync.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';
import { after, contextOf } from '../syncs/projects/collect-context.ts';

let workspace: TemporaryWorkspace;
let last: Collected<'projects'> | null;
beforeEach(async () => {
  workspace = await temporaryWorkspace();
  last = null;
  return () => workspace[Symbol.asyncDispose]();
});

const at = (path: string): string => join(workspace.root, path);
const remove = (path: string): Promise<void> => rm(at(path), { recursive: true });
const move = async (from: string, to: string): Promise<void> => {
  await mkdir(join(at(to), '..'), { recursive: true });
  await rename(at(from), at(to));
};
/** Collects projects and returns `path state` by id, with paths relative to the workspace. */
async function run(options: object = { roots: ['code'] }): Promise<object> {
  const context = await contextOf(workspace, { ...(last ? after(last) : {}), options });
  last = await projects.collect(context);
  return Object.fromEntries(
    last.snapshot.projects.map(({ id, path, state }) => [
      id,
      `${path.slice(workspace.root.length + 1)} ${state}`,
    ]),
  );
}
const entry = (id: string) => last?.snapshot.projects.find((project) => project.id === id);

/** Creates a repository whose content and remote depend on a name. */
async function clone(path: string, remote: string): Promise<void> {
  const repository = await workspace.gitRepository(path, { [`${remote}.ts`]: remote });
  repository.git('remote', 'add', 'origin', `git@example.com:me/${remote}.git`);
}

describe('a project keeps its id when it', () => {
  test.each(['git', 'package'])('is a %s and is moved, renamed and moved back', async (kind) => {
    if (kind === 'git') await workspace.gitRepository('code/alpha', {});
    else await workspace.write('code/alpha/go.mod', '');
    expect(await run()).toEqual({ alpha: 'code/alpha ok' });
    await move('code/alpha', 'code/group/beta');
    expect(await run()).toEqual({ alpha: 'code/group/beta ok' });
    expect(entry('alpha')).toMatchObject({ name: 'beta', previousPaths: [at('code/alpha')] });
    await move('code/group/beta', 'code/alpha');
    expect(await run()).toEqual({ alpha: 'code/alpha ok' });
    expect(entry('alpha')?.previousPaths).toEqual([at('code/group/beta')]);
  });

  test('is a package whose directory was copied with the other form of composed characters', async () => {
    const [composed, decomposed] = ['code/caf\u00e9', 'code/cafe\u0301'];
    await workspace.write(`${composed}/go.mod`, '');
    const [id = ''] = Object.keys(await run());
    await workspace.write(`${decomposed}/go.mod`, '');
    await remove(composed);
    expect(await run()).toEqual({ [id]: `${decomposed} ok` });
  });

  test('swaps names with another project', async () => {
    await workspace.gitRepository('code/alpha', {});
    await workspace.write('code/beta/go.mod', '');
    await run();
    await move('code/alpha', 'code/x');
    await move('code/beta', 'code/alpha');
    await move('code/x', 'code/beta');
    expect(await run()).toEqual({ alpha: 'code/beta ok', beta: 'code/alpha ok' });
  });

  test('is moved to another root and the first root is unreachable', async () => {
    await workspace.gitRepository('code/alpha', {});
    await workspace.gitRepository('code/beta', {});
    await mkdir(at('other'));
    const options = { roots: ['code', 'other'] };
    await run(options);
    await move('code/alpha', 'other/alpha');
    await rename(at('code'), at('away'));
    expect(await run(options)).toEqual({ alpha: 'other/alpha ok', beta: 'code/beta not-observed' });
    await rename(at('away'), at('code'));
    expect(await run(options)).toEqual({ alpha: 'other/alpha ok', beta: 'code/beta ok' });
  });

  test('is deleted and cloned again at the same or another path', async () => {
    await clone('code/alpha', 'tool');
    await workspace.gitRepository('code/other', {});
    await run();
    await remove('code/alpha');
    await clone('code/alpha', 'tool');
    expect(await run()).toEqual({ alpha: 'code/alpha ok', other: 'code/other ok' });
    await remove('code/alpha');
    await run();
    expect(entry('alpha')?.state).toBe('missing');
    await clone('code/tools/tool', 'tool');
    expect(await run()).toEqual({ alpha: 'code/tools/tool ok', other: 'code/other ok' });
    expect(entry('alpha')).toMatchObject({ missingSince: null, lastSeen: null });
  });

  test('is copied, gets new commits and the original is deleted', async () => {
    const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
    await workspace.gitRepository('code/other', { 'b.ts': 'x' });
    await run();
    await cp(alpha.path, at('code/copy'), { recursive: true });
    await remove('code/alpha');
    await workspace.write('code/copy/b.ts', 'x');
    git(at('code/copy'), 'add', '-A');
    git(at('code/copy'), 'commit', '-q', '-m', 'Second');
    expect(await run()).toEqual({ alpha: 'code/copy ok', other: 'code/other ok' });
  });
});

test.each([
  ['git@github.com:Me/Tool.git', 'https://GitHub.com/me/tool'],
  ['https://gitlab.com/Group/Sub/Tool.git', 'ssh://git@gitlab.com:22/group/sub/tool'],
  ['https://bitbucket.org/Me/Tool', 'git@altssh.bitbucket.org:me/tool.git'],
  ['https://codeberg.org/Me/Tool', 'https://codeberg.org/me/tool.GIT'],
  ['https://gitlab.example.com/Me/Tool', 'https://gitlab.example.com/me/tool/'],
  ['https://Git.Example.com/me/tool', 'git@git.example.com:me/tool'],
])(
  'a project with the remote %s keeps its id when it is cloned again from %s',
  async (old, now) => {
    await workspace.gitRepository('code/other', {});
    const first = await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
    first.git('remote', 'add', 'origin', old);
    await run();
    await remove('code/alpha');
    const second = await workspace.gitRepository('code/beta', { 'b.ts': 'y' });
    second.git('remote', 'add', 'origin', now);
    expect(await run()).toEqual({ alpha: 'code/beta ok', other: 'code/other ok' });
  },
);

describe('a new id is given to', () => {
  test.each([
    ['https://git.example.com/Me/Tool', 'https://git.example.com/me/tool'],
    ['https://github.com/me/tool', 'https://github.com/me/tools'],
    ['https://example.com/github.com/Tool', 'https://example.com/github.com/tool'],
    ['/srv/Tool.git', '/srv/tool.git'],
  ])('a clone of %s, which is not %s', async (old, now) => {
    await workspace.gitRepository('code/other', {});
    const first = await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
    first.git('remote', 'add', 'origin', now);
    await run();
    await remove('code/alpha');
    const second = await workspace.gitRepository('code/beta', { 'b.ts': 'y' });
    second.git('remote', 'add', 'origin', old);
    expect(await run()).toMatchObject({ alpha: 'code/alpha missing', beta: 'code/beta ok' });
  });

  /** Copies `code/template` to `code/<name>`. */
  const copy = (name: string): Promise<void> =>
    cp(at('code/template'), at(`code/${name}`), { recursive: true });
  const commit = (path: string): string =>
    git(at(path), 'commit', '-q', '--allow-empty', '-m', 'More');

  test.each<[string, () => Promise<unknown>]>([
    ['whose other copy has the same HEAD', () => Promise.resolve()],
    [
      'whose other copies have later commits',
      () => {
        commit('code/template');
        commit('code/two');
        return Promise.resolve();
      },
    ],
    [
      'whose other copies have later commits and no reflog',
      async () => {
        for (const path of ['code/template', 'code/two']) {
          commit(path);
          await remove(`${path}/.git/logs`);
        }
      },
    ],
    [
      'whose other copies have later commits in packs and no reflog',
      async () => {
        for (const path of ['code/template', 'code/two']) {
          commit(path);
          await remove(`${path}/.git/logs`);
          git(at(path), 'gc', '-q');
        }
      },
    ],
  ])(
    'a copy of a template %s, when a sibling is removed at the same time',
    async (_name, change) => {
      await workspace.gitRepository('code/template', { 'a.ts': 'x' });
      await copy('one');
      await copy('two');
      await cp(at('code/template'), at('spare'), { recursive: true });
      await run();
      await remove('code/one');
      await change();
      await cp(at('spare'), at('code/three'), { recursive: true });
      expect(await run()).toMatchObject({
        ...{ one: 'code/one missing', three: 'code/three ok' },
      });
    },
  );

  test('each of two copies of a template that is removed in the same run, whatever their names', async () => {
    await workspace.gitRepository('code/template', { 'a.ts': 'x' });
    await workspace.gitRepository('code/other', {});
    await run();
    await mkdir(at('code/in'));
    await copy('in/template');
    await copy('two');
    await remove('code/template');
    expect(await run()).toMatchObject({
      ...{ template: 'code/template missing', 'in-template': 'code/in/template ok' },
      two: 'code/two ok',
    });
  });

  test('a copy of a template that was excluded and has the same HEAD as a removed sibling', async () => {
    await workspace.gitRepository('code/template', { 'a.ts': 'x' });
    await copy('one');
    await workspace.gitRepository('code/other', {});
    await run();
    const options = { roots: ['code'], exclude: ['template'] };
    await run(options);
    await remove('code/one');
    await copy('three');
    expect(await run(options)).toMatchObject({
      ...{ template: 'code/template not-observed', one: 'code/one missing' },
      three: 'code/three ok',
    });
  });

  test('a second clone and a copy of an existing project', async () => {
    await clone('code/alpha', 'tool');
    await run();
    await clone('code/second', 'tool');
    await cp(at('code/alpha'), at('code/third'), { recursive: true });
    expect(await run()).toEqual({
      alpha: 'code/alpha ok',
      second: 'code/second ok',
      third: 'code/third ok',
    });
  });

  test('a package at the former path of a moved package', async () => {
    await workspace.write('code/alpha/go.mod', '');
    await run();
    await move('code/alpha', 'code/beta');
    await workspace.write('code/alpha/go.mod', '');
    expect(await run()).toEqual({ alpha: 'code/beta ok', 'code-alpha': 'code/alpha ok' });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['with another history', () => workspace.gitRepository('code/alpha', { 'other.ts': 'y' })],
    ['with another remote', () => clone('code/alpha', 'other')],
    ['that is a package', () => workspace.write('code/alpha/go.mod', '')],
  ])('a new directory %s at the path of a deleted project', async (_name, create) => {
    await clone('code/alpha', 'tool');
    await workspace.gitRepository('code/beta', {});
    await run();
    await remove('code/alpha');
    await create();
    expect(await run()).toEqual({
      alpha: 'code/alpha missing',
      beta: 'code/beta ok',
      'code-alpha': 'code/alpha ok',
    });
    const before = last?.snapshot.projects;
    await run();
    expect(last?.snapshot.projects).toEqual(before);
  });

  test('a clone that matches two deleted projects', async () => {
    await clone('code/alpha', 'tool');
    await clone('code/beta', 'tool');
    for (const name of ['c', 'd', 'e']) await workspace.gitRepository(`code/${name}`, {});
    await run();
    await remove('code/alpha');
    await remove('code/beta');
    await clone('code/gamma', 'tool');
    expect(await run()).toMatchObject({
      alpha: 'code/alpha missing',
      beta: 'code/beta missing',
      gamma: 'code/gamma ok',
    });
  });

  test('a clone that matches two deleted projects of the same name', async () => {
    await clone('code/x/tool', 'tool');
    await clone('code/y/tool', 'tool');
    for (const name of ['c', 'd', 'e']) await workspace.gitRepository(`code/${name}`, {});
    const ids = Object.keys(await run());
    await remove('code/x/tool');
    await remove('code/y/tool');
    await clone('code/z/tool', 'tool');
    const now = Object.entries(await run());
    const [another, ...more] = now.filter(([, path]) => path === 'code/z/tool ok');
    expect(more).toEqual([]);
    expect(ids).not.toContain(another?.[0]);
    expect(now.filter(([, path]) => String(path).endsWith('missing'))).toHaveLength(2);
  });

  test('both of two clones of a deleted project unless one has its name', async () => {
    await clone('code/alpha', 'tool');
    for (const name of ['c', 'd', 'e']) await workspace.gitRepository(`code/${name}`, {});
    await run();
    await remove('code/alpha');
    await clone('code/beta', 'tool');
    await clone('code/gamma', 'tool');
    const both = { beta: 'code/beta ok', gamma: 'code/gamma ok' };
    expect(await run()).toMatchObject({ alpha: 'code/alpha missing', ...both });
    await clone('code/delta', 'tool');
    await clone('code/tools/alpha', 'tool');
    expect(await run()).toMatchObject({
      ...{ alpha: 'code/tools/alpha ok', delta: 'code/delta ok' },
      ...both,
    });
  });

  test('a linked work tree that replaces another one', async () => {
    const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
    alpha.git('remote', 'add', 'origin', 'https://example.com/me/alpha');
    alpha.git('worktree', 'add', '-q', at('code/one'));
    await run();
    alpha.git('worktree', 'remove', at('code/one'));
    alpha.git('worktree', 'add', '-q', at('code/two'));
    expect(await run()).toEqual({
      alpha: 'code/alpha ok',
      one: 'code/one missing',
      two: 'code/two ok',
    });
  });
});

test('a clone gets a new id when the original is on an unreachable root', async () => {
  await clone('code/alpha', 'tool');
  await mkdir(at('other'));
  const options = { roots: ['code', 'other'] };
  await run(options);
  await rename(at('code'), at('away'));
  await clone('other/tool', 'tool');
  expect(await run(options)).toEqual({
    alpha: 'code/alpha not-observed',
    tool: 'other/tool ok',
  });
});
