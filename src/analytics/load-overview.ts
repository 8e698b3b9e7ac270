import type { Workspace } from '../config/workspace.ts';
import { contentKeyAt } from '../util/fs.ts';
import { readDerivedCache } from './derived-cache.ts';
import type { Overview } from './overview.ts';

/** Returns the part of the data that `status` shows, from the cache of the last run or else from the data. */
export async function loadOverview(workspace: Workspace): Promise<Overview> {
  const [cached, key] = await Promise.all([
    readDerivedCache(workspace),
    // Not null, which means that the file does not exist: reading it below reports the error.
    contentKeyAt(workspace.analytics).catch(() => undefined),
  ]);
  if (cached !== null && cached.analyticsKey === key) return cached.overview;
  const [{ createOverview }, { readStoredData }] = await Promise.all([
    import('./overview.ts'),
    import('./read-stored-data.ts'),
  ]);
  return createOverview(await readStoredData(workspace));
}
