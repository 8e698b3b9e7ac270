import { checkConfigTrust } from '../config/config-trust.ts';
import type { Workspace } from '../config/workspace.ts';
import type { assessHealth } from './assess-health.ts';
import { inspectLock } from '../lock/state.ts';
import { getScheduleStatus } from '../schedule/get-schedule-status.ts';
import { nextDue, planRun } from '../syncs/plan.ts';
import type { System } from '../system/system.ts';
import { readPublishFailure } from '../store/publish-failure.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import type { RunFacts } from './load-run-facts.ts';

/** Reads the lock, the schedule and the trust in the configuration, from which the health is assessed. */
export async function loadHealthFacts(
  workspace: Workspace,
  facts: RunFacts,
  system: System,
): Promise<Omit<Parameters<typeof assessHealth>[0], 'overview'>> {
  const lock = await inspectLock(workspace, system);
  const now = system.now();
  const due = nextDue(planRun(facts.config, null), facts.status, facts.config.intervalMinutes, now);
  const schedule = await getScheduleStatus(workspace, due, system);
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
