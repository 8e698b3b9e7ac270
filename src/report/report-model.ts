import type { Analytics } from '../schema/analytics.ts';
import type { Day, Timestamp } from '../schema/timestamp.ts';
import type { RunOutcome } from '../schema/status.ts';
import type { HealthAssessment } from '../health/assess-health.ts';

/** All data that the page shows. Its script computes from the reader's clock only whether the data are stale. */
export interface ReportModel {
  readonly analytics: Analytics;
  readonly lastRun: LastRun;
}

/** Health and outcome of the last run; `health` is null before the first run. */
export interface LastRun {
  readonly health: HealthAssessment['health'] | null;
  readonly diagnostics: HealthAssessment['diagnostics'];
  /** The end of the last run. */
  readonly at: Timestamp | null;
  /** From when on the data are stale without another run; null if they were when the page was written. */
  readonly staleAt: Timestamp | null;
  /** The UTC day of the last run. */
  readonly day: Day | null;
  readonly outcome: RunOutcome | null;
}
