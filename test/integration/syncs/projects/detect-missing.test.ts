import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Project, ProjectRoot } from '../../../../src/schema/projects.ts';
import { judgeAbsent, type Absent } from '../../../../src/syncs/projects/detect-missing.ts';
import { projectEntry } from './project-entry.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';

const missingSince = '2026-11-23T08:45:00.000Z';
const lastSeen = '2026-11-23T08:30:00.000Z';

function judge(options: {
  readonly known: readonly Project[];
  readonly roots: readonly ProjectRoot[];
  readonly found?: readonly string[];
  readonly heldBefore?: Iterable<string>;
}): Promise<Absent> {
  return judgeAbsent({
    known: options.known,
    found: new Map(options.found?.map((id) => [`/elsewhere/${id}`, id])),
    roots: options.roots,
    heldBefore: new Set(options.heldBefore),
    missingSince,
    lastSeen,
    signal: new AbortController().signal,
  });
}

const rootAt = (path: string, state: ProjectRoot['state'] = 'ok'): ProjectRoot => ({
  path,
  state,
  projects: 0,
});
const statesOf = ({ projects }: Absent): object =>
  Object.fromEntries(projects.map(({ id, state }) => [id, state]));

test('what is gone from a root that was read whole is missing, with its last facts', async () => {
  await using workspace = await temporaryWorkspace();
  const gone = projectEntry('a', join(workspace.root, 'code', 'a'), { description: 'Was here.' });
  const { projects, warnings } = await judge({
    known: [gone],
    roots: [rootAt(join(workspace.root, 'code'))],
  });
  expect(projects).toEqual([{ ...gone, state: 'missing', missingSince, lastSeen }]);
  expect(warnings).toEqual([]);
});

test.each(['unreachable', 'incomplete', 'empty'] as const)(
  'an %s root makes nothing missing',
  async (state) => {
    await using workspace = await temporaryWorkspace();
    const gone = projectEntry('a', join(workspace.root, 'code', 'a'));
    const { projects } = await judge({
      known: [gone],
      roots: [rootAt(join(workspace.root, 'code'), state)],
    });
    expect(projects).toEqual([gone]);
  },
);

test('the innermost root decides', async () => {
  await using workspace = await temporaryWorkspace();
  const disk = join(workspace.root, 'code', 'disk');
  const roots = [rootAt(join(workspace.root, 'code')), rootAt(disk, 'unreachable')];
  const known = [
    projectEntry('on-disk', join(disk, 'a')),
    projectEntry('beside', join(workspace.root, 'code', 'disk-two')),
  ];
  expect(statesOf(await judge({ known, roots }))).toEqual({ 'on-disk': 'ok', beside: 'missing' });
});

test('what no root covers any more, or what still exists, stays as it is', async () => {
  await using workspace = await temporaryWorkspace();
  const excluded = projectEntry('excluded', join(workspace.root, 'code', 'excluded'));
  await mkdir(excluded.path, { recursive: true });
  const elsewhere = projectEntry('elsewhere', join(workspace.root, 'old-root', 'a'));
  const { projects, warnings } = await judge({
    known: [excluded, elsewhere],
    roots: [rootAt(join(workspace.root, 'code'))],
  });
  expect(projects).toEqual([excluded, elsewhere]);
  expect(warnings).toEqual([]);
});

test('what was missing before keeps its dates', async () => {
  await using workspace = await temporaryWorkspace();
  const before = projectEntry('a', join(workspace.root, 'code', 'a'), {
    state: 'missing',
    missingSince: '2026-10-01T00:00:00.000Z',
    lastSeen: '2026-09-30T00:00:00.000Z',
  });
  const { projects } = await judge({
    known: [before],
    roots: [rootAt(join(workspace.root, 'code'))],
  });
  expect(projects).toEqual([before]);
});

test('most of a root gone at once is held back for one run, with a warning', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  const known = ['a', 'b', 'c', 'd', 'e'].map((id) => projectEntry(id, join(root, id)));
  const roots = [rootAt(root)];
  const first = await judge({ known, roots, found: ['d', 'e'] });
  expect(statesOf(first)).toEqual({ a: 'ok', b: 'ok', c: 'ok' });
  expect(first.warnings).toMatchObject([{ code: 'missing-held-back', subject: root }]);
  expect([...first.heldBack]).toEqual(['a', 'b', 'c']);

  const second = await judge({ known, roots, found: ['d', 'e'], heldBefore: first.heldBack });
  expect(statesOf(second)).toEqual({ a: 'missing', b: 'missing', c: 'missing' });
  expect(second.warnings).toEqual([]);
  expect(second.heldBack.size).toBe(0);
});

test.each([
  ['half of a root', ['a', 'b', 'c'], ['d', 'e', 'f']],
  ['two projects', ['a', 'b'], ['c']],
])('%s gone at once is believed', async (_name, gone, found) => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  const known = [...gone, ...found].map((id) => projectEntry(id, join(root, id)));
  const { projects, heldBack } = await judge({ known, roots: [rootAt(root)], found });
  expect(projects.map(({ state }) => state)).toEqual(gone.map(() => 'missing'));
  expect(heldBack.size).toBe(0);
});

test('projects that were missing before do not count for holding back', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  const long = ['x', 'y', 'z', 'w'].map((id) =>
    projectEntry(id, join(root, id), { state: 'missing' }),
  );
  const known = [...long, ...['a', 'b', 'c'].map((id) => projectEntry(id, join(root, id)))];
  const { heldBack } = await judge({ known, roots: [rootAt(root)] });
  expect([...heldBack]).toEqual(['a', 'b', 'c']);
});
