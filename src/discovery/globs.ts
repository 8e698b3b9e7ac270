/**
 * Returns a test for paths relative to a root, separated by `/`: whether one of the globs matches (picomatch,
 * loaded only if there are globs). `legacy`, `legacy/` and `./legacy` are equivalent. Without globs, the test
 * returns `otherwise`.
 */
export async function createGlobMatcher(
  globs: readonly string[],
  otherwise: boolean,
): Promise<(path: string) => boolean> {
  if (globs.length === 0) return () => otherwise;
  const { default: picomatch } = await import('picomatch');
  const normalized = globs.map((glob) => glob.replace(/^\.\//, '').replace(/(.)\/+$/, '$1'));
  return picomatch(normalized, { dot: true });
}
