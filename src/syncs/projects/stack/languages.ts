import { baseName } from '../../../git/paths.ts';
import {
  isDocumentationPath,
  isGeneratedPath,
  isVendoredPath,
  maxPathLength,
} from '../../../linguist/path-rules.ts';
import { linguist } from '../../../linguist/linguist.data.ts';
import type { LinguistAttributes } from '../../../linguist/linguist-attributes.ts';
import { interpreterOf } from '../../../linguist/shebang.ts';

/** A language, or the candidates of an ambiguous extension such as `.h`. */
type Candidates = readonly number[];

const extensions = new Map<string, Candidates>(Object.entries(linguist.extensions));
const fileNames = new Map<string, Candidates>(Object.entries(linguist.filenames));
const interpreters = new Map<string, Candidates>(Object.entries(linguist.interpreters));
const aliases = new Map<string, Candidates>(Object.entries(linguist.aliases));

/** A script or style sheet with a source map is generated. linguist finds the reference to it in the file. */
const mayHaveSourceMap = /\.(?:[cm]?js|css)$/;

/** Of the languages that share an extension, the first of these, unless the project has more of another. */
const usual = (
  'Objective-C++ TypeScript F# GLSL JavaScript Python Java C C++ C# PHP Ruby Go Rust Swift Kotlin Shell HTML CSS Markdown Perl R Elixir Erlang ' +
  'OCaml TeX Verilog Puppet SQL Fortran D Assembly Scala Smarty GDScript MATLAB Scheme Roff XML JSON YAML ' +
  'QMake ActionScript Reason Gnuplot BitBake Text Solidity AsciiDoc HLSL LiveScript Smalltalk TypeSpec Starlark jq CUE ' +
  'Odin Nushell Pkl Q# FreeMarker UnrealScript Modelica BASIC'
)
  .split(' ')
  .concat('Common Lisp', 'Vim script', 'Visual Basic 6.0');

const nameOf = (position: number): string => linguist.languages[position]?.name ?? '';
const namesOf = (candidates: Candidates): string[] => [...new Set(candidates.map(nameOf))];
const isCounted = (position: number): boolean => linguist.languages[position]?.isCounted === true;

/** Returns the languages that a file may be written in, by name, or else extension; empty if unknown. */
function candidatesOf(name: string): Candidates {
  const known = fileNames.get(name);
  if (known !== undefined) return known;
  // The longest extension first: `.blade.php`, `.php`.
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const byExtension = extensions.get(name.slice(dot).toLowerCase());
    if (byExtension !== undefined) return byExtension;
  }
  return [];
}

/** Whether the first line has to show the language of a file: its name has no extension and is not a known one. */
export const needsShebang = (path: string): boolean =>
  path.length <= maxPathLength &&
  !baseName(path).includes('.') &&
  !fileNames.has(baseName(path)) &&
  !isVendoredPath(path) &&
  !isDocumentationPath(path);

/** Returns the languages of the interpreter that the first line of a script names; empty if there is none. */
function shebangCandidates(start: string): Candidates {
  const interpreter = interpreterOf(start);
  return (
    interpreters.get(interpreter) ?? interpreters.get(interpreter.replace(/[\d.]+$/, '')) ?? []
  );
}

export interface SourceFile {
  readonly path: string;
  readonly size: number;
}

/**
 * Returns bytes by language, largest first, as github-linguist counts them: programming and markup languages, without
 * vendored, generated and documentation files. Attributes take precedence over all of that. `startOf` returns the
 * beginning of a file for which `needsShebang` is true.
 */
export function countLanguages(
  files: readonly SourceFile[],
  attributesOf: (path: string) => LinguistAttributes,
  startOf: (path: string) => string | null,
): Record<string, number> {
  const bytes = new Map<string, number>();
  /** Bytes by candidates, for the languages that only the rest of the project decides. */
  const undecided = new Map<Candidates, number>();
  let hasHeaders = false;
  const sourceMaps = new Set(
    files.flatMap(({ path }) => (path.endsWith('.map') ? [path.slice(0, -'.map'.length)] : [])),
  );
  for (const { path, size } of files) {
    if (size === 0 || path.length > maxPathLength) continue;
    hasHeaders ||= path.endsWith('.h');
    const attributes = attributesOf(path);
    const candidates = candidatesFor(path, attributes.language, startOf);
    const isDetectable = attributes.detectable ?? candidates.some(isCounted);
    if (candidates.length === 0 || !isDetectable) continue;
    if (isExcluded(path, attributes, sourceMaps.has(path))) continue;
    const [name = '', ...others] = namesOf(candidates);
    if (others.length > 0 && attributes.detectable !== true) {
      undecided.set(candidates, (undecided.get(candidates) ?? 0) + size);
    } else bytes.set(name, (bytes.get(name) ?? 0) + size);
  }
  // `.m` before `.h`: the headers of Objective-C follow from it.
  const ambiguous = [...undecided].sort(([a], [b]) => b.length - a.length);
  for (const [candidates, size] of ambiguous) {
    const name = decide(namesOf(candidates), bytes, hasHeaders);
    if (name === undefined || !candidates.some((one) => isCounted(one) && nameOf(one) === name))
      continue;
    bytes.set(name, (bytes.get(name) ?? 0) + size);
  }
  return Object.fromEntries([...bytes].sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1)));
}

/** Chooses the language of which the project has most, or else the usual one; undefined if none is usual. */
function decide(
  names: readonly string[],
  bytes: ReadonlyMap<string, number>,
  hasHeaders: boolean,
): string | undefined {
  // That a project contains scripts does not make its shaders scripts.
  const sizeOf = (name: string): number => (name === 'JavaScript' ? 0 : (bytes.get(name) ?? 0));
  const [most] = names.filter((name) => sizeOf(name) > 0).sort((a, b) => sizeOf(b) - sizeOf(a));
  if (most !== undefined) return most;
  if (hasHeaders && names.includes('MATLAB') && names.includes('Objective-C')) return 'Objective-C';
  return usual.find((name) => names.includes(name));
}

const isExcluded = (path: string, attributes: LinguistAttributes, hasSourceMap: boolean): boolean =>
  (attributes.vendored ?? isVendoredPath(path)) ||
  (attributes.documentation ?? isDocumentationPath(path)) ||
  (attributes.generated ??
    (isGeneratedPath(path) || (hasSourceMap && mayHaveSourceMap.test(path))));

function candidatesFor(
  path: string,
  attribute: string | undefined,
  startOf: (path: string) => string | null,
): Candidates {
  if (attribute !== undefined) {
    // An alias, or a name with `-` for spaces; an unknown one means no language, as in linguist.
    const alias = attribute.toLowerCase();
    return aliases.get(alias) ?? aliases.get(alias.replaceAll('-', ' ')) ?? [];
  }
  const candidates = candidatesOf(baseName(path));
  if (candidates.length > 0 || !needsShebang(path)) return candidates;
  return shebangCandidates(startOf(path) ?? '');
}
