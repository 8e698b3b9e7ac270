import type { YieldToEventLoop } from '../../util/async.ts';
import { decodePath, nulRecords } from '../paths.ts';
import type { Gitlink } from './parse-index.ts';

/** The tracked regular files, and the submodules whose work trees `git status` inspects. */
export interface TrackedPaths {
  readonly files: readonly string[];
  readonly gitlinks: readonly Gitlink[];
}

/** Parses `git ls-files -s -v -z`: `<tag> <mode> <object> <stage>\t<path>` (git-ls-files(1)). */
export async function parseLsFiles(
  output: Buffer,
  yieldToEventLoop: YieldToEventLoop,
): Promise<TrackedPaths> {
  const files: string[] = [];
  const gitlinks: Gitlink[] = [];
  let previous: string | null = null;
  let number = 0;
  for (const [start, end] of nulRecords(output)) {
    number += 1;
    if (number % 1000 === 0) await yieldToEventLoop();
    const tab = output.indexOf('\t', start);
    const path = decodePath(output, tab + 1, end);
    const [tag = '', mode = '', oid = ''] = output.toString('latin1', start, tab).split(' ');
    // A conflict lists a path up to three times in a row.
    if (path !== null && path !== previous) {
      if (mode.startsWith('100')) files.push(path);
      else if (mode === '160000' && tag === 'H') gitlinks.push({ path, oid });
    }
    previous = path;
  }
  return { files, gitlinks };
}
