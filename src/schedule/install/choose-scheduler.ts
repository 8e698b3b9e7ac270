import { UserError } from '../../util/errors.ts';
import { exists, FileError } from '../../util/fs.ts';
import { schedulers, schedulersFor } from '../registry.ts';
import type { ScheduleContext } from '../schedule-context.ts';
import { isCronRunning } from './cron-daemon.ts';
import type { Job, RunTool, Scheduler, SchedulerName } from '../scheduler.ts';
import { cronLine } from '../schedulers/crontab.ts';

export type ScheduleTarget = SchedulerName | 'auto';

export interface SchedulerChoice {
  readonly scheduler: Scheduler;
  /** Why it was chosen. */
  readonly reason: string;
}

/**
 * Returns the requested scheduler; by default the one where this workspace's schedule is installed, else the first
 * available one of the platform. Throws `UserError` with code `no-scheduler` if there is none, or only crontabs that no
 * daemon reads.
 */
export async function chooseScheduler(
  target: ScheduleTarget,
  { job, record, runTool, system }: ScheduleContext,
): Promise<SchedulerChoice> {
  const { platform, env } = system;
  const candidates = schedulersFor(platform);
  if (target !== 'auto') {
    const scheduler = schedulers[target];
    const problem = await unavailableReason(scheduler, runTool);
    if (problem === null) return { scheduler, reason: 'requested' };
    const hint = `sync-runner install-schedule --print --target ${target}`;
    throw noScheduler([problem], target === 'crontab' ? manualHint(job) : hint);
  }
  if (record !== null && candidates.includes(record.target)) {
    return { scheduler: schedulers[record.target], reason: 'the schedule is installed there' };
  }
  const problems: string[] = [];
  for (const name of candidates) {
    const scheduler = schedulers[name];
    const problem = await unavailableReason(scheduler, runTool);
    if (problem !== null) {
      problems.push(problem);
      continue;
    }
    if (name === 'crontab' && platform === 'linux' && (await isCronRunning()) === false) {
      problems.push(`${scheduler.title}: no cron daemon is running`);
      throw noScheduler(problems, env['WSL_DISTRO_NAME'] ? `${cronHint}; ${wslHint}` : cronHint);
    }
    const preferred = `default on ${platformNames[platform] ?? platform}`;
    const reason = problems.length === 0 ? preferred : `because ${problems.join(' and ')}`;
    return { scheduler, reason };
  }
  const hint = manualHint(job);
  throw noScheduler(problems, env['WSL_DISTRO_NAME'] ? `${hint}; ${wslHint}` : hint);
}

const manualHint = (job: Job): string => `add this line to a crontab: ${cronLine(job)}`;

const cronHint =
  'start one (sudo service cron start) and run this again; or install it nevertheless with --target crontab; or, in a ' +
  'container, start `sync-runner run --scheduled` from outside, for example with --print --target kubernetes';

const platformNames: Readonly<Record<string, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
};

const wslHint =
  'or set systemd=true under [boot] in /etc/wsl.conf, restart WSL, and install the schedule again';

/** Returns why a scheduler can't be used on this machine, or null if it can. */
export async function unavailableReason(
  { name, title, availability }: Scheduler,
  runTool: RunTool,
): Promise<string | null> {
  if (availability === null) return null;
  try {
    if (name === 'systemd' && !(await exists('/run/systemd/system'))) {
      return `${title}: this machine was not booted with systemd`;
    }
    const { command, mustSucceed } = availability;
    const { exitCode, stderr } = await runTool(command);
    if (exitCode === 0 || !mustSucceed) return null;
    return `${title}: ${stderr.trim() || `${command[0]} exited with ${String(exitCode)}`}`;
  } catch (error) {
    if (error instanceof UserError || error instanceof FileError) {
      return `${title}: ${error.message}`;
    }
    throw error;
  }
}

function noScheduler(problems: readonly string[], hint: string): UserError {
  return new UserError('no-scheduler', `no usable scheduler: ${problems.join('; ')}`, { hint });
}
