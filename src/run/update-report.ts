import { readLastAnalytics } from '../analytics/read-stored-data.ts';
import { loadPageData, type PageSource } from '../report/load-page-data.ts';
import { reportPage } from '../report/report-page.ts';
import type { Store } from '../store/store.ts';
import { readPageAssets } from '../system/page-assets.ts';

/** Writes `data/report.html` unless it is up to date. While a snapshot is damaged it shows the last analytics. */
export async function updateReport(
  stage: string,
  source: PageSource & { readonly store: Pick<Store, 'saveDerived'> },
): Promise<void> {
  const { workspace, store } = source;
  const analytics = await readLastAnalytics(workspace);
  if (analytics === null) return;
  const data = await loadPageData(analytics, source);
  const content = reportPage(data, await readPageAssets());
  await store.saveDerived(stage, [{ target: workspace.report, content }], () => []);
}
