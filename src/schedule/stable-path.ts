import { realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Whether a path goes away with an upgrade or a shell: it holds a version (nvm, Homebrew's Cellar, pnpm,
 * volta) or lies where fnm or npx put what they need for a while.
 */
export const isVolatile = (path: string): boolean =>
  /\d+\.\d+\.\d+|[\\/](?:_npx|fnm_multishells|Cellar)[\\/]/.test(path);

/** Another name of the same program on PATH that survives an upgrade; the path itself when there is none. */
export async function stablePath(
  path: string,
  name: string,
  searchPath: string | undefined,
): Promise<string> {
  if (!isVolatile(path)) return path;
  const target = await resolved(path);
  for (const folder of (searchPath ?? '').split(delimiter)) {
    const candidate = join(folder, name);
    if (!isAbsolute(folder) || isVolatile(candidate)) continue;
    if ((await resolved(candidate)) === target) return candidate;
  }
  return path;
}

async function resolved(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null;
  }
}
