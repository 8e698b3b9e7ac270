import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createRepositoryReader } from '../../../src/git/reader.ts';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import type { Exec, System } from '../../../src/system/system.ts';
import { testSystem } from '../../helpers/context.ts';
import type { TemporaryWorkspace } from '../../helpers/workspace.ts';

/** Creates a reader with a home directory that contains no configuration. */
export async function readerIn(
  workspace: TemporaryWorkspace,
  changes: Partial<System> = {},
  signal: AbortSignal = new AbortController().signal,
  cache: Uint8Array | null = null,
): Promise<RepositoryReader> {
  const scratch = await mkdtemp(join(workspace.root, 'scratch-'));
  const system = testSystem({ home: '/nonexistent', env: {}, ...changes });
  return createRepositoryReader({ system, signal, scratch, cache });
}

/** Consecutive runs, each with the cache of the previous one. */
export interface Runs {
  /** Performs one run and returns its result and the commands that it started. */
  readonly run: <Result>(
    read: (reader: RepositoryReader) => Promise<Result>,
    changes?: Partial<System>,
  ) => Promise<{ readonly result: Result; readonly started: readonly string[] }>;
  cache: Uint8Array | null;
}

/** A clock by which no file is racy (see `isRacy`). */
export const anHourLater = (): Date => new Date(Date.now() + 3_600_000);

export function runsIn(workspace: TemporaryWorkspace): Runs {
  const runs: Runs = {
    cache: null,
    run: async (read, changes = {}) => {
      const started: string[] = [];
      const exec: Exec = (file, args, options) => {
        started.push([file, ...args].join(' '));
        return testSystem().exec(file, args, options);
      };
      const signal = new AbortController().signal;
      const reader = await readerIn(workspace, { exec, ...changes }, signal, runs.cache);
      const result = await read(reader);
      runs.cache = (await reader.serialize()) ?? runs.cache;
      return { result, started };
    },
  };
  return runs;
}
