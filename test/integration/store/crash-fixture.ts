import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Project } from '../../../src/schema/projects.ts';
import { applyCommit, hasCommit } from '../../../src/store/commit.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Workspace } from '../../../src/config/workspace.ts';
import { withFileSystem, type Operation } from './file-system.ts';
import {
  entriesOf,
  identities,
  projectOf,
  readHistory,
  readJson,
  registryOf,
  runOutputOf,
  storeFixture,
  type StoreFixture,
} from './fixtures.ts';

/** In memory where that is possible: a sweep is some thousand forced writes. */
const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const first = [projectOf('a'), projectOf('b'), projectOf('c')];
export const second = [
  projectOf('a', { counts: { files: 2, commits: 2 } }),
  projectOf('b'),
  projectOf('d', { license: null }),
];

/** A whole run: the projects sync with its cache, then the status. */
export async function run(
  workspace: Workspace,
  stage: string,
  at: string,
  projects: readonly Project[],
): Promise<void> {
  const store = openStore(workspace);
  await store.readSnapshot('projects');
  const snapshot = registryOf(projects, at);
  const cache = Buffer.from(`cache of ${JSON.stringify(projects)}`);
  const entries = entriesOf(snapshot);
  await store.saveSync(stage, 'projects', { run: at, snapshot, entries, cache });
  await store.saveRun(stage, runOutputOf(at));
}

/** A workspace after a run and an edit of the user, with a torn last line in the history. */
export async function usedWorkspace(): Promise<StoreFixture> {
  const fixture = await storeFixture(folder);
  const { workspace, stage } = fixture;
  await run(workspace, stage, '2026-11-23T08:45:00.000Z', first);
  const path = workspace.snapshot('projects');
  const registry = (await readJson(path)) as { projects: object[] };
  registry.projects = registry.projects.map((one) => ({ ...one, notes: 'mine', colour: 'red' }));
  await writeFile(path, JSON.stringify({ mood: 'good', ...registry }));
  const month = join(workspace.historyDir('projects'), 'projects-2026-11.jsonl');
  await writeFile(month, '{"run":"2026-11-2', { flag: 'a' });
  return fixture;
}

/** What the next owner of the lock does: takes the stage over by a rename, finishes, empties it. */
export async function takeOver({ workspace, stage }: StoreFixture): Promise<string> {
  const taken = join(workspace.lock, 'own.2');
  await rename(dirname(stage), taken);
  const next = join(taken, 'stage');
  await applyCommit(next, workspace.data);
  expect(await hasCommit(next)).toBe(false);
  await rm(next, { recursive: true });
  await mkdir(next);
  return next;
}

/** What must be true of the files at any time, but while a commit is pending. */
export async function checkFiles(workspace: Workspace): Promise<'first' | 'second'> {
  const registry = (await readJson(workspace.snapshot('projects'))) as {
    mood: string;
    summary: object;
    projects: Project[];
  };
  expect(registry.mood).toBe('good');
  for (const one of registry.projects.filter(({ id }) => 'ab'.includes(id))) {
    expect(one).toMatchObject({ notes: 'mine', colour: 'red' });
  }
  const isSecond = registry.projects.some(({ id }) => id === 'd');
  const expected = registryOf(isSecond ? second : first);
  expect(registry.projects.map(({ id, counts }) => ({ id, counts }))).toEqual(
    expected.projects.map(({ id, counts }) => ({ id, counts })),
  );
  expect(registry.summary).toEqual(expected.summary);
  // History tells the same story as the snapshot.
  const latest = new Map((await completeLines(workspace)).map((line) => [line['key'], line]));
  for (const { key, files } of entriesOf(expected))
    expect(latest.get(key)).toMatchObject({ files });
  const cache = await readFile(workspace.cache('projects'), 'utf8');
  expect(cache).toBe(`cache of ${JSON.stringify(isSecond ? second : first)}`);
  await readJson(workspace.status);
  return isSecond ? 'second' : 'first';
}

/** All lines but the torn one. */
async function completeLines(workspace: Workspace): Promise<readonly Record<string, unknown>[]> {
  const folder = workspace.historyDir('projects');
  const text = await readFile(join(folder, 'projects-2026-11.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Every change of b, c, d and a is in the history exactly once, and the torn line is kept. */
export async function checkHistory(workspace: Workspace): Promise<void> {
  const lines = await readHistory(workspace, 'projects');
  expect(lines.map(({ key, files }) => `${String(key)} ${String(files)}`).toSorted()).toEqual([
    'a 1',
    'a 2',
    'b 1',
    'c 1',
    'd 1',
  ]);
  const runs = (await readHistory(workspace, 'runs')).map(({ run: id }) => id);
  expect(new Set(runs).size).toBe(runs.length);
  const names = await readdir(workspace.historyDir('projects'));
  const aside = names.filter((name) => name.includes('.corrupt-'));
  expect(aside).toHaveLength(1);
  expect(await readFile(join(workspace.historyDir('projects'), String(aside[0])), 'utf8')).toBe(
    '{"run":"2026-11-2',
  );
}

export async function finishCleanly({ workspace }: StoreFixture, stage: string): Promise<void> {
  await run(workspace, stage, '2026-11-23T09:15:00.000Z', second);
  expect(await checkFiles(workspace)).toBe('second');
  await checkHistory(workspace);
  const before = identities(workspace);
  await run(workspace, stage, '2026-11-23T09:30:00.000Z', second);
  const after = identities(workspace);
  for (const name of ['projects.json', 'history/projects/projects-2026-11.jsonl']) {
    expect(after[name]).toBe(before[name]);
  }
  expect(await readdir(stage)).toEqual([]);
}

/** Lets a second run meet `disturb` at every change that it makes, and then `check` what is left. */
export async function sweep(
  disturb: (operation: Operation, more: Disturbed) => void | Promise<void>,
  check: (fixture: StoreFixture, failure: unknown) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at += 1) {
    await using fixture = await usedWorkspace();
    let count = 0;
    let isBusy = false;
    const failure: unknown = await withFileSystem(
      async (operation, handle) => {
        if (isBusy || operation.name === 'open' || ++count < at) return;
        isBusy = true;
        try {
          await disturb(operation, { fixture, handle, isFirst: count === at });
        } finally {
          isBusy = false;
        }
      },
      () => run(fixture.workspace, fixture.stage, '2026-11-23T09:00:00.000Z', second),
    ).catch((error: unknown) => error);
    await check(fixture, failure);
    if (count < at) return at - 1;
  }
}

interface Disturbed {
  readonly fixture: StoreFixture;
  readonly handle: FileHandle | undefined;
  readonly isFirst: boolean;
}
