import { noSchedule, type ScheduleFacts } from '../health/schedule-health.ts';
import { toTimestamp } from '../util/dates.ts';
import { findProgramOrNull } from '../system/find-program.ts';
import { UserError } from '../util/errors.ts';
import { exists, FileError } from '../util/fs.ts';
import { compareInstalled, isPaused } from './install/compare-installed.ts';
import { runProbe } from './install/run-tool.ts';
import { installedJob, type ScheduleContext } from './schedule-context.ts';
import { schedulers } from './registry.ts';
import type { Job, RunTool, Scheduler } from './scheduler.ts';

/**
 * Resolves with the state of this workspace's schedule. Without a record of an install no scheduler is
 * queried. `due` is when the next run is due; null means now.
 */
export async function scheduleStatus(
  context: ScheduleContext,
  due: Date | null,
): Promise<ScheduleFacts> {
  const { record, host, runTool, system } = context;
  if (record === null) return noSchedule;
  const { target, command, git = null } = record;
  const job = installedJob(context);
  const scheduler = schedulers[target];
  let commandExists: boolean | null = null;
  let gitExists: boolean | null = null;
  try {
    gitExists = git === null ? null : (await findProgramOrNull(git, system)) !== null;
    commandExists = (await Promise.all(command.map(exists))).every(Boolean);
    const [{ state }, next] = await Promise.all([
      compareInstalled(scheduler, job, host, runTool),
      nextRun(scheduler, job, { runTool, now: system.now(), due }),
    ]);
    const paused = isPaused(record, state);
    const nextRunAt = paused || state === 'missing' || next === null ? null : toTimestamp(next);
    const shown = paused ? 'paused' : state;
    return {
      target,
      state: shown,
      message: null,
      nextRunAt,
      command,
      commandExists,
      git,
      gitExists,
    };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof FileError)) throw error;
    const { message } = error;
    const programs = { command, commandExists, git, gitExists };
    return { target, state: 'unknown', message, nextRunAt: null, ...programs };
  }
}

/** Resolves with the next start of a run that is due, or null if it is unknown. */
export async function nextRun(
  scheduler: Scheduler,
  job: Job,
  { runTool, now, due }: { runTool: RunTool; now: Date; due: Date | null },
): Promise<Date | null> {
  const { minutes, dueCheck } = scheduler.tick(job);
  const tickMs = minutes === null ? null : minutes * 60_000;
  // Half a tick before it is due a run may start.
  const earlyMs = tickMs === null ? 1 : tickMs / 2;
  const earliest = dueCheck && due !== null && due > now ? due.getTime() - earlyMs : now.getTime();
  if (!scheduler.nextStartProbe) return scheduler.nextStart(job, new Date(earliest));
  const start = await runProbe(scheduler.nextStartProbe(job), runTool);
  if (start === null) return null;
  if (tickMs === null) return start.getTime() < earliest ? due : start;
  const ticks = Math.max(0, Math.ceil((earliest - start.getTime()) / tickMs));
  return new Date(start.getTime() + ticks * tickMs);
}
