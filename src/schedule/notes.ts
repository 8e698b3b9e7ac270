import type { ScheduleContext } from './context.ts';
import { isVolatile } from './stable-path.ts';
import type { Scheduler } from './scheduler.ts';

/** What a person has to know of a schedule on this machine, a sentence each. */
export async function scheduleNotes(
  scheduler: Scheduler,
  context: ScheduleContext,
): Promise<readonly string[]> {
  return [
    ...tickNotes(scheduler, context),
    ...(await sessionNotes(scheduler, context)),
    ...pathNotes(context),
  ];
}

function tickNotes(scheduler: Scheduler, { job }: ScheduleContext): readonly string[] {
  const { seconds, dueCheck } = scheduler.tick(job);
  if (!dueCheck) return [];
  const often = `${String(seconds / 60)} min`;
  return [
    `${scheduler.title} starts the program every ${often}; it runs every ` +
      `${String(job.intervalMinutes)} min and otherwise ends at once (--if-due)`,
  ];
}

async function sessionNotes(
  { name }: Scheduler,
  { host, runTool, system }: ScheduleContext,
): Promise<readonly string[]> {
  switch (name) {
    case 'systemd': {
      const question = ['show-user', String(host.uid), '--property=Linger', '--value'] as const;
      const answer = await runTool(['loginctl', ...question]).catch(() => null);
      const lingers = answer?.exitCode === 0 && Buffer.from(answer.stdout).toString().trim();
      return lingers === 'yes'
        ? []
        : ['it runs while you are logged in; for always: loginctl enable-linger'];
    }
    case 'crontab':
      return system.env['WSL_DISTRO_NAME']
        ? ['under WSL cron has to be started: sudo service cron start']
        : [];
    case 'launchd':
    case 'task-scheduler':
      return ['it runs while you are logged in'];
    case 'kubernetes':
      return [];
  }
}

function pathNotes({ job, host }: ScheduleContext): readonly string[] {
  const [node, script] = job.command;
  const volatile = [node, script].filter(isVolatile);
  const guarded = [script, job.workspace].filter(
    (path) =>
      host.platform === 'darwin' &&
      /^\/Volumes\/|\/(?:Desktop|Documents|Downloads|Library\/Mobile Documents)\//.test(`${path}/`),
  );
  return [
    ...volatile.map(
      (path) => `${path} may go away with an upgrade: then install the schedule again`,
    ),
    ...guarded.map(
      (path) =>
        `macOS may keep scheduled programs from reading ${path}: move it, or grant node Full Disk Access`,
    ),
  ];
}
