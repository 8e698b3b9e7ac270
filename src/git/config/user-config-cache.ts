import type { System } from '../../system/system.ts';
import { identityOf } from '../gitdir/fingerprint.ts';
import type { CachedUserConfig } from '../repository-cache.ts';
import type { UserConfigResult, UserConfig } from './user-config.ts';

/** The settings as they were, if every file that they come from is as it was. */
export function restoreUserConfig(
  remembered: CachedUserConfig | null,
  system: System,
): UserConfig | null {
  if (remembered?.home !== homeOf(system)) return null;
  const nowMs = system.now().getTime();
  const isSame = remembered.files.every(([path, identity]) => identityOf(path, nowMs) === identity);
  return isSame ? new Map(remembered.values) : null;
}

/** What is worth keeping of an answer of git; null when a file that it comes from was only just written. */
export function cacheUserConfig(
  { settings, files }: UserConfigResult,
  system: System,
  askedAtMs: number,
): CachedUserConfig | null {
  const identities: [string, string][] = [];
  for (const path of files) {
    const identity = identityOf(path, askedAtMs);
    if (identity === null) return null;
    identities.push([path, identity]);
  }
  return { home: homeOf(system), files: identities, values: [...settings] };
}

const homeOf = ({ home, env }: System): string => JSON.stringify([home, env['XDG_CONFIG_HOME']]);
