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
/** What lies where after a run, as `id state` by path below the workspace. */
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

/** A repository of its own with a remote of the given name. */
async function cloned(path: string, remote: string): Promise<void> {
  const repository = await workspace.gitRepository(path, { [`${remote}.ts`]: remote });
  repository.git('remote', 'add', 'origin', `git@example.com:me/${remote}.git`);
}

describe('the same project, by its id, is', () => {
  test.each(['git', 'package'])('a %s that was moved or renamed, and back', async (kind) => {
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

  test('one that has swapped its name with another', async () => {
    await workspace.gitRepository('code/alpha', {});
    await workspace.write('code/beta/go.mod', '');
    await run();
    await move('code/alpha', 'code/x');
    await move('code/beta', 'code/alpha');
    await move('code/x', 'code/beta');
    expect(await run()).toEqual({ alpha: 'code/beta ok', beta: 'code/alpha ok' });
  });

  test('one that was moved to another root while its first one is away', async () => {
    await workspace.gitRepository('code/alpha', {});
    await workspace.gitRepository('code/beta', {});
    await mkdir(at('other'));
    const options = { roots: ['code', 'other'] };
    await run(options);
    await move('code/alpha', 'other/alpha');
    await rename(at('code'), at('away'));
    expect(await run(options)).toEqual({ alpha: 'other/alpha ok', beta: 'code/beta ok' });
    await rename(at('away'), at('code'));
    expect(await run(options)).toEqual({ alpha: 'other/alpha ok', beta: 'code/beta ok' });
  });

  test('one that was cloned again, in its place or elsewhere', async () => {
    await cloned('code/alpha', 'tool');
    await workspace.gitRepository('code/other', {});
    await run();
    await remove('code/alpha');
    await cloned('code/alpha', 'tool');
    expect(await run()).toEqual({ alpha: 'code/alpha ok', other: 'code/other ok' });
    await remove('code/alpha');
    await run();
    expect(entry('alpha')?.state).toBe('missing');
    await cloned('code/tools/tool', 'tool');
    expect(await run()).toEqual({ alpha: 'code/tools/tool ok', other: 'code/other ok' });
    expect(entry('alpha')).toMatchObject({ missingSince: null, lastSeen: null });
  });

  test('a copy that has gone on, when the original is gone', async () => {
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

describe('another project is', () => {
  test('a second clone, and a copy of what is still there', async () => {
    await cloned('code/alpha', 'tool');
    await run();
    await cloned('code/second', 'tool');
    await cp(at('code/alpha'), at('code/third'), { recursive: true });
    expect(await run()).toEqual({
      alpha: 'code/alpha ok',
      second: 'code/second ok',
      third: 'code/third ok',
    });
  });

  test('what took the place of one that was moved', async () => {
    await workspace.write('code/alpha/go.mod', '');
    await run();
    await move('code/alpha', 'code/beta');
    await workspace.write('code/alpha/go.mod', '');
    expect(await run()).toEqual({ alpha: 'code/beta ok', 'code-alpha': 'code/alpha ok' });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['of another history', () => workspace.gitRepository('code/alpha', { 'other.ts': 'y' })],
    ['of another remote', () => cloned('code/alpha', 'other')],
    ['that is no repository', () => workspace.write('code/alpha/go.mod', '')],
  ])('a new folder of the old name %s', async (_name, create) => {
    await cloned('code/alpha', 'tool');
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

  test('a clone of two that are gone: none of them can be told', async () => {
    await cloned('code/alpha', 'tool');
    await cloned('code/beta', 'tool');
    for (const name of ['c', 'd', 'e']) await workspace.gitRepository(`code/${name}`, {});
    await run();
    await remove('code/alpha');
    await remove('code/beta');
    await cloned('code/gamma', 'tool');
    expect(await run()).toMatchObject({
      alpha: 'code/alpha missing',
      beta: 'code/beta missing',
      gamma: 'code/gamma ok',
    });
  });

  test('a clone of two of its own name that are gone', async () => {
    await cloned('code/x/tool', 'tool');
    await cloned('code/y/tool', 'tool');
    for (const name of ['c', 'd', 'e']) await workspace.gitRepository(`code/${name}`, {});
    const ids = Object.keys(await run());
    await remove('code/x/tool');
    await remove('code/y/tool');
    await cloned('code/z/tool', 'tool');
    const now = Object.entries(await run());
    const [another, ...more] = now.filter(([, place]) => place === 'code/z/tool ok');
    expect(more).toEqual([]);
    expect(ids).not.toContain(another?.[0]);
    expect(now.filter(([, place]) => String(place).endsWith('missing'))).toHaveLength(2);
  });

  test('each of two new clones of one that is gone, unless one has its name', async () => {
    await cloned('code/alpha', 'tool');
    for (const name of ['c', 'd', 'e']) await workspace.gitRepository(`code/${name}`, {});
    await run();
    await remove('code/alpha');
    await cloned('code/beta', 'tool');
    await cloned('code/gamma', 'tool');
    const both = { beta: 'code/beta ok', gamma: 'code/gamma ok' };
    expect(await run()).toMatchObject({ alpha: 'code/alpha missing', ...both });
    await cloned('code/delta', 'tool');
    await cloned('code/tools/alpha', 'tool');
    expect(await run()).toMatchObject({
      ...{ alpha: 'code/tools/alpha ok', delta: 'code/delta ok' },
      ...both,
    });
  });

  test('a linked work tree in place of a sibling', async () => {
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

test('the only project of a root that is away is no candidate for a clone elsewhere', async () => {
  await cloned('code/alpha', 'tool');
  await mkdir(at('other'));
  const options = { roots: ['code', 'other'] };
  await run(options);
  await rename(at('code'), at('away'));
  await cloned('other/tool', 'tool');
  expect(await run(options)).toEqual({ alpha: 'code/alpha ok', tool: 'other/tool ok' });
});
