import { createYield } from '../../../util/async.ts';
import { generatedFilter, hasGeneratedName } from './generated-files.ts';
import type { ProjectView } from '../project/project-view.ts';
import { sourceExtensions } from './source-extensions.ts';

/** The source files of a project that somebody wrote, and how many others are generated. */
export interface SourceList {
  readonly paths: readonly string[];
  readonly generated: number;
}

/** A hostile `.gitattributes` can make each of them take a millisecond. */
const pathsBetweenTurns = 16;

/** Chooses the source files by extension (null: our own table), without what is excluded or generated. */
export async function listSources(
  { root, files, isExcluded, problems, signal }: ProjectView,
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
  let looked = 0;
  const pause = createYield(signal);
  for (const path of files.keys()) {
    looked += 1;
    if (looked % pathsBetweenTurns === 0) await pause();
    if (!known.has(path.slice(path.lastIndexOf('.') + 1).toLowerCase()) || isExcluded(path))
      continue;
    if (isGenerated(path)) generated += 1;
    else paths.push(path);
  }
  return { paths, generated };
}
