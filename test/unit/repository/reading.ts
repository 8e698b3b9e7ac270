import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createRepositoryReader } from '../../../src/repository/reader.ts';
import type { RepositoryReader } from '../../../src/repository/repository.ts';
import type { System } from '../../../src/system.ts';
import { testSystem } from '../../helpers/context.ts';
import type { TemporaryWorkspace } from '../../helpers/workspace.ts';

/** The reader as a run would make it, with a home folder that holds no settings. */
export async function readerIn(
  workspace: TemporaryWorkspace,
  changes: Partial<System> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<RepositoryReader> {
  const scratch = await mkdtemp(join(workspace.root, 'scratch-'));
  const system = testSystem({ home: '/nonexistent', env: {}, ...changes });
  return createRepositoryReader({ system, signal, scratch });
}
