import { describe, expect, test } from 'vitest';
import { encodeCache } from '../../../../src/util/cache.ts';
import { projects } from '../../../../src/syncs/projects/index.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';
import { after, contextOf, only } from './collect-context.ts';

describe('projects sync with the cache of an earlier run', () => {
  test('returns the same snapshot and no new cache when nothing has changed', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.ts': 'x', LICENSE: 'x' });
    await workspace.write('code/beta/package.json', '{"description":"Packs."}');
    const first = await projects.collect(await contextOf(workspace));
    const second = await projects.collect(await contextOf(workspace, after(first)));
    const { updatedAt } = second.snapshot;
    expect(second.snapshot).toEqual({ ...first.snapshot, updatedAt });
    expect(second.counts).toEqual({ updated: 2, added: 0 });
    expect(second.cache).toBeUndefined();
  });

  test('does not list tracked files again', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
    const first = await projects.collect(await contextOf(workspace));
    const context = await contextOf(workspace, after(first));
    const never = (): never => {
      throw new Error('unexpected call');
    };
    const repositories = {
      ...context.repositories,
      trackedFiles: never,
      files: never,
    };
    const second = await projects.collect({ ...context, repositories });
    expect(second.snapshot.projects).toEqual(first.snapshot.projects);
  });

  test('returns the same snapshot whichever bit of the cache is flipped', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/beta/package.json', '{"description":"Packs."}');
    const first = await projects.collect(await contextOf(workspace));
    const intact = Buffer.from(first.cache ?? []);
    for (let at = 0; at < intact.length; at += 1) {
      const cache = Buffer.from(intact);
      cache.writeUInt8(intact.readUInt8(at) ^ (1 << (at % 8)), at);
      const second = await projects.collect(await contextOf(workspace, { ...after(first), cache }));
      expect(second.snapshot.projects).toEqual(first.snapshot.projects);
    }
  });

  test('collects a new commit, a new file and a new manifest', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
    const first = await projects.collect(await contextOf(workspace));
    await alpha.write('Cargo.toml', '[package]\ndescription = "Runs."\n');
    await alpha.write('main.rs', 'fn main() {}');
    alpha.git('add', '-A');
    alpha.git('commit', '-q', '-m', 'Second commit');
    const second = await projects.collect(await contextOf(workspace, after(first)));
    expect(only(second)).toMatchObject({
      description: 'Runs.',
      stack: { languages: { Rust: 12, TypeScript: 1 }, packageManager: 'cargo' },
      counts: { files: 3, commits: 2 },
      git: { lastCommit: { subject: 'Second commit' } },
      firstSeen: '2026-11-23T08:45:00.000Z',
    });
  });

  test.each([
    ['lost', null],
    ['broken', Buffer.from('{')],
    [
      'of another shape',
      encodeCache({ name: 'projects', schemaVersion: 1 }, '{"projects":{"alpha":{"commits":7}}}'),
    ],
  ])('returns the same snapshot when the cache is %s', async (_name, cache) => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.ts': 'x' });
    const first = await projects.collect(await contextOf(workspace));
    const context = await contextOf(workspace, { ...after(first), cache });
    const second = await projects.collect(context);
    expect(second.snapshot.projects).toEqual(first.snapshot.projects);
    expect(second.cache).toEqual(first.cache);
  });

  test('keeps the fields owned by the user', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', {});
    const first = await projects.collect(await contextOf(workspace));
    const own = { client: 'ACME', status: ['odd'], progress: 40, tags: ['a'], notes: 'Mine.' };
    const { previous, ...rest } = after(first);
    const entries = (previous?.projects ?? []).map((project) => ({ ...project, ...own }));
    const edited = previous ? { ...previous, projects: entries } : null;
    const context = await contextOf(workspace, { ...rest, previous: edited });
    expect(only(await projects.collect(context))).toMatchObject(own);
  });
});
