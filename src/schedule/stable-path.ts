import { realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { nullIfInaccessible } from '../util/errors.ts';

/**
 * Whether a path disappears with an upgrade or a shell: it contains a version (nvm, Homebrew's Cellar, pnpm,
 * volta), or is a temporary directory of fnm or npx.
 */
export const isVolatile = (path: string): boolean =>
  /\d+\.\d+\.\d+|[\\/](?:_npx|fnm_multishells|Cellar)[\\/]/.test(path);

/**
 * Returns a link on PATH to the same program that survives an upgrade, or else the program itself: the link of a shell
 * disappears with it.
 */
export async function stablePath(
  path: string,
  name: string,
  searchPath: string | undefined,
): Promise<string> {
  if (!isVolatile(path)) return path;
  const target = await resolveLink(path);
  if (target === null) return path;
  for (const dir of (searchPath ?? '').split(delimiter)) {
    const candidate = join(dir, name);
    if (!isAbsolute(dir) || isVolatile(candidate)) continue;
    if ((await resolveLink(candidate)) === target) return candidate;
  }
  return target;
}

/** Returns a path without links, or null if it does not exist or this user can't access it. */
export const resolveLink = (path: string): Promise<string | null> =>
  nullIfInaccessible(realpath(path));
