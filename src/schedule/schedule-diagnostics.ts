import type { ScheduleContext } from './schedule-context.ts';
import { isVolatile } from './stable-path.ts';
import type { Scheduler } from './scheduler.ts';

/** What a person has to know of a schedule on this machine, a sentence each. */
export async function scheduleNotes(
  scheduler: Scheduler,
  context: ScheduleContext,
): Promise<readonly string[]> {
  return [
    ...tickNotes(scheduler, context),
    ...(await sessionAdvice(scheduler, context)).map(({ message, hint: fix }) =>
      fix === null ? message : `${message}: ${fix}`,
    ),
    ...pathNotes(context),
  ];
}

/** What may keep an installed schedule from starting its runs, and what mends it. */
export async function scheduleAdvice(
  scheduler: Scheduler,
  context: ScheduleContext,
): Promise<readonly Advice[]> {
  const session = await sessionAdvice(scheduler, context);
  return [
    ...session.filter(({ hint: fix }) => fix !== null),
    ...pathNotes(context).map((message) => ({ message, hint: null })),
  ];
}

export interface Advice {
  readonly message: string;
  /** A command; null where there is nothing to be done with one. */
  readonly hint: string | null;
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

async function sessionAdvice(
  { name }: Scheduler,
  { host, runTool, system }: ScheduleContext,
): Promise<readonly Advice[]> {
  switch (name) {
    case 'systemd': {
      const question = ['show-user', String(host.uid), '--property=Linger', '--value'] as const;
      const answer = await runTool(['loginctl', ...question]).catch(() => null);
      const lingers = answer?.exitCode === 0 && Buffer.from(answer.stdout).toString().trim();
      return lingers === 'yes'
        ? []
        : [
            {
              message: 'lingering is off, so nothing runs after you log out',
              hint: 'loginctl enable-linger',
            },
          ];
    }
    case 'crontab':
      return system.env['WSL_DISTRO_NAME']
        ? [{ message: 'under WSL cron has to be started', hint: 'sudo service cron start' }]
        : [];
    case 'launchd':
    case 'task-scheduler':
      return [{ message: 'it runs while you are logged in', hint: null }];
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
