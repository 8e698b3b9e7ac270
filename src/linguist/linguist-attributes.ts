import { parseGitGlob } from '../git/ignore/git-glob.ts';

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
  /** Whether a pattern is not supported. */
  readonly isIncomplete: boolean;
}

/** More than any project has, so that thousands of patterns can't keep a run busy. */
const maxRules = 500;
const maxFiles = 50;
export const maxAttributesBytes = 64 * 1024;

const isAttributesFile = (path: string): boolean =>
  path === '.gitattributes' || path.endsWith('/.gitattributes');

/** Returns the first `.gitattributes` files among the paths, as many as `readAttributes` may read. */
export const listAttributesFiles = (paths: Iterable<string>): string[] => {
  const files: string[] = [];
  for (const path of paths) {
    if (isAttributesFile(path) && files.push(path) > maxFiles) break;
  }
  return files;
};

/** The attributes of a project: a lookup by path, and the files with patterns that are not supported. */
export interface ProjectAttributes {
  readonly attributesOf: (path: string) => LinguistAttributes;
  readonly incomplete: readonly string[];
}

/** Reads the files that `listAttributesFiles` returned. Returns null if these are too many, or have too many rules. */
export function readAttributes(
  paths: readonly string[],
  readText: (path: string) => string,
): ProjectAttributes | null {
  if (paths.length > maxFiles) return null;
  const files = paths.map((path) => parseAttributes(path, readText(path)));
  if (files.reduce((sum, { rules }) => sum + rules.length, 0) > maxRules) return null;
  return {
    attributesOf: createAttributeLookup(files),
    incomplete: paths.filter((_, index) => files[index]?.isIncomplete === true),
  };
}

/** Parses a `.gitattributes` file. Lines without an attribute of linguist, and patterns that are not supported, are ignored. */
export function parseAttributes(path: string, text: string): AttributesFile {
  const rules: Rule[] = [];
  let isIncomplete = false;
  for (const line of text.split(/\r?\n/)) {
    if (!line.includes('linguist-') || line.startsWith('#')) continue;
    const [, quoted, plain, rest = ''] =
      /^[ \t]*(?:"([^"\\]{1,250})"|([^ \t"]{1,250}))[ \t]+(.*)$/.exec(line) ?? [];
    const pattern = quoted ?? plain;
    // Negative patterns are forbidden, and a directory does not stand for its contents (gitattributes(5)).
    if (pattern?.startsWith('!') === true || pattern?.endsWith('/') === true) continue;
    const matches = pattern === undefined ? null : compile(pattern);
    if (matches === null) isIncomplete = true;
    else rules.push({ matches, attributes: parseLineAttributes(rest) });
  }
  return { prefix: path.slice(0, path.lastIndexOf('/') + 1), rules, isIncomplete };
}

function parseLineAttributes(text: string): LineAttributes {
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
