import type { YieldToEventLoop } from '../../util/async.ts';
import { decodePath, nulRecords } from '../paths.ts';

/** Returns the regular files of `git ls-files -s -z`: `<mode> <object> <stage>\t<path>` (git-ls-files(1)). */
export async function parseLsFiles(
  output: Buffer,
  yieldToEventLoop: YieldToEventLoop,
): Promise<readonly string[]> {
  const paths: string[] = [];
  let previous: string | null = null;
  let number = 0;
  for (const [start, end] of nulRecords(output)) {
    number += 1;
    if (number % 1000 === 0) await yieldToEventLoop();
    const path = decodePath(output, output.indexOf('\t', start) + 1, end);
    const isFile = output.toString('latin1', start, start + 3) === '100';
    // A conflict lists a path up to three times in a row.
    if (isFile && path !== null && path !== previous) paths.push(path);
    previous = path;
  }
  return paths;
}
