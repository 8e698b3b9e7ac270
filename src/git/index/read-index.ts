import { join } from 'node:path';
import type { YieldToEventLoop } from '../../util/async.ts';
import { assertRegularIndex } from '../exec/run-git.ts';
import { readGitDirFile } from '../gitdir/read-gitdir-file.ts';
import type { OpenRepository } from '../open-repository.ts';
import { parseIndex, type GitIndex } from './parse-index.ts';

const maxIndexBytes = 128 * 1024 * 1024;
const emptyIndex: GitIndex = {
  ...{ paths: [], modes: new Uint32Array(), gitlinks: [] },
  ...{ isComplete: true, isPlain: true, tree: null },
  statsOf: () => ({ size: -1, mtimeMs: 0, ctimeMs: 0, ino: 0 }),
};

/** Returns null if only git can read it. Throws `RepositoryError` for a damaged index. */
export async function readIndex(
  { gitDir, format }: OpenRepository,
  yieldToEventLoop: YieldToEventLoop,
): Promise<GitIndex | null> {
  assertRegularIndex(gitDir);
  const bytes = readGitDirFile(join(gitDir, 'index'), maxIndexBytes);
  return bytes === null ? emptyIndex : parseIndex(bytes, format, yieldToEventLoop);
}
