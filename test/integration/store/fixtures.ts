import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { lstatSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Project } from '../../../src/schema/projects.ts';
import type { RunOutput } from '../../../src/store/store.ts';
import type { HistoryEntry, Snapshot } from '../../../src/schema/syncs.ts';
import { workspaceAt, type Workspace } from '../../../src/config/workspace.ts';

/** An empty workspace whose lock is held, with the stage of the lock. */
export interface StoreFixture extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly stage: string;
}

export async function storeFixture(below = tmpdir()): Promise<StoreFixture> {
  const root = await mkdtemp(join(below, 'sync-runner-store-'));
  const workspace = workspaceAt(root);
  const stage = join(workspace.lock, 'own.1', 'stage');
  await mkdir(stage, { recursive: true });
  return {
    workspace,
    stage,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Creates a directory that is removed at the end of the scope. */
export async function temporaryDir(
  below = tmpdir(),
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(below, 'sync-runner-store-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function projectOf(id: string, changes: Partial<Project> = {}): Project {
  return {
    id,
    name: id,
    path: `/code/${id}`,
    previousPaths: [],
    kind: 'package',
    description: null,
    stack: { languages: { TypeScript: 10 }, frameworks: [], packageManager: null },
    license: 'MIT',
    counts: { files: 1, commits: null },
    state: 'ok',
    missingSince: null,
    notObservedSince: null,
    firstSeen: '2026-11-01T00:00:00.000Z',
    lastSeen: null,
    git: null,
    ...changes,
  };
}

export function registryOf(
  projects: readonly Project[],
  updatedAt = '2026-11-23T08:45:00.000Z',
): Snapshot<'projects'> {
  return {
    schemaVersion: 1,
    updatedAt,
    roots: [{ path: '/code', state: 'ok', projects: projects.length }],
    summary: { projects: projects.length, missing: 0, notObserved: 0, dirty: 0 },
    projects: [...projects],
  };
}

export function entriesOf({ projects }: Snapshot<'projects'>): readonly HistoryEntry<'projects'>[] {
  return projects.map(({ id, state, counts }) => ({
    key: id,
    state,
    branch: null,
    head: null,
    dirty: null,
    ahead: null,
    behind: null,
    ...counts,
  }));
}

export function runOutputOf(run: string): RunOutput {
  const skipped = { outcome: 'skipped', reason: 'disabled' } as const;
  const times = { lastRun: null, lastSuccess: null };
  const ended = { finishedAt: run, durationMs: 5, outcome: 'success', trigger: 'manual' } as const;
  const results = { tokens: skipped, quality: skipped, projects: skipped };
  return {
    status: {
      lastSync: run,
      status: 'success',
      durationMs: 5,
      schemaVersion: 1,
      run: { id: run, ...ended, results },
      syncs: { tokens: times, quality: times, projects: times },
    },
    line: { run, ...ended, syncs: {} },
    config: {
      key: 'none',
      intervalMinutes: 15,
      syncSchedules: {},
      syncs: ['tokens', 'quality', 'projects'],
    },
  };
}

export const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(path, 'utf8')) as unknown;

/** Returns the lines of all month files of a series. Throws if one of them is not JSON. */
export async function readHistory(
  workspace: Workspace,
  series: 'projects' | 'tokens' | 'runs',
): Promise<readonly Record<string, unknown>[]> {
  const dir = workspace.historyDir(series);
  const names: readonly string[] = await readdir(dir).catch(() => []);
  const lines: Record<string, unknown>[] = [];
  for (const name of names.filter((name) => name.endsWith('.jsonl')).toSorted()) {
    const text = await readFile(join(dir, name), 'utf8');
    if (text !== '' && !text.endsWith('\n')) throw new Error(`${name} ends within a line`);
    for (const line of text.split('\n').filter(Boolean)) {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    }
  }
  return lines;
}

/** Returns inode, size and mtime of every file in `data/` except the lock; a rewritten file differs. */
export function fileStats({ data }: Workspace): Record<string, string> {
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    names
      .filter((name) => !name.startsWith('.sync-lock'))
      .map((name): readonly [string, string] => {
        const { ino, size, mtimeNs } = lstatSync(join(data, name), { bigint: true });
        return [name, `${String(ino)} ${String(size)} ${String(mtimeNs)}`];
      })
      .filter(([name]) => lstatSync(join(data, name)).isFile()),
  );
}
