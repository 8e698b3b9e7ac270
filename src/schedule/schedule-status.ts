import { noSchedule, type ScheduleFacts } from '../health/schedule-health.ts';
import { toTimestamp } from '../util/dates.ts';
import { findProgramOrNull } from '../system/find-program.ts';
import { inTimeZone } from '../system/time-zone.ts';
import { UserError } from '../util/errors.ts';
import { exists, FileError } from '../util/fs.ts';
import { compareInstalled, isPaused } from './install/compare-installed.ts';
import { runProbe } from './install/run-tool.ts';
import { installedJob, type ScheduleContext } from './schedule-context.ts';
import { schedulers } from './registry.ts';
import type { Job, RunTool, Scheduler } from './scheduler.ts';
import { dueZone, scheduleZones, unknownZoneText, type ScheduleZones } from './time-zones.ts';

/**
 * Resolves with the state of this workspace's schedule. Without a record of an install no scheduler is
 * queried. `getDue` returns when the next run is due in the local time zone; null means now.
 */
export async function scheduleStatus(
  context: ScheduleContext,
  getDue: () => Date | null,
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
    const [{ state }, zones] = await Promise.all([
      compareInstalled(scheduler, job, host, runTool),
      scheduleZones(scheduler, { ...context, job }),
    ]);
    const next = await nextRun(scheduler, job, { runTool, now: system.now(), zones, getDue });
    const zone = dueZone(scheduler, job, zones);
    const paused = isPaused(record, state);
    const nextRunAt = paused || state === 'missing' || next === null ? null : toTimestamp(next);
    const shown = paused ? 'paused' : state;
    return {
      target,
      state: shown,
      message: zone.name === null ? unknownZoneText(zone) : null,
      nextRunAt,
      timeZone: zone.name,
      command,
      commandExists,
      git,
      gitExists,
    };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof FileError)) throw error;
    const { message } = error;
    const programs = { command, commandExists, git, gitExists };
    return { target, state: 'unknown', message, nextRunAt: null, timeZone: null, ...programs };
  }
}

interface NextRunContext {
  readonly runTool: RunTool;
  readonly now: Date;
  readonly zones: ScheduleZones;
  /** Returns when the next run is due in the local time zone; null means now. */
  readonly getDue: () => Date | null;
}

/** Resolves with the next start of a run that is due, or null if it is unknown. */
export async function nextRun(
  scheduler: Scheduler,
  job: Job,
  { runTool, now, zones, getDue }: NextRunContext,
): Promise<Date | null> {
  const { minutes, dueCheck } = scheduler.tick(job);
  const { starts, followsClock } = zones;
  const { name: zone } = dueZone(scheduler, job, zones);
  if (zone === null || starts.name === null) return null;
  const due = inTimeZone(zone, getDue);
  const tickMs = minutes === null ? null : minutes * 60_000;
  // Half a tick before it is due a run may start.
  const earlyMs = tickMs === null ? 1 : tickMs / 2;
  const earliest = dueCheck && due !== null && due > now ? due.getTime() - earlyMs : now.getTime();
  if (!scheduler.nextStartProbe) {
    const after = new Date(earliest);
    return inTimeZone(starts.name, () => scheduler.nextStart(job, after, { followsClock }));
  }
  const start = await runProbe(scheduler.nextStartProbe(job), runTool);
  if (start === null) return null;
  if (tickMs === null) return start.getTime() < earliest ? due : start;
  const ticks = Math.max(0, Math.ceil((earliest - start.getTime()) / tickMs));
  return new Date(start.getTime() + ticks * tickMs);
}
