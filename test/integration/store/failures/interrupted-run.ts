import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Project } from '../../../../src/schema/projects.ts';
import { applyCommit, hasCommit } from '../../../../src/store/commit.ts';
import { openStore } from '../../../../src/store/store.ts';
import type { Workspace } from '../../../../src/config/workspace.ts';
import { withFileSystem, type Operation } from '../file-system.ts';
import {
  entriesOf,
  fileStats,
  projectOf,
  readHistory,
  readJson,
  registryOf,
  runOutputOf,
  storeFixture,
  type StoreFixture,
} from '../fixtures.ts';

/** In memory if possible: injecting a fault at every operation writes thousands of files. */
const parentDir = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const tornLine = '{"run":"2026-11-2';
const projects = {
  first: [projectOf('a'), projectOf('b'), projectOf('c')],
  second: [
    projectOf('a', { counts: { files: 2, commits: 2 } }),
    projectOf('b'),
    projectOf('d', { license: null }),
  ],
};

/** Runs the projects sync with its cache, then writes the status. */
export async function run(
  workspace: Workspace,
  stage: string,
  at: string,
  version: 'first' | 'second' = 'second',
): Promise<void> {
  const store = openStore(workspace);
  await store.readSnapshot('projects');
  const snapshot = registryOf(projects[version], at);
  const entries = entriesOf(snapshot);
  const cache = Buffer.from(version);
  await store.saveSync(stage, 'projects', { run: at, snapshot, entries, cache });
  await store.saveRun(stage, runOutputOf(at));
}

/** Creates a workspace with the first run, edits of the user, and a torn last line in the history. */
export async function usedWorkspace(): Promise<StoreFixture> {
  const fixture = await storeFixture(parentDir);
  const { workspace, stage } = fixture;
  await run(workspace, stage, '2026-11-23T08:45:00.000Z', 'first');
  const path = workspace.snapshot('projects');
  const registry = (await readJson(path)) as { projects: object[] };
  registry.projects = registry.projects.map((one) => ({ ...one, notes: 'mine', colour: 'red' }));
  await writeFile(path, JSON.stringify({ mood: 'good', ...registry }));
  const month = join(workspace.historyDir('projects'), 'projects-2026-11.jsonl');
  await writeFile(month, tornLine, { flag: 'a' });
  return fixture;
}

/** Does what the next owner of the lock does: renames the stage, finishes the commit and empties the stage. */
export async function takeOver({ workspace, stage }: StoreFixture): Promise<string> {
  const ownerDir = join(workspace.lock, 'own.2');
  await rename(dirname(stage), ownerDir);
  const newStage = join(ownerDir, 'stage');
  await applyCommit(newStage, workspace.data);
  if (hasCommit(newStage)) throw new Error('the commit was not finished');
  await rm(newStage, { recursive: true });
  await mkdir(newStage);
  return newStage;
}

/** The stored data of the projects sync; the same in every file. */
export interface StoredState {
  readonly mood: unknown;
  readonly summary: unknown;
  readonly projects: readonly object[];
  /** Number of files in the last history line of each project in the snapshot. */
  readonly latestFiles: Readonly<Record<string, unknown>>;
  readonly cache: string;
}

/** Returns the stored state. Throws if a file can't be parsed. */
export async function readState(workspace: Workspace): Promise<StoredState> {
  const registry = (await readJson(workspace.snapshot('projects'))) as {
    mood: unknown;
    summary: unknown;
    projects: readonly (Project & Record<string, unknown>)[];
  };
  await readJson(workspace.status);
  const latest = new Map(
    (await completeLines(workspace)).map(({ key, files }) => [key, files] as const),
  );
  return {
    mood: registry.mood,
    summary: registry.summary,
    projects: registry.projects.map(({ id, counts, notes, colour }) => ({
      id,
      counts,
      ...(id === 'a' || id === 'b' ? { notes, colour } : {}),
    })),
    latestFiles: Object.fromEntries(registry.projects.map(({ id }) => [id, latest.get(id)])),
    cache: await readFile(workspace.cache('projects'), 'utf8'),
  };
}

/** The stored state after the first and after the second run. */
export const states = { first: stateOf('first'), second: stateOf('second') };

function stateOf(version: 'first' | 'second'): StoredState {
  const registry = registryOf(projects[version]);
  return {
    mood: 'good',
    summary: registry.summary,
    projects: registry.projects.map(({ id, counts }) => ({
      id,
      counts,
      ...(id === 'a' || id === 'b' ? { notes: 'mine', colour: 'red' } : {}),
    })),
    latestFiles: Object.fromEntries(registry.projects.map(({ id, counts }) => [id, counts.files])),
    cache: version,
  };
}

/** Returns the lines of the month file except the torn one. */
async function completeLines(workspace: Workspace): Promise<readonly Record<string, unknown>[]> {
  const path = join(workspace.historyDir('projects'), 'projects-2026-11.jsonl');
  return (await readFile(path, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The history after both runs. */
export interface HistoryState {
  /** All lines as `key files`, sorted. */
  readonly lines: readonly string[];
  readonly repeatedRuns: readonly unknown[];
  /** The contents of the files to which torn lines were moved. */
  readonly torn: readonly string[];
}

export async function readHistoryState(workspace: Workspace): Promise<HistoryState> {
  const lines = await readHistory(workspace, 'projects');
  const runs = (await readHistory(workspace, 'runs')).map(({ run: id }) => id);
  const dir = workspace.historyDir('projects');
  const tornNames = (await readdir(dir)).filter((name) => name.includes('.corrupt-'));
  return {
    lines: lines.map(({ key, files }) => `${String(key)} ${String(files)}`).toSorted(),
    repeatedRuns: runs.filter((id, index) => runs.indexOf(id) !== index),
    torn: await Promise.all(tornNames.map((name) => readFile(join(dir, name), 'utf8'))),
  };
}

/** The history after both runs: each change of a, b, c and d once, and the torn line moved away. */
export const completeHistory: HistoryState = {
  lines: ['a 1', 'a 2', 'b 1', 'c 1', 'd 1'],
  repeatedRuns: [],
  torn: [tornLine],
};

/** Makes two more runs. Returns the state after the first, the files that the second rewrote, and the stage. */
export async function finish({ workspace }: StoreFixture, stage: string) {
  await run(workspace, stage, '2026-11-23T09:15:00.000Z');
  const [state, history] = [await readState(workspace), await readHistoryState(workspace)];
  const before = fileStats(workspace);
  await run(workspace, stage, '2026-11-23T09:30:00.000Z');
  const after = fileStats(workspace);
  const rewritten = ['projects.json', 'history/projects/projects-2026-11.jsonl'].filter(
    (name) => after[name] !== before[name],
  );
  return { state, history, rewritten, staged: await readdir(stage) };
}

/** The result of `finish` when nothing was lost or duplicated. */
export const finished = {
  state: states.second,
  history: completeHistory,
  rewritten: [],
  staged: [],
} satisfies Awaited<ReturnType<typeof finish>>;

/**
 * Repeats the second run, calling `inject` from its 1st, 2nd, 3rd, … change of a file on, and `check` after
 * it. Stops when the run has fewer changes. Returns their number.
 */
export async function injectAtEveryChange(
  inject: (operation: Operation, context: InjectionContext) => void | Promise<void>,
  check: (fixture: StoreFixture, failure: unknown) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at += 1) {
    await using fixture = await usedWorkspace();
    let count = 0;
    let isInjecting = false;
    const failure: unknown = await withFileSystem(
      async (operation, handle) => {
        if (isInjecting || operation.name === 'open' || ++count < at) return;
        isInjecting = true;
        try {
          await inject(operation, { fixture, handle, isFirst: count === at });
        } finally {
          isInjecting = false;
        }
      },
      () => run(fixture.workspace, fixture.stage, '2026-11-23T09:00:00.000Z'),
    ).catch((error: unknown) => error);
    await check(fixture, failure);
    if (count < at) return at - 1;
  }
}

interface InjectionContext {
  readonly fixture: StoreFixture;
  readonly handle: FileHandle | undefined;
  readonly isFirst: boolean;
}
