import type { Stats } from 'node:fs';
import { fileMode, type GitIndex } from './index-file.ts';

/**
 * Whether a file is what the index says, by its stats alone (racy-git(7)): git looks at a part of them, here
 * all must be the same. No is no answer: git would then read the file.
 */
export function isAsIndexed(
  { modes, statsOf }: GitIndex,
  entry: number,
  file: Stats,
  indexWrittenMs: number,
): boolean {
  const { size, mtimeMs, ctimeMs, ino } = statsOf(entry);
  return (
    isOfMode(file, modes[entry]) &&
    size === file.size &&
    mtimeMs === file.mtimeMs &&
    ctimeMs === file.ctimeMs &&
    ino === file.ino % 2 ** 32 &&
    // What was written together with the index may have changed since without a trace.
    mtimeMs < indexWrittenMs
  );
}

function isOfMode(file: Stats, mode: number | undefined): boolean {
  if (mode === fileMode.link) return file.isSymbolicLink();
  const isExecutable = (file.mode & 0o100) !== 0;
  return file.isFile() && mode === (isExecutable ? fileMode.executable : fileMode.regular);
}
