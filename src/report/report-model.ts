import type { Analytics } from '../schema/analytics.ts';
import type { Day } from '../schema/timestamp.ts';
import type { RunOutcome } from '../schema/status.ts';
import type { HealthAssessment } from '../health/assess-health.ts';

/** All data that the page shows. It does not depend on the current time, so that an unchanged page stays unchanged. */
export interface ReportModel {
  readonly analytics: Analytics;
  readonly lastRun: LastRun;
}

/** Health and outcome of the last run; `health` is null before the first run. */
export interface LastRun {
  readonly health: HealthAssessment['health'] | null;
  readonly diagnostics: HealthAssessment['diagnostics'];
  /** The UTC day of the last run. With its time, the page would change with every run. */
  readonly day: Day | null;
  readonly outcome: RunOutcome | null;
}
