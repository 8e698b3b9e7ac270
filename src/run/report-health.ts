import type { Config } from '../schema/config.ts';
import { dayOf } from '../schema/timestamp.ts';
import { assessHealth } from '../health/assess-health.ts';
import type { Store } from '../store/store.ts';
import type { Verdict } from '../report/report-model.ts';
import type { Workspace } from '../config/workspace.ts';

/**
 * What the report says of the last run. Judged as of its end, and without lock and schedule: the page must
 * not change while the data do not. What is true right now is told by `status`.
 */
export async function verdictOf(options: {
  readonly workspace: Workspace;
  readonly store: Pick<Store, 'readStatus'>;
  readonly config: Config;
}): Promise<Verdict> {
  const { workspace, store, config } = options;
  const { status } = await store.readStatus();
  if (status === null) return { health: null, problems: [], day: null, outcome: null };
  const none = { target: null, message: null, nextRunAt: null, command: null, commandExists: null };
  const { health, problems } = assessHealth({
    workspace: workspace.root,
    config,
    status,
    lock: { type: 'free' },
    schedule: { ...none, state: 'missing' },
    now: new Date(status.lastSync),
  });
  return { health, problems, day: dayOf(status.run.id), outcome: status.run.outcome };
}
