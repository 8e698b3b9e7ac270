import { baseName, parentDir } from '../../../git/paths.ts';
import { createYield } from '../../../util/async.ts';
import { readRegularFileSync } from '../../../util/fs-sync.ts';
import {
  listAttributesFiles,
  maxAttributesBytes,
  readAttributes,
  type ProjectAttributes,
} from '../../../linguist/linguist-attributes.ts';
import type { ProjectView, PathFilter } from '../project-files/project-view.ts';
import { extensionOf, syntaxOfPath } from './find-syntax.ts';

/** The project's own source files, and the numbers of those that are not. */
export interface SourceList {
  readonly paths: readonly string[];
  readonly generated: number;
  readonly vendored: number;
}

/** A hostile `.gitattributes` can make a path take a millisecond. */
const pathsBetweenYields = 16;

/**
 * Lists the files with one of the extensions that are not excluded, and by the rules of github-linguist neither
 * generated nor third-party code. Without `extensions`: files of a known syntax, and those without an extension, which
 * may be scripts.
 */
export async function listSources(
  view: ProjectView,
  extensions: readonly string[] | null,
): Promise<SourceList> {
  // Large tables, which only a run needs.
  const { isGeneratedPath, isVendoredPath, maxPathLength } =
    await import('../../../linguist/path-rules.ts');
  const isSource = sourceFilter(extensions);
  const attributesOf = lookupAttributes(view);
  const yieldToEventLoop = createYield(view.signal);
  const paths: string[] = [];
  let generated = 0;
  let vendored = 0;
  let visited = 0;
  for (const path of view.files.keys()) {
    visited += 1;
    if (visited % pathsBetweenYields === 0) await yieldToEventLoop();
    if (!isSource(path) || view.isExcluded(path)) continue;
    const attributes = attributesOf(path);
    const isShort = path.length <= maxPathLength;
    if (attributes.vendored ?? (isShort && isVendoredPath(path) && !ownConfiguration.test(path)))
      vendored += 1;
    else if (attributes.generated ?? (hasGeneratedName(path) || (isShort && isGeneratedPath(path))))
      generated += 1;
    else paths.push(path);
  }
  return { paths, generated, vendored };
}

function sourceFilter(extensions: readonly string[] | null): PathFilter {
  if (extensions === null) return (path) => mayBeScript(path) || syntaxOfPath(path) !== null;
  const known = new Set(extensions.map((one) => one.replace(/^\./, '').toLowerCase()));
  return (path) => known.has(extensionOf(path));
}

/** Files of a project that github-linguist only leaves out of its languages. */
const ownConfiguration = /(?:^|\/)(?:Jenkinsfile$|\.github\/)/;

/** Texts that need not be opened to see that they are not scripts. */
const documents =
  /^(?:authors|changelog|changes|contributors|copying|history|install|licen[cs]e|notice|owners|codeowners|readme|todo|version)$/i;

/** Whether only the first line of a file can show that it is a script. */
function mayBeScript(path: string): boolean {
  const name = baseName(path);
  return !name.includes('.') && !documents.test(name);
}

/** Whether a path is that of a minified file, snapshot, source map or lock file. */
const hasGeneratedName: PathFilter = (path) =>
  /(?:\.min\.[^.]+|\.snap|\.map|\.lock|[-.]lock\.[^.]+)$/i.test(path);

/** Reads the `.gitattributes` files of a project at every level, and warns if they are not applied completely. */
function lookupAttributes({
  root,
  files,
  tree,
  warnings,
}: ProjectView): ProjectAttributes['attributesOf'] {
  const read = (path: string): string =>
    warnings
      .guardSync(path, () =>
        tree.isRealDir(parentDir(path))
          ? readRegularFileSync(`${root}/${path}`, { maxBytes: maxAttributesBytes })
          : null,
      )
      ?.bytes.toString() ?? '';
  const attributes = readAttributes(listAttributesFiles(files.keys()), read);
  if (attributes === null) {
    warnings.add('.gitattributes', 'has too many patterns for linguist, which are ignored');
    return () => ({});
  }
  for (const path of attributes.incomplete) {
    warnings.add(path, 'has unsupported patterns for linguist, which are ignored');
  }
  return attributes.attributesOf;
}
