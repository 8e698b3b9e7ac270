/** One line of a list of what git is to ignore. */
export interface IgnoreRule {
  /** It takes back what an earlier line said. */
  readonly negative: boolean;
  readonly foldersOnly: boolean;
  /** Whether it speaks of a path (relative to the folder of the list). */
  readonly matches: (path: string) => boolean;
}

const maxRules = 1000;
/** More would let a hostile line try for minutes, and many lines of two for seconds. */
const maxStars = 2;
const maxOfTwoStars = 50;
/** No path is longer, and a pattern of tens of thousands of characters can't be compiled. */
const maxLength = 4096;

/**
 * Reads a list such as `.gitignore` (gitignore(5)). Answers null for one with a line that is hard to follow:
 * backslashes, question marks, ranges, many stars. What is read here has to mean exactly what it means for git.
 */
export function parseIgnoreRules(text: string): readonly IgnoreRule[] | null {
  if (/[\ufeff\ufffd]/.test(text)) return null;
  const rules: IgnoreRule[] = [];
  let ofTwoStars = 0;
  for (const line of text.split('\n')) {
    const entry = line.replace(/\r$/, '').replace(/(?<! ) +$/, '');
    if (entry === '' || entry.startsWith('#')) continue;
    if (entry.length > maxLength) return null;
    const rule = parseRule(entry);
    if (/\*[^/*]+\*/.test(entry)) ofTwoStars += 1;
    if (rule === null || rules.length === maxRules || ofTwoStars > maxOfTwoStars) return null;
    rules.push(rule);
  }
  return rules;
}

function parseRule(entry: string): IgnoreRule | null {
  const [, not = '', from = '', path = '', end = ''] = /^(!?)(\/?)(.*?)(\/?)$/.exec(entry) ?? [];
  // `**/name` says the same as `name`.
  const body = from === '' ? path.replace(/^\*\*\/(?=[^/]+$)/, '') : path;
  const segments = body.split('/');
  const stars = body.match(/\*+/g) ?? [];
  const isPlain =
    !/[\p{Cc}\\?[\]]/u.test(body.replaceAll(characterList, '')) &&
    stars.length <= maxStars &&
    segments.every((one) => one !== '' && (one === '**' || !one.includes('**'))) &&
    segments.filter((one) => one === '**').length < Math.min(2, segments.length);
  if (!isPlain) return null;
  const isAnywhere = from === '' && segments.length === 1;
  const pattern = new RegExp(`^${segments.map(toPattern).join('')}$`, 'su');
  return {
    negative: not !== '',
    foldersOnly: end !== '',
    matches: isAnywhere
      ? (one) => pattern.test(one.slice(one.lastIndexOf('/') + 1))
      : (one) => pattern.test(one),
  };
}

/** Letters and digits, one of which is meant. */
const characterList = /\[[A-Za-z0-9]+\]/g;

/** A part of a path as a regular expression, with the slash that follows it. */
function toPattern(segment: string, at: number, all: readonly string[]): string {
  const isLast = at === all.length - 1;
  if (segment === '**') return isLast ? '.+' : '(?:.*/)?';
  const pattern = segment.replaceAll(/[.+^${}()|]/g, '\\$&').replaceAll('*', '[^/]*');
  return isLast ? pattern : `${pattern}/`;
}
