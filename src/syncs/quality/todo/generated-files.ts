import { readRegularFile } from '../../../util/fs.ts';
import { parseGitGlob } from '../../../git/ignore/git-glob.ts';
import type { PathFilter } from '../project/project-view.ts';

/** Whether a path is that of a minified file, snapshot, source map or lock file. */
export const hasGeneratedName: PathFilter = (path) =>
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
export async function generatedFilter(
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
