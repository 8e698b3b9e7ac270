import type { StatusFile } from '../schema/status.ts';
import { shellQuote } from '../util/shell.ts';
import { UserError } from '../util/errors.ts';
import { assessHealth } from '../health/assess-health.ts';
import { inspectLock, type LockState } from '../lock/state.ts';
import { scheduleProblems } from '../health/schedule-health.ts';
import { createScheduleContext } from '../schedule/schedule-context.ts';
import { schedulers } from '../schedule/registry.ts';
import { scheduleDiagnostics } from '../schedule/schedule-diagnostics.ts';
import { readStatusFile } from '../store/status-file.ts';
import { diagnosticLine } from '../output/diagnostic-text.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';
import { gitForScheduler } from './tools.ts';

type Line = Omit<Finding, 'id'>;

/** A run that holds the lock for more than this many intervals is reported as possibly hanging. */
const patientIntervals = 2;

export const lock: Check = {
  id: 'lock',
  run: async ({ workspace, system, config }) => {
    const state = await inspectLock(workspace, system);
    switch (state.type) {
      case 'free':
        return [ok('the lock is free')];
      case 'foreign': {
        const message = `${workspace.lock} was not made by this program; no run gets past it`;
        return [
          fail(
            message,
            `mv ${shellQuote(workspace.lock)} ${shellQuote(`${workspace.lock}.foreign`)}`,
          ),
        ];
      }
      case 'held':
        return [judgeHolder(state, system.now(), config?.intervalMinutes ?? null)];
    }
  },
};

function judgeHolder(
  { pid, host, since, alive }: Extract<LockState, { type: 'held' }>,
  now: Date,
  intervalMinutes: number | null,
): Line {
  const minutes = Math.floor((now.getTime() - Date.parse(since)) / 60_000);
  const holder = `pid ${String(pid)} on ${host} since ${String(minutes)} min`;
  if (alive === 'no') {
    const message = `the lock was left by ${holder}, which has ended; the next run takes over`;
    return warn(message, 'sync-runner run');
  }
  const isLong = intervalMinutes !== null && minutes > patientIntervals * intervalMinutes;
  const message = `the lock is held by ${holder}`;
  return isLong
    ? warn(`${message}: it may hang`, alive === 'yes' ? `kill ${String(pid)}` : null)
    : ok(message);
}

export const schedule: Check = {
  id: 'schedule',
  run: async ({ askSchedule, config, workspace, system }) => {
    if (config === null) return [];
    const facts = await askSchedule();
    if (facts.target === null) {
      return [warn('no schedule: nothing runs by itself', 'sync-runner install-schedule')];
    }
    const lines = scheduleProblems(facts).map(({ severity, message, hint: fix }) =>
      severity === 'error' ? fail(message, fix) : warn(message, fix),
    );
    if (lines.length === 0) lines.push(ok(`schedule installed in ${facts.target}`));
    const scheduler = Object.values(schedulers).find(({ name }) => name === facts.target);
    if (scheduler !== undefined) {
      const context = await createScheduleContext(config, workspace, system);
      const { job, record } = context;
      const installed = { ...context, job: { ...job, command: record?.command ?? job.command } };
      const diagnostics = await scheduleDiagnostics(scheduler, installed);
      for (const { severity, message, hint } of diagnostics) {
        if (severity === 'warning') lines.push(warn(message, hint));
      }
    }
    const withoutGit = await gitForScheduler(system);
    return withoutGit === null ? lines : [...lines, withoutGit];
  },
};

const noSchedule = {
  target: null,
  message: null,
  nextRunAt: null,
  command: null,
  commandExists: null,
};

export const lastRun: Check = {
  id: 'last-run',
  run: async ({ config, workspace, system }) => {
    if (config === null) return [];
    let status: StatusFile | null;
    try {
      status = await readStatusFile(workspace);
    } catch (error) {
      // The data-files check reports it.
      if (error instanceof UserError && error.code === 'data') return [];
      throw error;
    }
    if (status === null) return [warn('nothing has run yet', 'sync-runner run')];
    const now = system.now();
    if (Date.parse(status.run.id) > now.getTime() + 60_000) {
      const message = `the last run lies in the future (${status.run.id}): the clock was or is wrong`;
      return [warn(message, 'sync-runner run')];
    }
    const { problems } = assessHealth({
      workspace: workspace.root,
      config,
      status,
      lock: { type: 'free' },
      schedule: { ...noSchedule, state: 'missing' },
      now,
    });
    const errors = problems.filter(({ severity }) => severity === 'error');
    const warnings = problems.length - errors.length;
    return [
      ...errors.map((one) => fail(diagnosticLine(one), one.hint ?? 'sync-runner run')),
      ...(warnings > 0
        ? [warn(`${String(warnings)} warnings of the last run`, 'sync-runner status --verbose')]
        : []),
      ...(problems.length === 0 ? [ok(`the last run (${status.run.id}) succeeded`)] : []),
    ];
  },
};
