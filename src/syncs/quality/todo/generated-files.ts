import { readRegularFile } from '../../../util/fs.ts';
import { parseGitGlob } from '../../../git/ignore/git-glob.ts';
import type { PathFilter } from '../project/project-view.ts';

/** Minified files, snapshots, source maps and lock files. */
export const hasGeneratedName: PathFilter = (path) =>
  /(?:\.min\.[^.]+|\.snap|\.map|\.lock|[-.]lock\.[^.]+)$/i.test(path);

const maxBytes = 64 * 1024;
const maxPatterns = 100;

interface Rule {
  readonly matches: PathFilter;
  readonly generated: boolean;
}

/**
 * Tells which files of a project nobody wrote by hand: minified files, snapshots, maps and locks, and
 * what `.gitattributes` at its root marks `linguist-generated` or `linguist-vendored` (the last line
 * that matches decides). Throws `FileError` when that file is no regular one or over 64 KiB.
 */
export async function generatedFilter(
  root: string,
  warn: (path: string, problem: string) => void,
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
  warn: (path: string, problem: string) => void,
): readonly Rule[] {
  const rules = lines.slice(0, maxPatterns).flatMap(({ pattern, generated }) => {
    const matches = parseGitGlob(pattern);
    return matches === null ? [] : [{ matches, generated }];
  });
  if (rules.length < lines.length) {
    warn('.gitattributes', 'has patterns that are too many or too intricate to be followed');
  }
  return rules;
}
