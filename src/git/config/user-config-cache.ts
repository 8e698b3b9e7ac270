import type { System } from '../../system/system.ts';
import { fileKey } from '../gitdir/fingerprint.ts';
import type { CachedUserConfig } from '../repository-cache.ts';
import type { ConfigEntry } from './git-config.ts';
import { configVariables, type UserConfigResult } from './user-config.ts';

/** Returns the cached configuration if none of the files that it was read from has changed. */
export function restoreUserConfig(
  cached: CachedUserConfig | null,
  system: System,
): readonly ConfigEntry[] | null {
  if (cached?.home !== homeKey(system)) return null;
  const nowMs = system.now().getTime();
  const isCurrent = cached.files.every(([path, key]) => fileKey(path, nowMs) === key);
  return isCurrent ? cached.values : null;
}

/** Returns the cache entry of a configuration; null when one of its files was modified a moment ago. */
export function cacheUserConfig(
  { entries, files }: UserConfigResult,
  system: System,
  readAtMs: number,
): CachedUserConfig | null {
  const keys: [string, string][] = [];
  for (const path of files) {
    const key = fileKey(path, readAtMs);
    if (key === null) return null;
    keys.push([path, key]);
  }
  return {
    home: homeKey(system),
    files: keys,
    values: entries,
  };
}

const homeKey = ({ home, env }: System): string =>
  JSON.stringify([home, ...['XDG_CONFIG_HOME', ...configVariables].map((name) => env[name])]);
