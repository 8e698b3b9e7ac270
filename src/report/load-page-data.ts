import { readHistory, type DeriveOptions } from '../analytics/derive-current-analytics.ts';
import { createOverview } from '../analytics/overview.ts';
import { readIntactSnapshots } from '../analytics/read-stored-data.ts';
import { ledgersOf } from '../analytics/usage/ledgers.ts';
import { currentUsage } from '../analytics/usage/token-analytics.ts';
import { assessHealth, staleAt } from '../health/assess-health.ts';
import { loadHealthFacts } from '../health/load-health-facts.ts';
import { inScheduleZone } from '../health/schedule-health.ts';
import type { Analytics } from '../schema/analytics.ts';
import type { System } from '../system/system.ts';
import { dayIn, dayOf } from '../util/dates.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import { buildPageData } from './build-page-data.ts';
import type { LastRun, PageData } from './page-data.ts';

export type PageSource = DeriveOptions & { readonly system: System };

/**
 * Reads what the page shows in addition to the analytics, and assesses the health as of now. A snapshot that is
 * damaged is omitted: the analytics contain its last valid data, and its sync has reported it.
 */
export async function loadPageData(analytics: Analytics, source: PageSource): Promise<PageData> {
  const { workspace, store, config, system } = source;
  const { status } = await store.readStatus();
  const facts = await loadHealthFacts(workspace, { config, status }, system);
  const stored = { ...(await readIntactSnapshots(workspace)), analytics };
  const overview = createOverview(stored);
  const { health, diagnostics, nextRunAt, nextRunSource } = assessHealth({ ...facts, overview });
  const lastRun: LastRun =
    status === null
      ? noRun
      : {
          health,
          diagnostics,
          at: status.lastSync,
          staleAt: inScheduleZone(facts.schedule, () => staleAt(config, status, facts.now)),
          nextRunAt: nextRunSource === 'scheduler' ? nextRunAt : null,
          day: dayOf(status.run.id),
          outcome: status.run.outcome,
        };
  const { timeZone } = config.tokens;
  const readAt = status?.syncs.tokens.lastSuccess ?? null;
  const { now } = source;
  return buildPageData({
    stored,
    ledgers:
      stored.tokens === null
        ? []
        : ledgersOf(currentUsage(stored.tokens, { timeZone, now, readAt })),
    history: (await nullIfUnreadable(readHistory(source))) ?? { quality: [], projects: [] },
    status,
    lastRun,
    config,
    today: dayIn(timeZone)(now),
  });
}

const noRun: LastRun = {
  health: null,
  diagnostics: [],
  at: null,
  staleAt: null,
  nextRunAt: null,
  day: null,
  outcome: null,
};
