import { readLastAnalytics } from '../analytics/read-stored-data.ts';
import type { Workspace } from '../config/workspace.ts';
import { loadOverview } from '../analytics/load-overview.ts';
import { assessHealth, staleAt } from '../health/assess-health.ts';
import { loadHealthFacts } from '../health/load-health-facts.ts';
import { reportPage } from '../report/report-page.ts';
import type { LastRun } from '../report/report-model.ts';
import type { Config } from '../schema/config.ts';
import { dayOf } from '../util/dates.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import type { Store } from '../store/store.ts';
import type { System } from '../system/system.ts';

interface ReportSource {
  readonly workspace: Workspace;
  readonly store: Store;
  readonly config: Config;
  readonly system: System;
}

/** Writes `data/report.html` unless it is up to date. While a snapshot is damaged it shows the last analytics. */
export async function updateReport(stage: string, source: ReportSource): Promise<void> {
  const { workspace, store } = source;
  const analytics = await readLastAnalytics(workspace);
  if (analytics === null) return;
  const text = reportPage({ analytics, lastRun: await assessLastRun(source) });
  await store.saveDerived(stage, [{ target: workspace.report, content: text }], () => []);
}

/** Returns the health when the page is written, and until when it is valid. */
export async function assessLastRun({
  workspace,
  store,
  config,
  system,
}: ReportSource): Promise<LastRun> {
  const { status } = await store.readStatus();
  if (status === null) {
    return { health: null, diagnostics: [], at: null, staleAt: null, day: null, outcome: null };
  }
  const facts = await loadHealthFacts(workspace, { config, status }, system);
  // A damaged snapshot is reported by its sync.
  const overview = await nullIfUnreadable(loadOverview(workspace));
  const { health, diagnostics } = assessHealth({ ...facts, overview });
  const at = status.lastSync;
  return {
    health,
    diagnostics,
    at,
    staleAt: staleAt(config, status, facts.now),
    day: dayOf(status.run.id),
    outcome: status.run.outcome,
  };
}
