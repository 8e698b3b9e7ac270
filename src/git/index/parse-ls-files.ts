import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { YieldToEventLoop } from '../../util/async.ts';
import { listedPath, records } from '../paths.ts';

/** The regular files of `git ls-files -s -z`: `<mode> <object> <stage>\t<path>` (git-ls-files(1)). */
export async function parseLsFiles(
  output: Buffer,
  pause: YieldToEventLoop,
): Promise<readonly string[]> {
  const paths: string[] = [];
  let last: string | null = null;
  let number = 0;
  for (const [start, end] of records(output)) {
    number += 1;
    if (number % 1000 === 0) await pause();
    const path = listedPath(output, output.indexOf('\t', start) + 1, end);
    const isFile = output.toString('latin1', start, start + 3) === '100';
    // A conflict lists a path up to three times in a row.
    if (isFile && path !== null && path !== last) paths.push(path);
    last = path;
  }
  return paths;
}

/** Leaves out links, and what has vanished meanwhile. */
export async function regularFiles(
  workTree: string,
  paths: readonly string[],
  pause: YieldToEventLoop,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const [number, path] of paths.entries()) {
    if (number % 100 === 99) await pause();
    if (isRegularFile(join(workTree, path))) files.push(path);
  }
  return files;
}

function isRegularFile(path: string): boolean {
  try {
    return lstatSync(path).isFile();
  } catch {
    return false;
  }
}
