import type { Stats } from 'node:fs';
import { statColumns } from './file-stats.ts';
import { fileMode, type GitIndex } from './index-file.ts';

/**
 * Whether a file is what the index says, by its stats alone (racy-git(7)): git looks at a part of them, here
 * all must be the same. No is no answer: git would then read the file.
 */
export function isAsIndexed(
  { modes, stats }: GitIndex,
  entry: number,
  file: Stats,
  indexWrittenMs: number,
): boolean {
  const at = entry * statColumns;
  return (
    isOfMode(file, modes[entry]) &&
    stats[at] === file.size &&
    stats[at + 1] === file.mtimeMs &&
    stats[at + 2] === file.ctimeMs &&
    stats[at + 3] === file.ino % 2 ** 32 &&
    // What was written together with the index may have changed since without a trace.
    file.mtimeMs < indexWrittenMs
  );
}

function isOfMode(file: Stats, mode: number | undefined): boolean {
  if (mode === fileMode.link) return file.isSymbolicLink();
  const isExecutable = (file.mode & 0o100) !== 0;
  return file.isFile() && mode === (isExecutable ? fileMode.executable : fileMode.regular);
}
