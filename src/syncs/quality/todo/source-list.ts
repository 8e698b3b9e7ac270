import { setImmediate } from 'node:timers/promises';
import { generatedFilter, hasGeneratedName } from './generated-files.ts';
import type { ProjectView } from '../project-view.ts';
import { sourceExtensions } from './source-extensions.ts';

/** The source files of a project that somebody wrote, and how many others are generated. */
export interface SourceList {
  readonly paths: readonly string[];
  readonly generated: number;
}

const pathsBetweenYields = 4096;

/** Chooses the source files by extension (null: our own table), without what is excluded or generated. */
export async function listSources(
  { root, files, isExcluded, problems }: ProjectView,
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
  for (const path of files.keys()) {
    looked += 1;
    if (looked % pathsBetweenYields === 0) await setImmediate();
    if (!known.has(path.slice(path.lastIndexOf('.') + 1).toLowerCase()) || isExcluded(path))
      continue;
    if (isGenerated(path)) generated += 1;
    else paths.push(path);
  }
  return { paths, generated };
}
