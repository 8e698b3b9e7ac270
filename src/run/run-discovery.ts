import { discover, type DiscoverOptions } from '../discovery/discover.ts';
import type { Discovery } from '../discovery/discovery.ts';
import {
  decodeDiscoveryCache,
  encodeDiscoveryCache,
  toKnownProject,
  type KnownProjects,
} from '../discovery/discovery-cache.ts';
import type { Store } from '../store/store.ts';

/** The discovery of a run. */
export interface RunDiscovery {
  /** Discovers the projects once. */
  readonly discover: () => Promise<Discovery>;
  /** Saves the cache for the next run. */
  readonly save: (stage: string) => Promise<void>;
}

export async function createRunDiscovery({
  store,
  ...options
}: Omit<DiscoverOptions, 'known' | 'previousGracePeriod'> & {
  readonly store: Store;
}): Promise<RunDiscovery> {
  const cache = decodeDiscoveryCache(await store.readCache('discovery'));
  let { known } = cache;
  let discovery: Promise<Discovery> | null = null;
  const walk = async (): Promise<Discovery> => {
    known = await readKnownProjects(store, cache.known);
    const { projects } = known;
    return discover({ ...options, known: projects, previousGracePeriod: cache.inGracePeriod });
  };
  return {
    discover: () => {
      discovery ??= walk();
      // A retry of the sync has to walk again.
      discovery.catch(() => (discovery = null));
      return discovery;
    },
    save: async (stage) => {
      const inGracePeriod = (await discovery)?.inGracePeriod;
      if (inGracePeriod === undefined) return;
      // A run that changes the registry leaves it to the next one to cache the projects.
      const isNew = known !== cache.known && known?.key === (await registryKey(store));
      // Usually both are empty.
      if (!isNew && cache.inGracePeriod.size + inGracePeriod.size === 0) return;
      await store.saveCache(stage, 'discovery', encodeDiscoveryCache({ inGracePeriod, known }));
    },
  };
}

/** Returns the projects that have an id. quality.json has ids, too, in case projects.json can't be read. */
async function readKnownProjects(
  store: Store,
  cached: KnownProjects | null,
): Promise<KnownProjects> {
  // Before the files are read: a change in between is then detected by the next run.
  const key = await registryKey(store);
  if (cached !== null && cached.key === key) return cached;
  const [registry, quality] = await Promise.allSettled([
    store.readSnapshot('projects'),
    store.readSnapshot('quality'),
  ]);
  const isDamaged = registry.status === 'rejected' || quality.status === 'rejected';
  const known = registry.status === 'rejected' ? [] : (registry.value?.projects ?? []);
  const others = quality.status === 'rejected' ? [] : (quality.value?.projects ?? []);
  const ids = new Set(known.map(({ id }) => id));
  const paths = new Set(known.map(({ path }) => path));
  return {
    key: isDamaged ? null : key,
    projects: [
      ...known.map(toKnownProject),
      ...others
        .filter(({ id, path }) => !ids.has(id) && !paths.has(path))
        .map(({ id, path }) => ({ id, path })),
    ],
  };
}

const registryKey = async (store: Store): Promise<string> =>
  JSON.stringify([await store.snapshotKey('projects'), await store.snapshotKey('quality')]);
