import { posix } from 'node:path';
import { isCronRunning } from './install/cron-daemon.ts';
import { runProbe } from './install/run-tool.ts';
import { findProgramOrNull } from '../system/find-program.ts';
import { localTimeZone } from '../system/time-zone.ts';
import { fullDiskAccessHint, isProtectedDir } from '../util/macos-privacy.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import type { ScheduleContext } from './schedule-context.ts';
import type { Job, Scheduler, SchedulerName } from './scheduler.ts';
import { isVolatile } from './stable-path.ts';
import { dueZone, scheduleZones, unknownZoneText } from './time-zones.ts';

/** Returns what a user needs to know about a schedule: a warning for everything that may prevent its runs. */
export async function scheduleDiagnostics(
  scheduler: Scheduler,
  context: ScheduleContext,
): Promise<readonly Diagnostic[]> {
  return [
    ...tickDiagnostics(scheduler, context),
    ...settingDiagnostics(scheduler, context),
    ...(await sessionDiagnostics(scheduler, context)),
    ...(await zoneDiagnostics(scheduler, context)),
    ...(await gitDiagnostics(scheduler, context)),
    ...pathDiagnostics(context),
  ];
}

function tickDiagnostics(
  { tick, name, title }: Scheduler,
  { job }: ScheduleContext,
): readonly Diagnostic[] {
  const { minutes, dueCheck } = tick(job);
  if (!dueCheck || minutes === null) return [];
  const message =
    `${title} starts the program every ${String(minutes)} min; it runs ${job.when} ` +
    'and otherwise exits immediately (--if-due)';
  return [diagnostic('schedule-finer-tick', { subject: name, message })];
}

/** The settings that a scheduler does not have. */
const unsupported: Readonly<Record<SchedulerName, readonly (keyof Job['settings'])[]>> = {
  crontab: ['jitterSeconds', 'requireAcPower', 'requireNetwork', 'priority'],
  systemd: ['requireNetwork'],
  launchd: ['jitterSeconds', 'requireAcPower', 'requireNetwork'],
  'task-scheduler': [],
  kubernetes: ['jitterSeconds', 'requireAcPower', 'requireNetwork', 'priority'],
};

function settingDiagnostics(
  { name, title }: Scheduler,
  { job: { settings } }: ScheduleContext,
): readonly Diagnostic[] {
  const { jitterSeconds = 0, requireAcPower, requireNetwork, priority } = settings;
  const isSet = {
    jitterSeconds: jitterSeconds > 0,
    requireAcPower,
    requireNetwork,
    priority: priority !== 'low',
    lockWaitSeconds: false,
  };
  return unsupported[name]
    .filter((key) => isSet[key])
    .map((key) =>
      diagnostic('schedule-setting-ignored', {
        subject: name,
        message: `${title} does not support scheduler.${key}`,
      }),
    );
}

async function sessionDiagnostics(
  { name }: Scheduler,
  { host, runTool, system }: ScheduleContext,
): Promise<readonly Diagnostic[]> {
  switch (name) {
    case 'systemd': {
      const query = ['show-user', String(host.uid), '--property=Linger', '--value'] as const;
      const result = await runTool(['loginctl', ...query]).catch(() => null);
      const linger = result?.exitCode === 0 && Buffer.from(result.stdout).toString().trim();
      if (linger === 'yes') return [];
      return [
        diagnostic('linger-off', {
          subject: name,
          message: 'lingering is off, so no run starts after you log out',
          hint: 'loginctl enable-linger',
        }),
      ];
    }
    case 'crontab': {
      const isWsl = Boolean(system.env['WSL_DISTRO_NAME']);
      const isRunning = system.platform === 'linux' ? await isCronRunning() : null;
      if (isRunning !== false && !isWsl) return [];
      const message =
        isRunning === false
          ? 'no cron daemon is running, so no run starts'
          : 'WSL does not start cron by itself';
      const hint = 'sudo service cron start';
      return [diagnostic('cron-not-started', { subject: name, message, hint })];
    }
    case 'launchd':
    case 'task-scheduler': {
      const message = 'runs start only while you are logged in';
      return [diagnostic('login-required', { subject: name, message })];
    }
    case 'kubernetes':
      return [];
  }
}

/** Explains starts at other times than the clock of this shell shows. */
async function zoneDiagnostics(
  scheduler: Scheduler,
  context: ScheduleContext,
): Promise<readonly Diagnostic[]> {
  const { name: subject, title } = scheduler;
  if (subject === 'kubernetes') return [];
  const zones = await scheduleZones(scheduler, context).catch((error: unknown) => {
    // The state of the schedule is unknown, which is reported elsewhere.
    if (error instanceof UserError) return null;
    throw error;
  });
  if (zones === null) return [];
  const zone = dueZone(scheduler, context.job, zones);
  const { ignored } = zones;
  if (zone.name === null) {
    return [diagnostic('schedule-time-zone', { subject, message: unknownZoneText(zone) })];
  }
  if (!context.hasClockTimes) return [];
  // A scheduler that has the expression decides itself; with a tick, the runs do.
  const clockZone = scheduler.tick(context.job).minutes === null ? zones.starts : zones.runs;
  const source = clockZone.source ?? 'the time zone of this machine';
  const clock = `times are those of ${clockZone.name ?? 'an unknown time zone'} (${source})`;
  if (ignored !== null && ignored.name !== clockZone.name) {
    const message = `this cron does not support ${ignored.source ?? 'CRON_TZ'}: ${clock}`;
    return [diagnostic('schedule-time-zone', { subject, message })];
  }
  const local = localTimeZone();
  if (clockZone.name === local) return [];
  const message = `${title}: ${clock}, not of ${local ?? 'this shell'} (this shell)`;
  return [diagnostic('schedule-other-time-zone', { subject, message })];
}

/** Without a git in the job, it has to be in the scheduler's own PATH. */
async function gitDiagnostics(
  { name, defaultPath, pathProbe }: Scheduler,
  { job, runTool, system }: ScheduleContext,
): Promise<readonly Diagnostic[]> {
  if (job.git !== null || name === 'kubernetes') return [];
  const ownPath = pathProbe && (await runProbe(pathProbe, runTool).catch(() => null));
  const dirs = ownPath ?? defaultPath;
  const candidates = dirs
    .filter((dir) => posix.isAbsolute(dir))
    .map((dir) => posix.join(dir, 'git'));
  const found = await Promise.all(candidates.map((path) => findProgramOrNull(path, system)));
  if (found.some((path) => path !== null)) return [];
  const places = dirs.length === 0 ? '' : `: it is not in ${dirs.join(':')}`;
  return [
    diagnostic('git-not-found-by-scheduler', {
      subject: name,
      message: `scheduled runs don't find git${places}`,
      hint: 'install git, then sync-runner install-schedule',
    }),
  ];
}

function pathDiagnostics({ job, host, roots }: ScheduleContext): readonly Diagnostic[] {
  const [node, script] = job.command;
  const volatile = [node, script, job.git ?? ''].filter(isVolatile);
  const guarded =
    host.platform === 'darwin' ? [...new Set([node, script, job.workspace, ...roots])] : [];
  return [
    ...volatile.map((path) =>
      diagnostic('volatile-path', {
        subject: path,
        message: `${path} may disappear with an upgrade; install the schedule again after one`,
      }),
    ),
    ...guarded
      .filter((path) => isProtectedDir(path, host.home))
      .map((path) =>
        diagnostic('guarded-path', {
          subject: path,
          message: `macOS denies scheduled programs access to ${path} until you allow it`,
          hint: fullDiskAccessHint,
        }),
      ),
  ];
}
