import { parseGitGlob } from './git-glob.ts';

/** A line of a `.gitignore` file. */
export interface IgnoreRule {
  /** It starts with `!`: matching paths are not ignored. */
  readonly negated: boolean;
  /** It ends with `/`: it matches directories only. */
  readonly directoriesOnly: boolean;
  /** Tests a path relative to the directory of the file. */
  readonly matches: (path: string) => boolean;
}

const maxRules = 1000;

/**
 * Parses a `.gitignore` file (gitignore(5)). Returns null if a line uses backslashes, question marks or ranges:
 * rules that are parsed here have to mean exactly what they mean to git.
 */
export function parseGitignore(text: string): readonly IgnoreRule[] | null {
  if (/[\ufeff\ufffd]/.test(text)) return null;
  const rules: IgnoreRule[] = [];
  for (const line of text.split('\n')) {
    const entry = line.replace(/\r$/, '').replace(/(?<! ) +$/, '');
    if (entry === '' || entry.startsWith('#')) continue;
    const rule = parseRule(entry);
    if (rule === null || rules.length === maxRules) return null;
    rules.push(rule);
  }
  return rules;
}

/** A set of letters and digits, such as `[oa]`. */
const characterSet = /\[[A-Za-z0-9]+\]/g;

function parseRule(entry: string): IgnoreRule | null {
  const [, not = '', path = '', slash = ''] = /^(!?)(.*?)(\/?)$/.exec(entry) ?? [];
  const components = path.replace(/^\//, '').split('/');
  const isSupported =
    !/[\p{Cc}\\?[\]]/u.test(path.replaceAll(characterSet, '')) &&
    components.every((one) => one !== '' && (one === '**' || !one.includes('**'))) &&
    components.some((one) => one !== '**');
  const matches = isSupported ? parseGitGlob(path) : null;
  return matches && { negated: not !== '', directoriesOnly: slash !== '', matches };
}
