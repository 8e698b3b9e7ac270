import { dirname, isAbsolute, resolve } from 'node:path';
import { sanitizeLine } from '../../util/text.ts';
import { parseGitGlob } from '../ignore/git-glob.ts';
import { RepositoryError } from '../repository.ts';
import { parseConfigEntries, type ConfigEntry } from './git-config.ts';

/** The values that the conditions of includes are tested with (git-config(1), "Conditional includes"). */
export interface IncludeContext {
  readonly gitDir: string;
  /** Full name of HEAD's branch; null when detached. */
  readonly headRef: string | null;
  readonly remoteUrls: readonly string[];
  readonly home: string;
  /** Returns the content of a file, null when it is missing. Throws `RepositoryError`. */
  readonly read: (path: string) => string | null;
}

/** git fails at a deeper include. */
const maxDepth = 10;
const maxFiles = 100;

/**
 * Replaces the includes of a configuration by the entries of the included files. Relative paths start at `dir`. Throws
 * `RepositoryError` if a file can't be read or a condition is not supported.
 */
export function expandIncludes(
  entries: readonly ConfigEntry[],
  dir: string,
  context: IncludeContext,
): readonly ConfigEntry[] {
  let files = 0;
  const expand = (list: readonly ConfigEntry[], from: string, depth: number): ConfigEntry[] =>
    list.flatMap(([name, value]) => {
      if (!isInclude(name)) return [[name, value] as const];
      if (!applies(name, from, context)) return [];
      files += 1;
      if (depth === maxDepth || files > maxFiles) throw refused(value, 'too many includes');
      if (isHomeOfOther(value)) throw refused(value, '~user and %(prefix) are not supported');
      const path = resolve(from, expandHome(value, context.home));
      const text = readIncluded(path, context);
      return text === null ? [] : expand(parseConfigEntries(text), dirname(path), depth + 1);
    });
  return expand(entries, dir, 0);
}

export const isInclude = (name: string): boolean =>
  name === 'include.path' || /^includeif\..*\.path$/s.test(name);

export const expandHome = (path: string, home: string): string =>
  path.replace(/^~(?=\/)/, () => home);

/** Whether a path starts with `~user`, which only the system can expand, or with git's directory (`%(prefix)`). */
export const isHomeOfOther = (path: string): boolean => /^(?:~[^/]|%\(prefix\))/.test(path);

function readIncluded(path: string, { read }: IncludeContext): string | null {
  try {
    return read(path);
  } catch (error) {
    if (error instanceof RepositoryError) throw refused(path, error.message, error);
    throw error;
  }
}

/** Whether an include has no condition or one that is true. */
function applies(name: string, dir: string, context: IncludeContext): boolean {
  const condition = /^includeif\.(.*)\.path$/s.exec(name)?.[1];
  if (condition === undefined) return true;
  const [, keyword = '', pattern = ''] =
    /^(gitdir|gitdir\/i|onbranch|hasconfig:remote\.\*\.url):(.*)$/s.exec(condition) ?? [];
  if (keyword === 'onbranch') {
    const branch = context.headRef?.replace(/^refs\/heads\//, '');
    return branch !== undefined && compile(`/${withSubdirs(pattern)}`)(branch);
  }
  if (keyword.startsWith('hasconfig')) {
    // A slash in front, so that the pattern is not matched at any depth.
    return context.remoteUrls.some(compile(`/${pattern}`));
  }
  if (!keyword.startsWith('gitdir')) return false;
  const fold = (text: string): string => (keyword === 'gitdir' ? text : text.toLowerCase());
  const path = expandHome(pattern, context.home).replace(/^\.(?=\/)/, () => dir);
  const anchored = withSubdirs(isAbsolute(path) ? path : `**/${path}`);
  return compile(fold(anchored))(fold(context.gitDir.slice(1)));
}

const withSubdirs = (pattern: string): string => (pattern.endsWith('/') ? `${pattern}**` : pattern);

function compile(pattern: string): (path: string) => boolean {
  const test = parseGitGlob(pattern);
  if (test === null) throw refused(pattern, 'the condition is not supported');
  return test;
}

const refused = (subject: string, reason: string, cause?: unknown): RepositoryError =>
  new RepositoryError(
    'config-not-applied',
    'error',
    `git configuration that includes ${sanitizeLine(subject, 200)}: ${reason}`,
    cause,
  );
