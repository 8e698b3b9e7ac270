import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshot } from '../../../../src/schema/syncs.ts';
import type { Diagnostic } from '../../../../src/util/diagnostic.ts';
import type { FoundProject } from '../../../../src/discovery/discovery.ts';
import { createRepositoryReader } from '../../../../src/git/reader.ts';
import type { Collected } from '../../../../src/syncs/sync.ts';
import { quality } from '../../../../src/syncs/quality/index.ts';
import { syncContext, testSystem } from '../../../helpers/context.ts';

/** A project as discovery returns it. */
export const found = (path: string, kind: FoundProject['kind'] = 'git'): FoundProject => ({
  id: path.slice(path.lastIndexOf('/') + 1),
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  kind,
  fileId: null,
  ignoresCase: false,
  root: 0,
});

export interface Run extends Collected<'quality'> {
  readonly warnings: readonly Diagnostic[];
  readonly progress: readonly string[];
}

/** Runs the sync once with the real repository reader. */
export async function collectQuality(
  root: string,
  projects: readonly FoundProject[],
  changes: {
    readonly options?: object;
    readonly previous?: Snapshot<'quality'>;
    /** Ids of projects that discovery reports as missing. */
    readonly missing?: readonly string[];
    readonly cache?: Uint8Array | null;
    readonly signal?: AbortSignal;
    /** By default later than what tests write, so that no file is racy. */
    readonly startedAt?: Date;
  } = {},
): Promise<Run> {
  const scratch = join(root, 'scratch');
  await mkdir(scratch, { recursive: true });
  const progress: string[] = [];
  const system = testSystem();
  const signal = changes.signal ?? new AbortController().signal;
  const context = syncContext('quality', root, {
    startedAt: new Date(Date.now() + 1_000_000),
    ...changes,
    found: { projects, missing: new Set(changes.missing) },
    repositories: createRepositoryReader({ system, signal, scratch }),
    progress: (done, total, name) => progress.push(`${String(done)}/${String(total)} ${name}`),
  });
  const collected = await quality.collect(context);
  return { ...collected, warnings: context.warnings, progress };
}
