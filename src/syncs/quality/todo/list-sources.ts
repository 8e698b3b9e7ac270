import { createHash } from 'node:crypto';
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
  readonly cache: CachedKinds;
}

/** The kind of each file of a project, in the order of its list, and the key of all that determines it. */
export interface CachedKinds {
  readonly key: string;
  readonly kinds: Uint8Array;
}

const kind = { other: 0, source: 1, generated: 2, vendored: 3 } as const;

/** A hostile `.gitattributes` can make a path take a millisecond. */
const pathsBetweenYields = 16;

/**
 * Lists the files with one of the extensions that are not excluded, and by the rules of github-linguist neither
 * generated nor third-party code. Without `extensions`: files of a known syntax, and those without an extension, which
 * may be scripts. The rules are applied only if a path, an attribute or an option has changed since `last`.
 */
export async function listSources(
  view: ProjectView,
  options: { readonly extensions: readonly string[] | null; readonly exclude?: readonly string[] },
  last: CachedKinds | null,
): Promise<SourceList> {
  const hash = createHash('sha1').update(JSON.stringify([options.extensions, options.exclude]));
  const attributesOf = lookupAttributes(view, (text) => hash.update(`${text}\0`));
  const key = hash.update(view.filesKey).digest('hex');
  const isSame = last?.key === key && last.kinds.length === view.files.size;
  const cache = isSame
    ? last
    : { key, kinds: await findKinds(view, sourceFilter(options.extensions), attributesOf) };
  return { ...selectSources(view.files.keys(), cache.kinds), cache };
}

function selectSources(files: Iterable<string>, kinds: Uint8Array): Omit<SourceList, 'cache'> {
  const paths: string[] = [];
  let generated = 0;
  let vendored = 0;
  let at = 0;
  for (const path of files) {
    const own = kinds[at];
    if (own === kind.source) paths.push(path);
    else if (own === kind.generated) generated += 1;
    else if (own === kind.vendored) vendored += 1;
    at += 1;
  }
  return { paths, generated, vendored };
}

async function findKinds(
  view: ProjectView,
  isSource: PathFilter,
  attributesOf: ProjectAttributes['attributesOf'],
): Promise<Uint8Array> {
  // Large tables, which only such a run needs.
  const { isGeneratedPath, isVendoredPath, maxPathLength } =
    await import('../../../linguist/path-rules.ts');
  const yieldToEventLoop = createYield(view.signal);
  const kindOf = (path: string): number => {
    if (!isSource(path) || view.isExcluded(path)) return kind.other;
    const attributes = attributesOf(path);
    const isShort = path.length <= maxPathLength;
    if (attributes.vendored ?? (isShort && isVendoredPath(path) && !ownConfiguration.test(path))) {
      return kind.vendored;
    }
    const isGenerated =
      attributes.generated ?? (hasGeneratedName(path) || (isShort && isGeneratedPath(path)));
    return isGenerated ? kind.generated : kind.source;
  };
  const kinds = new Uint8Array(view.files.size);
  let at = 0;
  for (const path of view.files.keys()) {
    kinds[at] = kindOf(path);
    at += 1;
    if (at % pathsBetweenYields === 0) await yieldToEventLoop();
  }
  return kinds;
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

/**
 * Reads the `.gitattributes` files of a project at every level, calls `onText` with the text of each, and warns if they
 * are not applied completely.
 */
function lookupAttributes(
  { root, files, tree, warnings }: ProjectView,
  onText: (text: string) => void,
): ProjectAttributes['attributesOf'] {
  const read = (path: string): string => {
    tree.addRead(path);
    const text =
      warnings
        .guardSync(path, () =>
          tree.isRealDir(parentDir(path))
            ? readRegularFileSync(`${root}/${path}`, { maxBytes: maxAttributesBytes })
            : null,
        )
        ?.bytes.toString() ?? '';
    onText(text);
    return text;
  };
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
