import { createYield } from '../../../util/async.ts';
import type { ProjectView, PathFilter } from '../project-files/project-view.ts';
import { readRegularFile } from '../../../util/fs.ts';
import { parseGitGlob } from '../../../git/ignore/git-glob.ts';

/**
 * Extensions of source code, from the programming and markup languages of github-linguist that have comments.
 * Prose and data (Markdown, JSON, YAML, lock files) are not included.
 */
const sourceExtensions: readonly string[] = (
  'ada adb ads asm astro awk bash bat bzl c cc cjs clj cljc cljs cmake cmd coffee cpp cr cs css csx ' +
  'cts cu cue cxx d dart el elm erl ex exs f f03 f08 f90 f95 fish for fs fsi fsx gleam go gradle graphql ' +
  'groovy h haml hbs hcl heex hh hpp hrl hs htm html hxx inc inl ino ipp java jl js jsx kt kts less lisp ' +
  'lua m mjs ml mli mm mts nim nix nu odin pas php phtml pl pm pp prisma proto ps1 psm1 purs py pyi pyx r ' +
  'rake rb re res rkt rs s sass sbt scala scm scss sh sol sql st styl sv svelte swift tcl tex tf thrift ' +
  'ts tsx twig v vala vb vhd vhdl vim vue xsl zig zsh'
).split(' ');

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

/** Whether a path is that of a minified file, snapshot, source map or lock file. */
const hasGeneratedName: PathFilter = (path) =>
  /(?:\.min\.[^.]+|\.snap|\.map|\.lock|[-.]lock\.[^.]+)$/i.test(path);

const maxBytes = 64 * 1024;
const maxPatterns = 100;

interface Rule {
  readonly matches: PathFilter;
  readonly generated: boolean;
}

/**
 * Resolves with a filter for generated files: those with a generated name, and those that the `.gitattributes` at
 * the root marks as `linguist-generated` or `linguist-vendored` (the last matching line decides). Throws `FileError`
 * if `.gitattributes` is not a regular file or is larger than 64 KiB.
 */
async function generatedFilter(
  root: string,
  warn: (path: string, message: string) => void,
): Promise<PathFilter> {
  const file = await readRegularFile(`${root}/.gitattributes`, { maxBytes });
  const lines = file ? file.bytes.toString().split('\n') : [];
  const rules = compileRules(lines.flatMap(parseLine), warn);
  return (path) => {
    if (hasGeneratedName(path)) return true;
    return rules.findLast(({ matches }) => matches(path))?.generated ?? false;
  };
}

interface Line {
  readonly pattern: string;
  readonly generated: boolean;
}

function parseLine(line: string): readonly Line[] {
  const [pattern = '', ...attributes] = line.trim().split(/\s+/);
  if (pattern === '' || pattern.startsWith('#')) return [];
  const attribute = attributes.findLast((one) =>
    /^[-!]?linguist-(?:generated|vendored)\b/.test(one),
  );
  if (attribute === undefined) return [];
  return [{ pattern, generated: !/^[-!]|=false$/.test(attribute) }];
}

function compileRules(
  lines: readonly Line[],
  warn: (path: string, message: string) => void,
): readonly Rule[] {
  const rules = lines.slice(0, maxPatterns).flatMap(({ pattern, generated }) => {
    const matches = parseGitGlob(pattern);
    return matches === null ? [] : [{ matches, generated }];
  });
  if (rules.length < lines.length) {
    warn('.gitattributes', 'has too many patterns, or unsupported ones, which are ignored');
  }
  return rules;
}
