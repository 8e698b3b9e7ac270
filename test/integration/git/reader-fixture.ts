import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createRepositoryReader } from '../../../src/git/reader.ts';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import type { Exec, System } from '../../../src/system/system.ts';
import { testSystem } from '../../helpers/context.ts';
import type { TemporaryWorkspace } from '../../helpers/workspace.ts';

/** The reader as a run would make it, with a home folder that holds no settings. */
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

/** Readers that take turns as those of one run after the other, each with what the last one remembers. */
export interface Runs {
  /** One run: what it answers, and what it started. */
  readonly run: <Answer>(
    ask: (reader: RepositoryReader) => Promise<Answer>,
    changes?: Partial<System>,
  ) => Promise<{ readonly answer: Answer; readonly started: readonly string[] }>;
  cache: Uint8Array | null;
}

/** An hour later nothing that was written before is too young to be trusted. */
export const anHourLater = (): Date => new Date(Date.now() + 3_600_000);

export function runsIn(workspace: TemporaryWorkspace): Runs {
  const runs: Runs = {
    cache: null,
    run: async (ask, changes = {}) => {
      const started: string[] = [];
      const exec: Exec = (file, args, options) => {
        started.push([file, ...args].join(' '));
        return testSystem().exec(file, args, options);
      };
      const signal = new AbortController().signal;
      const reader = await readerIn(workspace, { exec, ...changes }, signal, runs.cache);
      const answer = await ask(reader);
      runs.cache = (await reader.serialize()) ?? runs.cache;
      return { answer, started };
    },
  };
  return runs;
}
