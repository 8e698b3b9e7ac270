import type { Overview } from '../analytics/overview.ts';
import { loadOverview } from '../analytics/load-overview.ts';
import type { Workspace } from '../config/workspace.ts';
import type { RunRecord } from '../schema/status.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import type { PlanOutcome } from './execute-plan.ts';
import type { RunChange } from './run-changes.ts';

/** What `run` prints at its end. */
export interface RunResult {
  /** Null if the data can't be read. */
  readonly overview: Overview | null;
  readonly changes: readonly RunChange[];
  /** The command to continue with. */
  readonly next: string;
}

export async function loadRunResult(
  workspace: Workspace,
  { outcome }: RunRecord,
  { changes, previousStatus }: Pick<PlanOutcome, 'changes' | 'previousStatus'>,
): Promise<RunResult> {
  // The sync that owns a damaged file has reported it.
  const overview = await nullIfUnreadable(loadOverview(workspace));
  const hasNone = overview?.projects?.total === 0;
  const next =
    outcome === 'error' || overview === null || hasNone
      ? 'sync-runner doctor'
      : previousStatus === null
        ? 'sync-runner report --open'
        : 'sync-runner today';
  return { overview, changes, next };
}
