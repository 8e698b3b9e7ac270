import { sep } from 'node:path';

interface GlobOptions {
  /** Whether the file system of the paths ignores case, and the forms of composed characters. */
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
  if (!ignoresCase) return picomatch(normalized, { dot: true });
  const composed = normalized.map((glob) => glob.normalize('NFC'));
  const matches = picomatch(composed, { dot: true, nocase: true });
  return (path) => matches(path.normalize('NFC'));
}
