/** Tells whether a path (relative to a project, with `/`) is meant. */
export type PathFilter = (path: string) => boolean;

/** Compiles the user's globs; the matcher is loaded only where there are any. */
export async function compileGlobs(globs: readonly string[]): Promise<PathFilter> {
  if (globs.length === 0) return () => false;
  const { default: picomatch } = await import('picomatch');
  return picomatch([...globs], { dot: true });
}
