import type { System } from '../../system/system.ts';
import { lazy } from '../../util/async.ts';
import { getOrInsert } from '../../util/collections.ts';
import { userConfigFingerprint } from '../gitdir/fingerprint.ts';
import type { OpenRepository } from '../open-repository.ts';
import type { RepositoryCache } from '../repository-cache.ts';
import { isInclude } from './includes.ts';
import { cacheUserConfig, restoreUserConfig } from './user-config-cache.ts';
import { readUserConfig, userConfigFor, type UserConfig } from './user-config.ts';

/** The user's configuration for a repository, and its `userConfigFingerprint`. */
export interface UserConfigAndKey {
  readonly config: UserConfig;
  readonly key: string | null;
}

/** Reads the user's configuration of git once in a run; `cache` is updated. */
export function createUserConfigReader(context: {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly cache: Pick<RepositoryCache, 'userConfig'>;
}) {
  const { system, signal, cache } = context;
  const nowMs = (): number => system.now().getTime();
  const freshEntries = lazy(async () => {
    const readAtMs = nowMs();
    const result = await readUserConfig(system, signal);
    cache.userConfig = cacheUserConfig(result, system, readAtMs);
    return result.entries;
  });
  const readEntries = lazy(
    async () => restoreUserConfig(cache.userConfig, system) ?? (await freshEntries()),
  );
  /** By content: the conditional includes of a user result in few different configurations. */
  const configs = new Map<string, UserConfigAndKey>();
  /** Null if it depends on the repository. */
  let common: UserConfigAndKey | null = null;
  return {
    /** Reads the configuration with git, which is not taken from the cache, and checks the version of git. */
    readWithGit: async (): Promise<void> => {
      await freshEntries();
    },
    /** Opens the repository only if the configuration may depend on it. */
    configFor: async (open: () => Promise<OpenRepository>): Promise<UserConfigAndKey> => {
      if (common !== null) return common;
      const entries = await readEntries();
      const config = userConfigFor(entries, await open(), system.home);
      const resolved = getOrInsert(configs, JSON.stringify([...config]), () => ({
        config,
        key: userConfigFingerprint(config, nowMs()),
      }));
      if (!entries.some(([name]) => isInclude(name))) common = resolved;
      return resolved;
    },
  };
}
