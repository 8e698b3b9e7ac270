import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Project } from '../../../../src/schema/projects.ts';
import { projects } from '../../../../src/syncs/projects/index.ts';
import type { Collected } from '../../../../src/syncs/sync.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../../helpers/workspace.ts';
import { after, contextOf } from './collect-context.ts';

const none = { projects: 0, missing: 0, notObserved: 0, dirty: 0 };
const notObserved = {
  state: 'not-observed',
  notObservedSince: '2026-11-23T09:00:00.000Z',
  lastSeen: '2026-11-23T08:45:10.000Z',
} as const;
const statesOf = ({ snapshot }: Collected<'projects'>): object =>
  Object.fromEntries(snapshot.projects.map(({ id, state }) => [id, state]));
const entryOf = ({ snapshot }: Collected<'projects'>, id: string): Project | undefined =>
  snapshot.projects.find((project) => project.id === id);

/** Creates the given packages and one repository `repository` with a change. */
async function fill(workspace: TemporaryWorkspace, packages: readonly string[]): Promise<void> {
  const repository = await workspace.gitRepository('code/repository', { 'a.ts': 'x' });
  await repository.write('dirty.ts', '');
  for (const name of packages) await workspace.write(`code/${name}/go.mod`, '');
}

describe('projects sync with a vanished project', () => {
  test('marks it missing since the run that noticed and restores it when it is back', async () => {
    await using workspace = await temporaryWorkspace();
    await fill(workspace, ['zeta']);
    const first = await projects.collect(await contextOf(workspace));
    const home = join(workspace.root, 'code', 'repository');
    const away = join(workspace.root, 'away');
    await rename(home, away);
    const second = await projects.collect(await contextOf(workspace, after(first)));
    expect(second.snapshot.projects).toEqual([
      {
        ...entryOf(first, 'repository'),
        state: 'missing',
        missingSince: '2026-11-23T09:00:00.000Z',
        lastSeen: '2026-11-23T08:45:10.000Z',
      },
      entryOf(first, 'zeta'),
    ]);
    expect(first.snapshot.summary).toEqual({ ...none, projects: 2, dirty: 1 });
    expect(second.snapshot.summary).toEqual({ ...none, projects: 1, missing: 1 });
    expect(second.counts).toEqual({ updated: 1, added: 0 });
    expect(second.cache).toBeUndefined();

    const later = await contextOf(workspace, { ...after(second), startedAt: new Date() });
    expect((await projects.collect(later)).snapshot.projects).toEqual(second.snapshot.projects);

    await rename(away, home);
    const third = await projects.collect(await contextOf(workspace, after(second)));
    expect(third.snapshot.projects).toEqual(first.snapshot.projects);
  });

  test('takes lastSeen from the previous snapshot when no successful run is recorded', async () => {
    await using workspace = await temporaryWorkspace();
    await fill(workspace, ['a']);
    const first = await projects.collect(await contextOf(workspace));
    await rm(join(workspace.root, 'code', 'a'), { recursive: true });
    const changes = { ...after(first), lastSuccess: null };
    const second = await projects.collect(await contextOf(workspace, changes));
    expect(entryOf(second, 'a')?.lastSeen).toBe('2026-11-23T08:45:00.000Z');
  });

  test('delays marking it missing by one run when most of its root vanished too', async () => {
    await using workspace = await temporaryWorkspace();
    await fill(workspace, ['a', 'b', 'c']);
    const first = await projects.collect(await contextOf(workspace));
    for (const name of ['a', 'b', 'c']) {
      await rm(join(workspace.root, 'code', name), { recursive: true });
    }
    const context = await contextOf(workspace, after(first));
    const second = await projects.collect(context);
    expect(second.snapshot.projects).toEqual(
      first.snapshot.projects.map((one) =>
        one.id === 'repository' ? one : { ...one, ...notObserved },
      ),
    );
    expect(context.warnings.map(({ code }) => code)).toEqual(['missing-held-back']);
    const { inGracePeriod } = await context.discover();
    const third = await projects.collect(await contextOf(workspace, after(second), inGracePeriod));
    expect(third.snapshot.summary).toEqual({ ...none, projects: 1, missing: 3, dirty: 1 });
  });
});

describe('projects sync marks nothing missing and warns once when', () => {
  test.each<[string, string, (code: string) => Promise<void>]>([
    ['the root is gone', 'root-unreachable', (code) => rm(code, { recursive: true })],
    [
      'the root is a dangling link',
      'root-unreachable',
      async (code) => {
        await rename(code, `${code}-away`);
        await symlink('nowhere', code);
      },
    ],
    [
      'the root is suddenly empty',
      'root-empty',
      async (code) => {
        await rename(code, `${code}-away`);
        await mkdir(code);
      },
    ],
  ])('%s', async (_name, code, disaster) => {
    await using workspace = await temporaryWorkspace();
    await fill(workspace, ['a']);
    const first = await projects.collect(await contextOf(workspace));
    await disaster(join(workspace.root, 'code'));
    const context = await contextOf(workspace, after(first));
    const second = await projects.collect(context);
    expect(second.snapshot.projects).toEqual(
      first.snapshot.projects.map((one) => ({ ...one, ...notObserved })),
    );
    expect(second.snapshot.summary).toEqual({ ...none, notObserved: 2 });
    expect(second.counts).toEqual({ updated: 0, added: 0 });
    expect(context.warnings.map((warning) => warning.code)).toEqual([code]);
    expect(context.warnings[0]?.message).toContain('nothing under');
  });
});

test('projects sync keeps the facts of a project that is excluded later and warns once that it is not observed', async () => {
  await using workspace = await temporaryWorkspace();
  await fill(workspace, ['a']);
  const first = await projects.collect(await contextOf(workspace));
  const options = { roots: ['code'], exclude: ['a'] };
  const context = await contextOf(workspace, { ...after(first), options });
  const second = await projects.collect(context);
  expect(statesOf(second)).toEqual({ a: 'not-observed', repository: 'ok' });
  expect(entryOf(second, 'a')).toEqual({ ...entryOf(first, 'a'), ...notObserved });
  expect(context.warnings).toMatchObject([{ code: 'project-not-observed', subject: 'a' }]);
  const later = await contextOf(workspace, {
    ...after(second),
    startedAt: new Date('2026-11-23T10:00:00.000Z'),
    options,
  });
  expect((await projects.collect(later)).snapshot.projects).toEqual(second.snapshot.projects);
  expect(later.warnings).toEqual([]);
});

test('projects sync does not warn about a root that never contained a project', async () => {
  await using workspace = await temporaryWorkspace();
  const context = await contextOf(workspace);
  expect((await projects.collect(context)).snapshot.roots).toMatchObject([{ state: 'empty' }]);
  expect(context.warnings).toEqual([]);
});
