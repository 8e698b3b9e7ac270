/**
 * A test for paths relative to a root, with `/`: whether one of the globs matches (picomatch, loaded only
 * when there are globs). `legacy`, `legacy/` and `./legacy` mean the same. Without globs it says `otherwise`.
 */
export async function createGlobMatcher(
  globs: readonly string[],
  otherwise: boolean,
): Promise<(path: string) => boolean> {
  if (globs.length === 0) return () => otherwise;
  const { default: picomatch } = await import('picomatch');
  const plain = globs.map((glob) => glob.replace(/^\.\//, '').replace(/(.)\/+$/, '$1'));
  return picomatch(plain, { dot: true });
}
