import { createYield } from '../../../util/async.ts';
import { generatedFilter, hasGeneratedName } from './generated-files.ts';
import type { ProjectView } from '../project/project-view.ts';
import { sourceExtensions } from './source-extensions.ts';

/** The source files of a project without generated ones, and the number of those. */
export interface SourceList {
  readonly paths: readonly string[];
  readonly generated: number;
}

/** A hostile `.gitattributes` can make a path take a millisecond. */
const pathsBetweenYields = 16;

/** Lists the files with a source extension (null: the built-in ones) that are neither excluded nor generated. */
export async function listSources(
  { root, files, isExcluded, warnings: problems, signal }: ProjectView,
  extensions: readonly string[] | null,
): Promise<SourceList> {
  const known = new Set(
    (extensions ?? sourceExtensions).map((one) => one.replace(/^\./, '').toLowerCase()),
  );
  const isGenerated =
    (await problems.guard('.gitattributes', () => generatedFilter(root, problems.add))) ??
    hasGeneratedName;
  const paths: string[] = [];
  let generated = 0;
  let visited = 0;
  const yieldToEventLoop = createYield(signal);
  for (const path of files.keys()) {
    visited += 1;
    if (visited % pathsBetweenYields === 0) await yieldToEventLoop();
    const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
    if (!known.has(extension) || isExcluded(path)) continue;
    if (isGenerated(path)) generated += 1;
    else paths.push(path);
  }
  return { paths, generated };
}
