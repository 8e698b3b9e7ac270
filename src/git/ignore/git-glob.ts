/** Tests one path component; null is `**`, any number of components. */
type Component = ((name: string) => boolean) | null;
/** Tests one character; null is `*`, any number of characters. */
type Character = ((character: string) => boolean) | null;

const maxLength = 256;

/**
 * Compiles a pattern of `.gitattributes` or `.gitignore` (gitattributes(5), gitignore(5)) into a test for paths,
 * equivalent to git's for ASCII names (elsewhere `?` and `[…]` match one byte in git). Patterns may be hostile:
 * matching uses no backtracking regular expression and takes at most the product of both lengths.
 * Returns null for a pattern that is too long or contains backslashes, quotes or classes such as `[:alpha:]`.
 */
export function parseGitGlob(pattern: string): ((path: string) => boolean) | null {
  if (pattern.length > maxLength || /["\\]|\[[!^]?\[:/.test(pattern)) return null;
  // A pattern without a slash matches at any depth; `x/**` is everything below `x`, not `x` itself.
  const anchored = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`;
  const components: Component[] = [];
  for (const text of anchored.replace(/(?<=^|\/)\*\*$/, '**/*').split('/')) {
    const component = text === '**' ? null : parseComponent(text);
    if (component === undefined) return null;
    components.push(component);
  }
  return (path) => matchesAll(components, path.split('/'));
}

/** Returns undefined if a bracket is not closed or a range is invalid. */
function parseComponent(pattern: string): Component | undefined {
  if (!/[*?[]/.test(pattern)) return (name) => name === pattern;
  const characters: Character[] = [];
  for (const [token] of pattern.matchAll(/\[[!^]?\]?[^\]]*\]|\*+|[^]/gu)) {
    if (token.startsWith('*')) characters.push(null);
    else if (token === '[') return undefined;
    else if (token === '?') characters.push(() => true);
    else if (token.startsWith('[')) {
      const test = parseBrackets(token);
      if (test === null) return undefined;
      characters.push(test);
    } else characters.push((character) => character === token);
  }
  return (name) => matchesAll(characters, Array.from(name));
}

/** `[a-z]`, `[!a]`: a regular expression for a single character. */
function parseBrackets(token: string): Character {
  const [, not = '', body = ''] = /^\[([!^]?)([^]+)\]$/.exec(token) ?? [];
  try {
    const set = new RegExp(`^[${not && '^'}${body.replace(/[\\\]^[]/g, '\\$&')}]$`, 'u');
    return body === '' ? null : (character) => set.test(character);
  } catch {
    return null;
  }
}

/**
 * Whether the tests accept the units one by one, where null accepts any number of them. Only the last null needs
 * to be retried with more units, so that the time is bounded by the product of both lengths.
 */
function matchesAll<Unit>(
  tests: readonly (((unit: Unit) => boolean) | null)[],
  units: readonly Unit[],
): boolean {
  let test = 0;
  let star = -1;
  let from = 0;
  for (let at = 0; at < units.length;) {
    const accepts = tests[test];
    if (accepts === null) {
      star = test;
      from = at;
      test += 1;
    } else if (accepts?.(units[at] as Unit) === true) {
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
