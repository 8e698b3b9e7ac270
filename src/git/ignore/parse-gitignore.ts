import { parseGitGlob } from './git-glob.ts';

/** One line of a list of what git is to ignore. */
export interface IgnoreRule {
  /** It takes back what an earlier line said. */
  readonly negative: boolean;
  readonly foldersOnly: boolean;
  /** Whether it speaks of a path (relative to the folder of the list). */
  readonly matches: (path: string) => boolean;
}

const maxRules = 1000;

/**
 * Reads a list such as `.gitignore` (gitignore(5)). Answers null for one with a line that is hard to follow:
 * backslashes, question marks, ranges. What is read here has to mean exactly what it means for git.
 */
export function parseIgnoreRules(text: string): readonly IgnoreRule[] | null {
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

/** Letters and digits, one of which is meant. */
const characterList = /\[[A-Za-z0-9]+\]/g;

function parseRule(entry: string): IgnoreRule | null {
  const [, not = '', path = '', end = ''] = /^(!?)(.*?)(\/?)$/.exec(entry) ?? [];
  const parts = path.replace(/^\//, '').split('/');
  const isPlain =
    !/[\p{Cc}\\?[\]]/u.test(path.replaceAll(characterList, '')) &&
    parts.every((part) => part !== '' && (part === '**' || !part.includes('**'))) &&
    parts.some((part) => part !== '**');
  const matches = isPlain ? parseGitGlob(path) : null;
  return matches && { negative: not !== '', foldersOnly: end !== '', matches };
}
