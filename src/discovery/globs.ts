import { sep } from 'node:path';
import { composedPath } from '../util/compare-paths.ts';

interface GlobOptions {
  /** Whether the file system of the paths ignores case. */
  readonly ignoresCase?: boolean;
  /** The separator that globs may contain instead of `/`. */
  readonly separator?: string;
}

/**
 * Returns a test for paths relative to a root, separated by `/`: whether one of the globs matches (picomatch,
 * loaded only if there are globs). `legacy`, `legacy/` and `./legacy` are equivalent, on Windows `.\\legacy` too, where
 * no character can be escaped. Without globs, the test returns `otherwise`.
 */
export async function createGlobMatcher(
  globs: readonly string[],
  otherwise: boolean,
  { ignoresCase = false, separator = sep }: GlobOptions = {},
): Promise<(path: string) => boolean> {
  if (globs.length === 0) return () => otherwise;
  const { default: picomatch } = await import('picomatch');
  const normalized = globs.map((glob) =>
    glob
      .replaceAll(separator, '/')
      .replace(/^\.\//, '')
      .replace(/(.)\/+$/, '$1'),
  );
  const matches = picomatch(normalized.map(composedPath), { dot: true, nocase: ignoresCase });
  return (path) => matches(composedPath(path));
}
