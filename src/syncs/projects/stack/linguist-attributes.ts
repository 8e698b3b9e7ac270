import { parseGitGlob } from '../../../git/ignore/git-glob.ts';

/** What `.gitattributes` files state about a path (github.com/github-linguist/linguist/blob/main/docs/overrides.md). */
export interface LinguistAttributes {
  readonly vendored?: boolean;
  readonly documentation?: boolean;
  readonly generated?: boolean;
  readonly detectable?: boolean;
  readonly language?: string;
}

/** The attributes of a line; undefined resets an attribute to what the path implies (`!linguist-vendored`). */
type LineAttributes = {
  -readonly [Name in keyof LinguistAttributes]: LinguistAttributes[Name] | undefined;
};

interface Rule {
  readonly matches: (path: string) => boolean;
  readonly attributes: LineAttributes;
}

/** The rules for linguist in one `.gitattributes` file, for the paths below its directory. */
export interface AttributesFile {
  /** Ends with `/`; empty for the root. */
  readonly prefix: string;
  readonly rules: readonly Rule[];
}

/** More than any project has, so that thousands of patterns can't keep a run busy. */
export const maxRules = 500;

/** Parses a `.gitattributes` file. Lines without an attribute of linguist, and patterns that are not supported, are ignored. */
export function parseAttributes(path: string, text: string): AttributesFile {
  const rules: Rule[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (!line.includes('linguist-') || line.startsWith('#')) continue;
    const [, quoted, plain, rest = ''] =
      /^[ \t]*(?:"([^"\\]{1,250})"|([^ \t"]{1,250}))[ \t]+(.*)$/.exec(line) ?? [];
    const pattern = quoted ?? plain;
    // Negative patterns are forbidden, and a directory does not stand for its contents (gitattributes(5)).
    if (pattern === undefined || pattern.startsWith('!') || pattern.endsWith('/')) continue;
    const matches = compile(pattern);
    if (matches !== null) rules.push({ matches, attributes: readAttributes(rest) });
  }
  return { prefix: path.slice(0, path.lastIndexOf('/') + 1), rules };
}

function readAttributes(text: string): LineAttributes {
  const attributes: LineAttributes = {};
  for (const [, sign = '', name = '', value] of text.matchAll(
    /(?<![^ \t])([-!]?)linguist-([a-z]{1,20})(?:=([^ \t]{0,100}))?(?![^ \t])/g,
  )) {
    if (name === 'language') {
      attributes.language = sign === '' ? value : undefined;
    } else if (
      name === 'vendored' ||
      name === 'documentation' ||
      name === 'generated' ||
      name === 'detectable'
    ) {
      attributes[name] = sign === '!' ? undefined : sign !== '-' && value !== 'false';
    }
  }
  return attributes;
}

/** Compiles a pattern. What precedes and follows its wildcards is compared first, which rejects most paths. */
function compile(pattern: string): ((path: string) => boolean) | null {
  const matches = parseGitGlob(pattern);
  if (matches === null) return null;
  const anchored = pattern.replace(/^\//, '');
  const start = pattern.includes('/') ? (/^[^*?[]*/.exec(anchored)?.[0] ?? '') : '';
  const end = /[^*?[\]]*$/.exec(anchored)?.[0] ?? '';
  return (path) => path.startsWith(start) && path.endsWith(end) && matches(path);
}

const none: LinguistAttributes = {};

/** Returns the attributes of paths. Of several lines the last one applies, and files further down take precedence. */
export function createAttributeLookup(
  files: readonly AttributesFile[],
): (path: string) => LinguistAttributes {
  const byDepth = files
    .filter(({ rules }) => rules.length > 0)
    .sort((a, b) => a.prefix.length - b.prefix.length);
  if (byDepth.length === 0) return () => none;
  return (path) => {
    const attributes: LineAttributes = {};
    for (const { prefix, rules } of byDepth) {
      if (!path.startsWith(prefix)) continue;
      const relative = path.slice(prefix.length);
      for (const rule of rules) {
        if (rule.matches(relative)) Object.assign(attributes, rule.attributes);
      }
    }
    return attributes as LinguistAttributes;
  };
}
