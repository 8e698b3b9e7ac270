import { canonicalTimeZone, inTimeZone, localTimeZone } from '../system/time-zone.ts';
import { cronDaemonTimeZone, isSystemdCron } from './install/cron-daemon.ts';
import { textBefore } from './install/crontab-block.ts';
import { readCrontab } from './install/crontab-table.ts';
import { runProbe } from './install/run-tool.ts';
import type { ScheduleContext } from './schedule-context.ts';
import type { Job, RunTool, Scheduler } from './scheduler.ts';
import type { System } from '../system/system.ts';

/** A time zone, and what it was read from. */
export interface ZoneSetting {
  /** IANA name; null if the value is not one. */
  readonly name: string | null;
  /** Such as `TZ=Japan in the crontab`; null for the time zone of the machine. */
  readonly source: string | null;
}

/** The time zones of the times in a schedule. */
export interface ScheduleZones {
  /** In which the scheduler evaluates the times. */
  readonly starts: ZoneSetting;
  /** In which runs determine what is due. */
  readonly runs: ZoneSetting;
  /** A setting for the starts that this scheduler does not support. */
  readonly ignored: ZoneSetting | null;
  /** Whether the starts are whenever the clock shows a time of the expression; see `Cron.followsClock`. */
  readonly followsClock: boolean;
}

type Facts = Pick<ScheduleContext, 'job' | 'runTool' | 'system' | 'hasClockTimes'>;

/** Returns the time zones that a scheduler uses, whatever TZ is in this shell. */
export async function scheduleZones({ name }: Scheduler, facts: Facts): Promise<ScheduleZones> {
  if (name === 'crontab') return crontabZones(facts);
  // systemd reports its starts.
  const isAsked = name === 'systemd' && facts.hasClockTimes;
  const zone = isAsked ? await managerZone(facts) : machineZone();
  return { starts: zone, runs: zone, ignored: null, followsClock: false };
}

/** Returns the time zone in which runs are due: that of the starts, unless a run determines itself whether it is due. */
export const dueZone = (scheduler: Scheduler, job: Job, zones: ScheduleZones): ZoneSetting =>
  scheduler.tick(job).dueCheck ? zones.runs : zones.starts;

export const unknownZoneText = ({ source }: ZoneSetting): string =>
  `the next run is unknown, because ${source ?? 'TZ'} is not the name of a time zone`;

const machineZone = (): ZoneSetting => ({ name: inTimeZone(null, localTimeZone), source: null });

/** The environment of the user's manager is that of its services, and contains TZ if a session imported it. */
async function managerZone({ runTool }: Facts): Promise<ZoneSetting> {
  const command = ['systemctl', '--user', 'show-environment'] as const;
  const parse = (stdout: string): string | null => /^TZ=(.*)$/m.exec(stdout)?.[1] ?? null;
  const value = await runProbe({ command, parse }, runTool).catch(() => null);
  return value === null ? machineZone() : toSetting({ name: 'TZ', value }, 'of the user manager');
}

/**
 * cronie evaluates times in the zone of `CRON_TZ`, systemd-cron in that of `TZ`, too. Other crons ignore both (Debian's,
 * dcron, busybox, bcron, that of macOS); every one passes `TZ` to the command.
 */
async function crontabZones({ job, runTool, system }: Facts): Promise<ScheduleZones> {
  const variables = variablesBefore((await readCrontab(runTool)) ?? '', job);
  const cronZone = variables.findLast(({ name }) => name === 'CRON_TZ');
  const jobZone = variables.findLast(({ name }) => name === 'TZ');
  const daemon = await daemonZone(system);
  const zones = {
    starts: daemon,
    runs: jobZone === undefined ? machineZone() : toSetting(jobZone, inCrontab),
    ignored: null,
    followsClock: false,
  };
  const version = cronZone === undefined ? '' : await crontabVersion(runTool);
  const isSystemd = system.platform === 'linux' && (await isSystemdCron());
  const supported = variables.findLast(({ name }) =>
    name === 'TZ' ? isSystemd : /^(?:cronie|systemd-cron)/.test(version),
  );
  if (supported !== undefined && supported.value !== '') {
    return { ...zones, starts: toSetting(supported, inCrontab), followsClock: !isSystemd };
  }
  const isIgnored = supported === undefined && cronZone !== undefined && cronZone.value !== '';
  return isIgnored ? { ...zones, ignored: toSetting(cronZone, inCrontab) } : zones;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

const inCrontab = 'in the crontab';

/** Returns the variables that apply to the line of a job: those above it. */
function variablesBefore(table: string, job: Job): readonly Variable[] {
  return textBefore(table, job)
    .split('\n')
    .flatMap((line) => {
      const [, , name, , quoted, bare] =
        /^\s*(["']?)(CRON_TZ|TZ)\1\s*=\s*(?:(["'])(.*)\3|(.*?))\s*$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, value: quoted ?? bare ?? '' }];
    });
}

async function daemonZone({ platform }: System): Promise<ZoneSetting> {
  const value = platform === 'linux' ? await cronDaemonTimeZone() : null;
  return value === null ? machineZone() : toSetting({ name: 'TZ', value }, 'of the cron daemon');
}

/** Returns the output of `crontab -V`, an option that only cronie and systemd-cron have. */
async function crontabVersion(runTool: RunTool): Promise<string> {
  const { stdout } = await runTool(['crontab', '-V']);
  return Buffer.from(stdout).toString('utf8');
}

/** Reads a value as tzset(3) does; an empty one is UTC. */
function toSetting({ name, value }: Variable, place: string): ZoneSetting {
  const path = value.replace(/^:/, '').replace(/^.*\/zoneinfo\//, '');
  const zone = value === '' ? 'UTC' : canonicalTimeZone(path);
  return { name: zone, source: `${name}=${value} ${place}` };
}
