/** A part of a pattern: whether it fits one folder or file name; `null` is `**`, any number of folders. */
type Part = ((name: string) => boolean) | null;
/** A character of a part: what it fits; `null` is `*`, any number of characters. */
type Character = ((character: string) => boolean) | null;

const maxLength = 256;

/**
 * A pattern of `.gitattributes` or `.gitignore` (gitattributes(5), gitignore(5)) as a test for paths. It means
 * what it means for git where names are ASCII; there a `?` and a list are one byte. Patterns are hostile: a path
 * is matched without a regular expression, in time that does not explode however many stars there are.
 * Null for one that is too long or uses backslashes, quotes or classes such as `[:alpha:]`.
 */
export function parseGitGlob(pattern: string): ((path: string) => boolean) | null {
  if (pattern.length > maxLength || /["\\]|\[[!^]?\[:/.test(pattern)) return null;
  // Without a slash a pattern matches at any depth; `x/**` is all below `x`, not `x` itself.
  const anchored = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`;
  const names = anchored.replace(/(?<=^|\/)\*\*$/, '**/*').split('/');
  const parts: Part[] = [];
  for (const name of names) {
    const part = name === '**' ? null : partOf(name);
    if (part === undefined) return null;
    parts.push(part);
  }
  return (path) => matches(parts, path.split('/'));
}

/** Undefined for a part with a list of characters that is none. */
function partOf(name: string): Part | undefined {
  if (!/[*?[]/.test(name)) return (text) => text === name;
  const characters: Character[] = [];
  for (const [token] of name.matchAll(/\[[!^]?\]?[^\]]*\]|\*+|[^]/gu)) {
    if (token.startsWith('*')) characters.push(null);
    else if (token === '[') return undefined;
    else if (token === '?') characters.push(() => true);
    else if (token.startsWith('[')) {
      const fits = listOf(token);
      if (fits === null) return undefined;
      characters.push(fits);
    } else characters.push((character) => character === token);
  }
  return (text) => matches(characters, Array.from(text));
}

/** `[a-z]`, `[!a]`: a regular expression that looks at one character only. */
function listOf(token: string): Character {
  const [, not = '', body = ''] = /^\[([!^]?)([^]+)\]$/.exec(token) ?? [];
  try {
    const list = new RegExp(`^[${not && '^'}${body.replace(/[\\\]^[]/g, '\\$&')}]$`, 'u');
    return body === '' ? null : (character) => list.test(character);
  } catch {
    return null;
  }
}

/**
 * Whether tests fit units one by one, with any number of units for each `null`. What fits must only ever be
 * sought again from the last of these on: the time is the product of both lengths at most.
 */
function matches<Unit>(
  tests: readonly (((unit: Unit) => boolean) | null)[],
  units: readonly Unit[],
): boolean {
  let test = 0;
  let star = -1;
  let from = 0;
  for (let at = 0; at < units.length;) {
    const fits = tests[test];
    if (fits === null) {
      star = test;
      from = at;
      test += 1;
    } else if (fits?.(units[at] as Unit) === true) {
      test += 1;
      at += 1;
    } else if (star >= 0) {
      from += 1;
      at = from;
      test = star + 1;
    } else return false;
  }
  return tests.slice(test).every((one) => one === null);
}
