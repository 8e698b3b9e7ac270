import { UserError } from '../../util/errors.ts';
import { exists } from '../../util/fs.ts';
import type { ScheduleContext } from '../schedule-context.ts';
import { cronLine } from '../schedulers/crontab.ts';
import { schedulers, schedulersOf } from '../registry.ts';
import type { Job, RunTool, Scheduler, SchedulerName } from '../scheduler.ts';

export type Target = SchedulerName | 'auto';

/** A scheduler, and in words why it is this one. */
export interface Choice {
  readonly scheduler: Scheduler;
  readonly reason: string;
}

/**
 * The scheduler to install in: the one asked for; else where this workspace's schedule is already; else
 * the first of the platform that answers. Throws `UserError` NO_SCHEDULER with a line to add by hand.
 */
export async function chooseScheduler(
  target: Target,
  { job, record, runTool, system }: ScheduleContext,
): Promise<Choice> {
  const { platform, env } = system;
  const candidates = schedulersOf(platform);
  if (target !== 'auto') {
    const scheduler = schedulers[target];
    const problem = await absence(scheduler, runTool);
    if (problem === null) return { scheduler, reason: 'as asked for' };
    const hint = `sync-runner install-schedule --print --target ${target}`;
    throw noScheduler([problem], target === 'crontab' ? byHand(job) : hint);
  }
  if (record !== null && candidates.includes(record.target)) {
    return { scheduler: schedulers[record.target], reason: 'the schedule is installed there' };
  }
  const problems: string[] = [];
  for (const name of candidates) {
    const scheduler = schedulers[name];
    const problem = await absence(scheduler, runTool);
    if (problem !== null) {
      problems.push(problem);
      continue;
    }
    const usual = `the usual one on ${platformNames[platform] ?? platform}`;
    const reason = problems.length === 0 ? usual : `because ${problems.join(' and ')}`;
    return { scheduler, reason };
  }
  throw noScheduler(problems, env['WSL_DISTRO_NAME'] ? `${byHand(job)}; ${wslHint}` : byHand(job));
}

const byHand = (job: Job): string => `add this line to a crontab: ${cronLine(job)}`;

const platformNames: Readonly<Record<string, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
};

const wslHint =
  'or set systemd=true under [boot] in /etc/wsl.conf, restart WSL, and install the schedule again';

/** Why a scheduler can't be used here, or null when it can. */
export async function absence(
  { name, title, presence }: Scheduler,
  runTool: RunTool,
): Promise<string | null> {
  if (presence === null) return null;
  if (name === 'systemd' && !(await exists('/run/systemd/system'))) {
    return `${title}: this machine was not started by systemd`;
  }
  try {
    const { exitCode, stderr } = await runTool(presence.command);
    if (exitCode === 0 || !presence.mustSucceed) return null;
    return `${title}: ${stderr.trim() || `${presence.command[0]} ended with ${String(exitCode)}`}`;
  } catch (error) {
    if (error instanceof UserError) return `${title}: ${error.message}`;
    throw error;
  }
}

function noScheduler(problems: readonly string[], hint: string): UserError {
  return new UserError('no-scheduler', `no usable scheduler: ${problems.join('; ')}`, { hint });
}
