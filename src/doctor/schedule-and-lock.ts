import { assessHealth } from '../health/assess-health.ts';
import { noSchedule, scheduleProblems } from '../health/schedule-health.ts';
import { inspectLock, type LockState } from '../lock/state.ts';
import { schedulers } from '../schedule/registry.ts';
import { createScheduleContext, installedJob } from '../schedule/schedule-context.ts';
import { scheduleDiagnostics } from '../schedule/schedule-diagnostics.ts';
import type { StatusFile } from '../schema/status.ts';
import { readStatusFile } from '../store/status-file.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { shellQuote } from '../util/shell.ts';
import { plural } from '../util/text.ts';
import { passed, type Check } from './check.ts';

/** A run that holds the lock for longer than this may hang. */
const maxIntervals = 2;

export const lock: Check = {
  id: 'lock',
  run: async ({ workspace, system, config }) => {
    const state = await inspectLock(workspace, system);
    switch (state.type) {
      case 'free':
        return [passed('the lock is free')];
      case 'foreign': {
        const path = workspace.lock;
        const message = 'was not created by sync-runner and blocks every run';
        const hint = `mv ${shellQuote(path)} ${shellQuote(`${path}.foreign`)}`;
        return [diagnostic('foreign-lock', { subject: path, message, hint })];
      }
      case 'held':
        return [checkHolder(state, system.now(), config?.intervalMinutes ?? null)];
    }
  },
};

function checkHolder(
  { pid, host, since, alive }: Extract<LockState, { type: 'held' }>,
  now: Date,
  intervalMinutes: number | null,
): Diagnostic {
  const minutes = Math.floor((now.getTime() - Date.parse(since)) / 60_000);
  const holder = `pid ${String(pid)} on ${host} for ${String(minutes)} min`;
  if (alive === 'no') {
    const message = `the lock was held by ${holder}, which has exited; the next run takes it over`;
    return diagnostic('lock-abandoned', { message, hint: 'sync-runner run' });
  }
  const message = `the lock is held by ${holder}`;
  const isLong = intervalMinutes !== null && minutes > maxIntervals * intervalMinutes;
  if (!isLong) return passed(message);
  const hint = alive === 'yes' ? `kill ${String(pid)}` : null;
  return diagnostic('lock-held-long', { message: `${message}; the run may hang`, hint });
}

export const schedule: Check = {
  id: 'schedule',
  run: async ({ getSchedule, config, workspace, system }) => {
    if (config === null) return [];
    const facts = await getSchedule();
    if (facts.target === null) {
      const message = 'no schedule is installed, so runs do not start on their own';
      return [diagnostic('no-schedule', { message, hint: 'sync-runner install-schedule' })];
    }
    const findings = [...scheduleProblems(facts)];
    if (findings.length === 0) findings.push(passed(`schedule installed in ${facts.target}`));
    const scheduler = Object.values(schedulers).find(({ name }) => name === facts.target);
    if (scheduler !== undefined) {
      const context = await createScheduleContext(config, workspace, system);
      const diagnostics = await scheduleDiagnostics(scheduler, {
        ...context,
        job: installedJob(context),
      });
      const isNew = (one: Diagnostic): boolean =>
        one.severity === 'warning' && findings.every(({ message }) => message !== one.message);
      findings.push(...diagnostics.filter(isNew));
    }
    return findings;
  },
};

export const lastRun: Check = {
  id: 'last-run',
  run: async ({ config, workspace, system, getSchedule }) => {
    if (config === null) return [];
    let status: StatusFile | null;
    try {
      status = await readStatusFile(workspace);
    } catch (error) {
      // Reported by the check of the data files.
      if (error instanceof UserError && error.code === 'data') return [];
      throw error;
    }
    const hint = 'sync-runner run';
    if (status === null) return [diagnostic('no-run', { message: 'no run yet', hint })];
    const now = system.now();
    const { id } = status.run;
    if (Date.parse(id) > now.getTime() + 60_000) {
      const message = `the last run is in the future (${id}): the clock was or is wrong`;
      return [diagnostic('clock-skew', { message, hint })];
    }
    const { timeZone } = await getSchedule();
    const { diagnostics } = assessHealth({
      workspace: workspace.root,
      config,
      status,
      lock: { type: 'free' },
      schedule: { ...noSchedule, timeZone },
      now,
    });
    if (diagnostics.length === 0) return [passed(`the last run (${id}) succeeded`)];
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const warnings = diagnostics.length - errors.length;
    if (warnings === 0) return errors;
    const message = `${plural(warnings, 'warning')} of the last run`;
    const details = { message, hint: 'sync-runner status --verbose' };
    return [...errors, diagnostic('run-warnings', details)];
  },
};
