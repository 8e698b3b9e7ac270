import type { Store } from '../store/store.ts';
import { contentKeyAt } from '../util/fs.ts';
import { withMicroUsd } from '../schema/micro-usd.ts';
import { deriveFromInputs, findInputs, type DeriveOptions } from './derive-current-analytics.ts';
import { encodeDerivedCache, readDerivedCache } from './derived-cache.ts';

/**
 * Updates `data/analytics.json`. While its inputs are unchanged, this only stats about a dozen files.
 * Throws `UserError` with code `data`, `io` or `lock-lost`; the file is unchanged then.
 */
export async function updateAnalytics(
  stage: string,
  options: DeriveOptions & { readonly store: Pick<Store, 'saveDerived' | 'readStatus'> },
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
    [{ target: workspace.analytics, document: withMicroUsd(analytics) }],
    ([analyticsKey]) => [
      { target: workspace.cache('rollups'), content: encodeRollups(rollups) },
      {
        target: workspace.cache('derived'),
        content: encodeDerivedCache({
          inputs: inputs.key,
          analyticsKey: analyticsKey ?? null,
          overview,
        }),
      },
    ],
  );
}
