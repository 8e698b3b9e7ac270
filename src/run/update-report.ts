import { readLastAnalytics } from '../analytics/read-stored-data.ts';
import type { Workspace } from '../config/workspace.ts';
import { assessHealth } from '../health/assess-health.ts';
import { noSchedule } from '../health/schedule-health.ts';
import { reportPage } from '../report/report-page.ts';
import type { LastRun } from '../report/report-model.ts';
import type { Config } from '../schema/config.ts';
import { dayOf } from '../util/dates.ts';
import type { Store } from '../store/store.ts';

interface ReportSource {
  readonly workspace: Workspace;
  readonly store: Store;
  readonly config: Config;
}

/** Writes `data/report.html` unless it is up to date. While a snapshot is damaged it shows the last analytics. */
export async function updateReport(stage: string, source: ReportSource): Promise<void> {
  const { workspace, store } = source;
  const analytics = await readLastAnalytics(workspace);
  if (analytics === null) return;
  const text = reportPage({ analytics, lastRun: await assessLastRun(source) });
  await store.saveDerived(stage, [{ target: workspace.report, content: text }], () => []);
}

/**
 * Returns the health of the last run as of its end, without lock and schedule: the page must not change
 * while the data do not. `status` reports the health as of now.
 */
export async function assessLastRun({ workspace, store, config }: ReportSource): Promise<LastRun> {
  const { status } = await store.readStatus();
  if (status === null) return { health: null, diagnostics: [], day: null, outcome: null };
  const { health, diagnostics } = assessHealth({
    workspace: workspace.root,
    config,
    status,
    lock: { type: 'free' },
    schedule: noSchedule,
    now: new Date(status.lastSync),
  });
  return { health, diagnostics, day: dayOf(status.run.id), outcome: status.run.outcome };
}
