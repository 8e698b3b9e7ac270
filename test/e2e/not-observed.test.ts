import { mkdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

type Entry = Readonly<Record<string, unknown>>;
interface Snapshot {
  readonly summary: Entry;
  readonly projects: readonly Entry[];
}

let workspace: TemporaryWorkspace;
beforeEach(async () => {
  workspace = await temporaryWorkspace();
  return () => workspace[Symbol.asyncDispose]();
});

const at = (path: string): string => join(workspace.root, path);
const cli = async (...args: string[]): Promise<string> =>
  (await runCli([...args, '--workspace', workspace.root])).stdout;

/** Runs the syncs and returns the warnings of the run. */
async function run(only = 'projects,quality'): Promise<readonly string[]> {
  const { stderr, exitCode } = await runCli(['run', '--only', only, '--workspace', workspace.root]);
  expect(exitCode).toBe(0);
  return stderr.split('\n').filter((line) => line !== '');
}

const configure = (projects: object): Promise<void> =>
  workspace.write('data/config/sync.json', JSON.stringify({ projects }));
const textOf = (name: 'projects' | 'quality'): Promise<string> =>
  readFile(workspace.paths.snapshot(name), 'utf8');
const read = async (name: 'projects' | 'quality'): Promise<Snapshot> =>
  JSON.parse(await textOf(name)) as Snapshot;
const entryOf = async (name: 'projects' | 'quality', id: string): Promise<Entry | undefined> =>
  (await read(name)).projects.find((one) => one['id'] === id);
const statesOf = async (): Promise<object> =>
  Object.fromEntries(
    (await read('projects')).projects.map(({ id, state }) => [String(id), String(state)]),
  );

/** Creates a repository with a TODO and an untracked file. */
async function project(path: string): Promise<void> {
  await workspace.gitRepository(path, { 'a.ts': `// TODO: ${path}\n` });
  await workspace.write(`${path}/new.txt`, '');
}

const own = { client: 'ACME', notes: 'Mine.', mood: 7 };

/** Adds fields of the user to a project. */
async function annotate(id: string): Promise<void> {
  const snapshot = await read('projects');
  const projects = snapshot.projects.map((one) => (one['id'] === id ? { ...one, ...own } : one));
  await writeFile(workspace.paths.snapshot('projects'), JSON.stringify({ ...snapshot, projects }));
}

interface Change {
  readonly away: () => Promise<unknown>;
  readonly back: () => Promise<unknown>;
  /** Part of the only warning of the run after `away`. */
  readonly warning: string;
}

const changes: Readonly<Record<string, Change>> = {
  'its parent becomes a repository': {
    away: () => Promise.resolve(git(at('code/group'), 'init', '-q')),
    back: () => rm(at('code/group/.git'), { recursive: true }),
    warning: 'its directory exists',
  },
  'its parent becomes a package': {
    away: async () => {
      await workspace.write('code/group/a/go.mod', '');
      await rm(at('code/group/a/.git'), { recursive: true });
      await workspace.write('code/group/go.mod', '');
    },
    back: async () => {
      await rm(at('code/group/go.mod'));
    },
    warning: 'its directory exists',
  },
  'it is excluded': {
    away: () => configure({ roots: ['code'], exclude: ['group/*'] }),
    back: () => configure({ roots: ['code'] }),
    warning: 'its directory exists',
  },
  'it is not included': {
    away: () => configure({ roots: ['code'], include: ['k'] }),
    back: () => configure({ roots: ['code'], include: ['k', 'group/**'] }),
    warning: 'its directory exists',
  },
  'it is too deep': {
    away: () => configure({ roots: ['code'], maxDepth: 1 }),
    back: () => configure({ roots: ['code'], maxDepth: 2 }),
    warning: 'its directory exists',
  },
  'its root leaves the configuration': {
    away: async () => {
      await mkdir(at('other'));
      await rename(at('code/k'), at('other/k'));
      await configure({ roots: ['other'] });
    },
    back: () => configure({ roots: ['other', 'code/group'] }),
    warning: 'no root contains it',
  },
  'its root is unreachable': {
    away: async () => {
      await mkdir(at('other'));
      await rename(at('code/k'), at('other/k'));
      await rename(at('code'), at('unmounted'));
      await configure({ roots: ['code', 'other'] });
    },
    back: () => rename(at('unmounted'), at('code')),
    warning: 'nothing under it was marked missing',
  },
};

describe('a project is not-observed, and ok again with its id, fields and quality, when', () => {
  test.each(Object.entries(changes))('%s and this is undone', async (_name, change) => {
    const { away, back, warning } = change;
    await project('code/group/a');
    await project('code/k');
    await run();
    await annotate('a');
    await run();
    const before = await entryOf('projects', 'a');
    const qualityBefore = await entryOf('quality', 'a');
    expect(before).toMatchObject({ ...own, state: 'ok', lastSeen: null, notObservedSince: null });

    await away();
    const warnings = (await run()).filter((line) => line.startsWith('!'));
    expect(warnings).toEqual([expect.stringContaining(warning)]);
    const timestamp = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    const absence = { lastSeen: timestamp, notObservedSince: timestamp };
    const absent = await entryOf('projects', 'a');
    expect(absent).toEqual({ ...before, ...absence, state: 'not-observed' });
    expect(String(absent?.['lastSeen']) < String(absent?.['notObservedSince'])).toBe(true);
    expect(await entryOf('quality', 'a')).toEqual({ ...qualityBefore, ...absence });
    expect((await read('projects')).summary).toMatchObject({ missing: 0, notObserved: 1 });

    await back();
    await run();
    expect(await statesOf()).toMatchObject({ a: 'ok', k: 'ok' });
    expect(await entryOf('projects', 'a')).toMatchObject({
      ...{ ...own, missingSince: null, notObservedSince: null, lastSeen: null },
    });
    expect(await entryOf('quality', 'a')).toMatchObject({ lastSeen: null, notObservedSince: null });
  });
});

test('run writes the same files again and repeats no warning while a project is not observed', async () => {
  await project('code/a');
  await project('code/k');
  await run();
  await configure({ roots: ['code'], exclude: ['a'] });
  expect(await run()).toHaveLength(2);
  const before = [await textOf('projects'), await textOf('quality')];
  expect(await run()).toEqual([]);
  expect([await textOf('projects'), await textOf('quality')]).toEqual(before);
});

test('summaries, analytics, metrics and history exclude a project that is not observed', async () => {
  await workspace.write(
    'data/config/sync.json',
    JSON.stringify({ projects: { roots: ['code'] }, metrics: { textfile: at('m.prom') } }),
  );
  await project('code/a');
  await project('code/k');
  await run();
  expect((await read('projects')).summary).toEqual({
    ...{ projects: 2, missing: 0, notObserved: 0, dirty: 2 },
  });
  expect((await read('quality')).summary).toMatchObject({ projects: 2, todos: 2 });

  await workspace.write(
    'data/config/sync.json',
    JSON.stringify({
      projects: { roots: ['code'], exclude: ['a'] },
      metrics: { textfile: at('m.prom') },
    }),
  );
  await run();
  expect((await read('projects')).summary).toEqual({
    ...{ projects: 1, missing: 0, notObserved: 1, dirty: 1 },
  });
  expect((await read('quality')).summary).toMatchObject({ projects: 1, todos: 1 });
  const analytics = JSON.parse(await readFile(workspace.paths.analytics, 'utf8')) as {
    readonly trend: readonly Entry[];
    readonly projects: readonly Entry[];
  };
  expect(analytics.trend.at(-1)).toMatchObject({ projects: 1, todos: 1 });
  expect(analytics.projects.find(({ id }) => id === 'a')).toMatchObject({
    state: 'not-observed',
    activity: { dirty: null, lastCommit: null },
    quality: null,
    attention: [],
  });
  const metrics = await readFile(at('m.prom'), 'utf8');
  expect(metrics).toMatch(/^sync_runner_projects\{.*state="not-observed"\} 1$/m);
  expect(metrics).toMatch(/^sync_runner_projects\{.*state="ok"\} 1$/m);
  expect(metrics).toMatch(/^sync_runner_todos\S* 1$/m);
  expect(await cli('history', 'projects', '--json')).toContain('not-observed');
});

test('status, projects, export and report show that a project is not observed', async () => {
  await project('code/a');
  await project('code/k');
  await run();
  await configure({ roots: ['code'], exclude: ['a'] });
  await run();
  expect(await cli('status')).toContain('1 not observed by the last run, not counted');
  expect(await cli('status', '--all')).toMatch(/a .*not-observed/);
  expect(await cli('status', 'a')).toMatch(/state +not-observed since .*, last read /);
  expect(JSON.parse(await cli('status', '--json'))).toMatchObject({
    projects: { total: 1, notObserved: 1, attention: [], information: { 'no-remote': 1 } },
  });
  const records = (await cli('projects', '--plain')).split('\n').map((line) => line.split('\t'));
  expect(records.find(([id]) => id === 'a')?.slice(4, 7)).toEqual(['not-observed', '', '']);
  expect(JSON.parse(await cli('projects', '--json'))).toMatchObject({
    projects: [
      { id: 'a', state: 'not-observed', branch: null, dirty: null, todos: null },
      { id: 'k', state: 'ok', branch: 'main', dirty: true, todos: 1 },
    ],
  });
  expect(await cli('projects', '--dirty', '--plain')).not.toContain('not-observed');
  expect(await cli('projects', '--missing', '--plain')).toBe('');
  await cli('report', '--output', at('page.html'));
  const page = await readFile(at('page.html'), 'utf8');
  expect(page).toContain('not observed since');
  expect(page).toContain('1 not observed, not counted');
});

test('metrics and report have no quality of a project that was the only one and is not observed', async () => {
  await project('code/a');
  await workspace.write('more/b/go.mod', '');
  await configure({ roots: ['code'] });
  await run();
  await workspace.write(
    'data/config/sync.json',
    JSON.stringify({ projects: { roots: ['nothing'] }, metrics: { textfile: at('m.prom') } }),
  );
  await mkdir(at('nothing'));
  await run();
  expect(await statesOf()).toEqual({ a: 'not-observed' });
  expect((await read('quality')).summary).toMatchObject({ projects: 0, todos: null });
  expect(await readFile(at('m.prom'), 'utf8')).not.toMatch(/^sync_runner_todos\S* \d/m);
});

describe('a project that is not observed', () => {
  test('becomes missing when its root is read and its directory is gone, and keeps lastSeen', async () => {
    await project('code/a');
    await project('code/k');
    await run();
    await configure({ roots: ['code'], exclude: ['a'] });
    await run();
    const lastSeen = (await entryOf('projects', 'a'))?.['lastSeen'];
    await rm(at('code/a'), { recursive: true });
    await run();
    expect(await entryOf('projects', 'a')).toMatchObject({
      ...{ state: 'missing', lastSeen, notObservedSince: null },
    });
    expect(await entryOf('quality', 'a')).toMatchObject({
      ...{ missing: true, lastSeen, notObservedSince: null },
    });
  });

  test('keeps its id when its root is renamed on disk first and in the configuration later', async () => {
    await project('code/a');
    await run();
    await annotate('a');
    await rename(at('code'), at('src'));
    await run();
    expect(await statesOf()).toEqual({ a: 'not-observed' });
    await configure({ roots: ['src'] });
    await run();
    expect((await read('projects')).projects).toMatchObject([
      { ...own, id: 'a', state: 'ok', path: at('src/a'), previousPaths: [at('code/a')] },
    ]);
  });

  test('keeps its id and is not taken for a clone elsewhere while the link to its root dangles', async () => {
    await mkdir(at('disk'));
    await project('disk/a');
    git(at('disk/a'), 'remote', 'add', 'origin', 'https://example.com/x/a.git');
    await project('code/k');
    await symlink('disk', at('link'));
    await configure({ roots: ['code', 'link'] });
    await run();
    await rename(at('disk'), at('unmounted'));
    git(at('unmounted/a'), 'clone', '-q', '--bare', '.', at('code/clone.git'));
    git(at('code/clone.git'), 'remote', 'set-url', 'origin', 'https://example.com/x/a.git');
    await run();
    expect(await statesOf()).toMatchObject({ a: 'not-observed', 'clone.git': 'ok' });
    await rename(at('unmounted'), at('disk'));
    await run();
    expect(await statesOf()).toMatchObject({ a: 'ok', 'clone.git': 'ok' });
  });

  test('is one of the old target when the link of a root is changed, and is ok when it is changed back', async () => {
    await project('one/a');
    await project('two/b');
    await symlink('one', at('link'));
    await configure({ roots: ['link'] });
    await run();
    await unlink(at('link'));
    await symlink('two', at('link'));
    await run();
    expect(await statesOf()).toEqual({ a: 'not-observed', b: 'ok' });
    await unlink(at('link'));
    await symlink('one', at('link'));
    await run();
    expect(await statesOf()).toEqual({ a: 'ok', b: 'not-observed' });
  });

  test('is one of a nested root that leaves the configuration', async () => {
    await project('code/x/y/a');
    await project('code/k');
    await configure({ roots: ['code', 'code/x/y'], maxDepth: 1 });
    await run();
    await configure({ roots: ['code'], maxDepth: 1 });
    await run();
    expect(await statesOf()).toEqual({ a: 'not-observed', k: 'ok' });
  });

  test('is a nested one after includeNested is set to false', async () => {
    await project('code/a');
    await workspace.write('code/a/packages/web/package.json', '{}');
    await configure({ roots: ['code'], includeNested: true });
    await run();
    await configure({ roots: ['code'], includeNested: false });
    await run();
    expect(await statesOf()).toEqual({ a: 'ok', web: 'not-observed' });
    await configure({ roots: ['code'], includeNested: true });
    await run();
    expect(await statesOf()).toEqual({ a: 'ok', web: 'ok' });
  });

  test('is one whose directory stays and is no longer a project', async () => {
    await project('code/a');
    await project('code/k');
    await run();
    await rm(at('code/a/.git'), { recursive: true });
    await run();
    expect(await statesOf()).toEqual({ a: 'not-observed', k: 'ok' });
  });
});

test('a project that leaves the roots is missing, and ok with its id when it is back', async () => {
  await project('code/a');
  await project('code/k');
  await run();
  await annotate('a');
  await rename(at('code/a'), at('elsewhere'));
  await run();
  expect(await statesOf()).toEqual({ a: 'missing', k: 'ok' });
  await rename(at('elsewhere'), at('code/again'));
  await run();
  expect(await statesOf()).toEqual({ a: 'ok', k: 'ok' });
  expect(await entryOf('projects', 'a')).toMatchObject({ ...own, path: at('code/again') });
});

test('an unreadable project is not missing and not unobserved, and its last known facts are in no sum', async () => {
  await project('code/a');
  await project('code/k');
  await run();
  await writeFile(at('code/a/.git/HEAD'), 'nonsense\n');
  await run();
  const broken = await entryOf('projects', 'a');
  expect(broken).toMatchObject({
    ...{ missingSince: null, notObservedSince: null, git: { branch: 'main', dirty: true } },
  });
  expect(['unreadable', 'untrusted', 'error']).toContain(broken?.['state']);
  expect(broken?.['lastSeen']).toEqual(expect.any(String));
  expect(await entryOf('quality', 'a')).toMatchObject({
    ...{ missing: false, notObservedSince: null, lastSeen: expect.any(String) as string },
  });
  expect((await read('projects')).summary).toMatchObject({ projects: 2, dirty: 1 });
  expect((await read('quality')).summary).toMatchObject({ projects: 2, todos: 1 });
  const before = [await textOf('projects'), await textOf('quality')];
  await run();
  expect([await textOf('projects'), await textOf('quality')]).toEqual(before);
});

test('a project that was never readable has no lastSeen, also in the second run', async () => {
  await project('code/a');
  await writeFile(at('code/a/.git/HEAD'), 'nonsense\n');
  await run();
  expect((await entryOf('projects', 'a'))?.['lastSeen']).toBeNull();
  const before = [await textOf('projects'), await textOf('quality')];
  await run();
  expect([await textOf('projects'), await textOf('quality')]).toEqual(before);
});
