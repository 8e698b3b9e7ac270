import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Project, ProjectRoot } from '../../../src/schema/projects.ts';
import { detectMissing } from '../../../src/discovery/detect-missing.ts';
import { projectEntry } from '../syncs/projects/project-entry.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

function detect(options: {
  readonly known: readonly Project[];
  readonly roots: readonly ProjectRoot[];
  readonly found?: readonly string[];
  readonly previousGracePeriod?: Iterable<string>;
}): ReturnType<typeof detectMissing> {
  return detectMissing({
    known: options.known,
    found: new Map(options.found?.map((id) => [`/elsewhere/${id}`, id])),
    roots: options.roots,
    previousGracePeriod: new Set(options.previousGracePeriod),
    signal: new AbortController().signal,
  });
}

const rootAt = (path: string, state: ProjectRoot['state'] = 'ok'): ProjectRoot => ({
  path,
  state,
  projects: 0,
});

test('detectMissing returns a project as missing when it is gone from a completely read root', async () => {
  await using workspace = await temporaryWorkspace();
  const gone = projectEntry('a', join(workspace.root, 'code', 'a'));
  const { missing, warnings } = await detect({
    known: [gone],
    roots: [rootAt(join(workspace.root, 'code'))],
  });
  expect([...missing]).toEqual(['a']);
  expect(warnings).toEqual([]);
});

test.each(['unreachable', 'incomplete', 'empty'] as const)(
  'detectMissing marks nothing missing under an %s root',
  async (state) => {
    await using workspace = await temporaryWorkspace();
    const gone = projectEntry('a', join(workspace.root, 'code', 'a'));
    const { missing } = await detect({
      known: [gone],
      roots: [rootAt(join(workspace.root, 'code'), state)],
    });
    expect([...missing]).toEqual([]);
  },
);

test('detectMissing applies the state of the innermost root', async () => {
  await using workspace = await temporaryWorkspace();
  const disk = join(workspace.root, 'code', 'disk');
  const roots = [rootAt(join(workspace.root, 'code')), rootAt(disk, 'unreachable')];
  const known = [
    projectEntry('on-disk', join(disk, 'a')),
    projectEntry('beside', join(workspace.root, 'code', 'disk-two')),
  ];
  expect([...(await detect({ known, roots })).missing]).toEqual(['beside']);
});

test('detectMissing warns once about projects that no root contains or whose directory still exists', async () => {
  await using workspace = await temporaryWorkspace();
  const excluded = projectEntry('excluded', join(workspace.root, 'code', 'excluded'));
  await mkdir(excluded.path, { recursive: true });
  const elsewhere = projectEntry('elsewhere', join(workspace.root, 'old-root', 'a'));
  const { missing, unreadable, warnings } = await detect({
    known: [excluded, elsewhere],
    roots: [rootAt(join(workspace.root, 'code'))],
  });
  expect([...missing, ...unreadable]).toEqual([]);
  expect(warnings).toMatchObject([
    { code: 'project-not-observed', subject: 'elsewhere' },
    { code: 'project-not-observed', subject: 'excluded' },
  ]);
  const later = await detect({
    known: [excluded, elsewhere].map((one) => ({ ...one, state: 'not-observed' })),
    roots: [rootAt(join(workspace.root, 'code'))],
  });
  expect([...later.missing, ...later.unreadable, ...later.warnings]).toEqual([]);
});

test('detectMissing returns a project as missing when it was missing already, whatever the state of its root', async () => {
  await using workspace = await temporaryWorkspace();
  const before = projectEntry('a', join(workspace.root, 'code', 'a'), {
    state: 'missing',
  });
  const { missing } = await detect({
    known: [before],
    roots: [rootAt(join(workspace.root, 'code'), 'unreachable')],
  });
  expect([...missing]).toEqual(['a']);
});

test('detectMissing delays marking projects for one run and warns when most of a root is gone at once', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  const known = ['a', 'b', 'c', 'd', 'e'].map((id) => projectEntry(id, join(root, id)));
  const roots = [rootAt(root)];
  const first = await detect({ known, roots, found: ['d', 'e'] });
  expect([...first.missing]).toEqual([]);
  expect(first.warnings).toMatchObject([{ code: 'missing-held-back', subject: root }]);
  expect([...first.inGracePeriod]).toEqual(['a', 'b', 'c']);

  const second = await detect({
    known,
    roots,
    found: ['d', 'e'],
    previousGracePeriod: first.inGracePeriod,
  });
  expect([...second.missing]).toEqual(['a', 'b', 'c']);
  expect(second.warnings).toEqual([]);
  expect(second.inGracePeriod.size).toBe(0);
});

test.each([
  ['only half of a root', ['a', 'b', 'c'], ['d', 'e', 'f']],
  ['a group of only two projects', ['a', 'b'], ['c']],
])(
  'detectMissing marks projects missing immediately when %s is gone at once',
  async (_name, gone, found) => {
    await using workspace = await temporaryWorkspace();
    const root = join(workspace.root, 'code');
    const known = [...gone, ...found].map((id) => projectEntry(id, join(root, id)));
    const { missing, inGracePeriod } = await detect({ known, roots: [rootAt(root)], found });
    expect([...missing]).toEqual(gone);
    expect(inGracePeriod.size).toBe(0);
  },
);

test('detectMissing ignores projects that were already missing when it decides about the grace period', async () => {
  await using workspace = await temporaryWorkspace();
  const root = join(workspace.root, 'code');
  const long = ['x', 'y', 'z', 'w'].map((id) =>
    projectEntry(id, join(root, id), { state: 'missing' }),
  );
  const known = [...long, ...['a', 'b', 'c'].map((id) => projectEntry(id, join(root, id)))];
  const { inGracePeriod } = await detect({ known, roots: [rootAt(root)] });
  expect([...inGracePeriod]).toEqual(['a', 'b', 'c']);
});
