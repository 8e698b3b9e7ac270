import type { Analytics } from '../schema/analytics.ts';
import type { Day } from '../schema/timestamp.ts';
import type { RunOutcome } from '../schema/status.ts';
import type { HealthReport } from '../health/assess-health.ts';

/** Everything that the page shows. Nothing of it changes by itself, so that the page does not either. */
export interface ReportModel {
  readonly analytics: Analytics;
  readonly verdict: Verdict;
}

/** How the last run went; `health` is null before the first one. */
export interface Verdict {
  readonly health: HealthReport['health'] | null;
  readonly problems: HealthReport['problems'];
  /** The UTC day of the last run, not its time: else the page would change with every run. */
  readonly day: Day | null;
  readonly outcome: RunOutcome | null;
}
