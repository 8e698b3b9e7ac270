import type { Workspace } from '../config/workspace.ts';
import { analyticsFile, type Analytics } from '../schema/analytics.ts';
import { readJsonFile } from '../store/json-file.ts';
import type { Store } from '../store/store.ts';
import { UserError } from '../util/errors.ts';
import { contentKeyAt } from '../util/fs.ts';
import { deriveFromInputs, findInputs, type DeriveOptions } from './derive-current-analytics.ts';
import { encodeDerivedCache, readDerivedCache } from './load-overview.ts';

/**
 * Updates `data/analytics.json`. While its inputs are unchanged, this only stats about a dozen files.
 * Throws `UserError` `data` if a snapshot is damaged, without changing the file; `io` and `lock-lost`.
 */
export async function updateAnalytics(
  stage: string,
  options: DeriveOptions & { readonly store: Pick<Store, 'saveDerived'> },
): Promise<void> {
  const { workspace, store } = options;
  const inputs = await findInputs(options);
  const cached = await readDerivedCache(workspace);
  const isCurrent =
    cached?.inputs === inputs.key &&
    cached.analyticsKey === (await contentKeyAt(workspace.analytics));
  if (isCurrent) return;

  const { analytics, overview, rollups } = await deriveFromInputs(options, inputs);
  const { encodeRollups } = await import('./history/monthly-rollups.ts');
  await store.saveDerived(
    stage,
    [{ target: workspace.analytics, document: analytics }],
    ([analyticsKey = null]) => [
      { target: workspace.cache('trends'), content: encodeRollups(rollups) },
      {
        target: workspace.cache('derived'),
        content: encodeDerivedCache({ inputs: inputs.key, analyticsKey, overview }),
      },
    ],
  );
}

/** Returns the stored analytics for use while a snapshot is damaged; null if they are missing or invalid. */
export async function readLastAnalytics({ analytics }: Workspace): Promise<Analytics | null> {
  try {
    return (await readJsonFile(analytics, analyticsFile))?.value ?? null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
