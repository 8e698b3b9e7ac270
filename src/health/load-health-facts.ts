import { loadOverview } from '../analytics/load-overview.ts';
import { checkConfigTrust } from '../config/config-trust.ts';
import type { Workspace } from '../config/workspace.ts';
import { inspectLock } from '../lock/state.ts';
import { getScheduleStatus } from '../schedule/get-schedule-status.ts';
import { nextDue, planRun } from '../syncs/plan.ts';
import type { System } from '../system/system.ts';
import { readPublishFailure } from '../store/publish-failure.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import type { assessHealth } from './assess-health.ts';
import type { RunFacts } from './load-run-facts.ts';
import { noSchedule, type ScheduleFacts } from './schedule-health.ts';

export type HealthFacts = Parameters<typeof assessHealth>[0];

/** Reads the lock, the schedule and the trust in the configuration, from which the health is assessed. */
export async function loadHealthFacts(
  workspace: Workspace,
  facts: RunFacts,
  system: System,
): Promise<Omit<HealthFacts, 'overview'>> {
  const lock = await inspectLock(workspace, system);
  const now = system.now();
  const { config, status } = facts;
  const getDue = (): Date | null => nextDue(planRun(config, null), { config, status, now });
  const schedule = await getScheduleStatus(workspace, getDue, system);
  const untrustedConfig = await findUntrustedConfig(workspace, system);
  const publishProblem = await findPublishProblem(workspace, now);
  return {
    workspace: workspace.root,
    ...facts,
    lock,
    schedule,
    now,
    untrustedConfig,
    publishProblem,
  };
}

/**
 * Reads all facts for what follows a run: metrics, the page and notifications. Facts that can't be read are left out,
 * because the result of the run is reported nevertheless.
 */
export async function loadRunHealth(
  workspace: Workspace,
  facts: RunFacts,
  system: System,
): Promise<HealthFacts> {
  const orNull = <Value>(loaded: Promise<Value>): Promise<Value | null> =>
    loaded.catch((error: unknown) => {
      if (error instanceof UserError || error instanceof FileError) return null;
      throw error;
    });
  const [loaded, overview] = await Promise.all([
    orNull(loadHealthFacts(workspace, facts, system)),
    orNull(loadOverview(workspace)),
  ]);
  const schedule: ScheduleFacts = { ...noSchedule, state: 'unknown', message: 'it is unreadable' };
  const without = { workspace: workspace.root, ...facts, schedule, now: system.now() };
  return { ...(loaded ?? { ...without, lock: { type: 'free' } }), overview };
}

/** Returns why `notify.command` is not run, or null. Reads the configuration only if others can write it. */
async function findUntrustedConfig(
  workspace: Workspace,
  system: System,
): Promise<Diagnostic | null> {
  const untrusted = await checkConfigTrust(workspace, system);
  if (untrusted === null) return null;
  const { readConfig } = await import('../config/config.ts');
  return (await readConfig(workspace)).notify.command === undefined ? null : untrusted;
}

/** A machine that is offline publishes later, so network errors are reported after this time. */
const maxOfflineMs = 24 * 3_600_000;

/** Returns why the data are not published, or null. Reads the configuration only after a failure. */
async function findPublishProblem(workspace: Workspace, now: Date): Promise<Diagnostic | null> {
  const failure = await readPublishFailure(workspace);
  if (failure === null) return null;
  const { since, code, message } = failure;
  const isOffline = code === 'network' || code === 'timeout';
  if (isOffline && now.getTime() - Date.parse(since) < maxOfflineMs) return null;
  const { readConfig } = await import('../config/config.ts');
  if ((await readConfig(workspace)).fleet.url === undefined) return null;
  const text = `not published since ${since.slice(0, 10)}: ${message}`;
  const details = { subject: 'fleet', message: text, hint: 'sync-runner publish' };
  return diagnostic('fleet-failing', details);
}
