import { posix } from 'node:path';
import * as z from 'zod/mini';
import { calendarExpressions, cronTick, onCalendar } from '../calendar.ts';
import { avoidsClockChanges, startsOf } from '../job-timing.ts';
import { scheduledCommand, searchPathOf } from '../scheduled-command.ts';
import type { Artifact, Command, Host, Job, Scheduler, Tick } from '../scheduler.ts';

/** The fixed PATH in systemd.exec(5). */
const managerPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const systemctl = (...args: readonly string[]): Command => ['systemctl', '--user', ...args];

/** A service and a timer of the user's systemd manager. */
export const systemd: Scheduler = {
  name: 'systemd',
  title: 'systemd user timer',
  availability: { command: systemctl('show-environment'), mustSucceed: true },
  failureHint: 'check `systemctl --user status` and run this command again',
  render: (job, host) => [service(job, host), timer(job, host)],
  install: (job, host) => [
    { type: 'write', artifact: service(job, host) },
    { type: 'write', artifact: timer(job, host) },
    { type: 'exec', command: systemctl('daemon-reload') },
    { type: 'exec', command: systemctl('enable', `${job.id}.timer`) },
    // Restart, not start: a running timer would keep its old times.
    { type: 'exec', command: systemctl('restart', `${job.id}.timer`) },
  ],
  uninstall: (job, host) => [
    // 1: the unit does not exist; 5: it is not loaded.
    {
      type: 'exec',
      command: systemctl('disable', '--now', `${job.id}.timer`),
      allowedExitCodes: [1, 5],
    },
    { type: 'remove', path: unitPath(host, `${job.id}.timer`) },
    { type: 'remove', path: unitPath(host, `${job.id}.service`) },
    { type: 'remove', path: stampPath(job, host) },
    { type: 'exec', command: systemctl('daemon-reload') },
    {
      type: 'exec',
      command: systemctl('reset-failed', `${job.id}.service`),
      allowedExitCodes: [1, 5],
    },
  ],
  pause: (job) => [{ type: 'exec', command: systemctl('disable', '--now', `${job.id}.timer`) }],
  start: (job) => [
    { type: 'exec', command: systemctl('start', '--no-block', `${job.id}.service`) },
  ],
  tick: tickOf,
  defaultPath: managerPath,
  pathProbe: {
    command: systemctl('show-environment'),
    parse: (stdout) => /^PATH=(.*)$/m.exec(stdout)?.[1]?.split(':') ?? null,
  },
  nextStart: () => null,
  nextStartProbe: (job) => ({
    command: systemctl('list-timers', '--all', '--output=json', `${job.id}.timer`),
    parse: parseNextStart,
  }),
  stateProbe: (job) => ({
    command: systemctl(
      'show',
      '--property=ActiveState,NeedDaemonReload,UnitFileState',
      `${job.id}.timer`,
    ),
    parse: (stdout) => {
      const state = stdout.split('\n').toSorted().join('\n').trim();
      return state === unknownTimer ? null : state;
    },
    expected: 'ActiveState=active\nNeedDaemonReload=no\nUnitFileState=enabled',
  }),
};

const unknownTimer = 'ActiveState=inactive\nNeedDaemonReload=no\nUnitFileState=';

const unitPath = ({ home }: Host, name: string): string =>
  posix.join(home, '.config/systemd/user', name);

/** File in which `Persistent=` stores the last start. If it stays, a later install starts a run immediately. */
const stampPath = (job: Job, { home }: Host): string =>
  posix.join(home, '.local/share/systemd/timers', `stamp-${job.id}.timer`);

/** Calendar expressions of a timer, and their tick. */
interface Calendar extends Tick {
  readonly expressions: readonly string[];
}

/**
 * In local time, systemd omits the hour that occurs twice, so only times outside of the hours in which clocks are
 * changed are in local time. An interval that does not divide a day has a finer tick: `OnUnitActiveSec=` would count
 * from the last start, and slip by its delay.
 */
function tickOf(job: Job): Calendar {
  const { cron, minutes, dueCheck } = startsOf(job, avoidsClockChanges);
  if (cron !== null) return { expressions: onCalendar(cron), minutes: null, dueCheck };
  const expressions = calendarExpressions(minutes);
  if (expressions !== null) return { expressions, minutes, dueCheck };
  const tick = cronTick(minutes, 'utc').minutes;
  return { expressions: calendarExpressions(tick) ?? [], minutes: tick, dueCheck: true };
}

const header = '# Written by sync-runner install-schedule; changes are lost at the next one.\n';

function service(job: Job, host: Host): Artifact {
  const { requireAcPower, priority } = job.settings;
  const words = scheduledCommand(job, tickOf(job));
  // systemd rejects quotes and backslashes in the path of the program, but not in its arguments.
  const [program, ...args] = /['"\\]/.test(words[0])
    ? (['/bin/sh', '-c', 'exec "$0" "$@"', ...words] as const)
    : words;
  const path = searchPathOf(job, managerPath);
  const environment = path === null ? '' : `Environment=${quoteProgram(`PATH=${path}`)}\n`;
  // Exit codes 130 and 143: a logout or shutdown that stops a run is not a failure.
  const text = `${header}[Unit]
Description=sync-runner
${requireAcPower ? 'ConditionACPower=true\n' : ''}
[Service]
Type=oneshot
SuccessExitStatus=130 143
${environment}ExecStart=${[quoteProgram(program), ...args.map(quoteArgument)].join(' ')}
TimeoutStartSec=${String(job.timeLimitMinutes)}min
${priority === 'low' ? 'Nice=10\nIOSchedulingClass=idle\n' : ''}`;
  return { path: unitPath(host, `${job.id}.service`), text, encoding: 'utf8' };
}

function timer(job: Job, host: Host): Artifact {
  const text = `${header}[Unit]
Description=sync-runner, ${job.when}

[Timer]
${timing(job).join('\n')}

[Install]
WantedBy=timers.target
`;
  return { path: unitPath(host, `${job.id}.timer`), text, encoding: 'utf8' };
}

function timing(job: Job): readonly string[] {
  const { expressions, minutes, dueCheck } = tickOf(job);
  // With the due check, a start in another minute than planned would count as a later one.
  const delaySeconds = dueCheck && minutes === 1 ? 0 : Math.min(30, (minutes ?? 5) * 6);
  return [
    ...expressions.map((expression) => `OnCalendar=${expression}`),
    'Persistent=true',
    'AccuracySec=1s',
    // The delay differs between machines but not between starts, so that the gaps are exact.
    `RandomizedDelaySec=${String(job.settings.jitterSeconds ?? delaySeconds)}s`,
    'FixedRandomDelay=true',
  ];
}

/** Quotes an argument of `ExecStart=`, in which `%` starts a specifier and `$` a variable. */
export const quoteArgument = (word: string): string => quoteProgram(word).replaceAll('$', '$$$$');

/** Quotes the program of `ExecStart=`, in which `$` is literal. */
export function quoteProgram(word: string): string {
  const text = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
  return /^[\w/.:=@,+%-]+$/.test(text) ? text : `"${text.replaceAll('\t', '\\t')}"`;
}

/** Output of `list-timers --output=json`: `next` is in microseconds since 1970, 0 or null for never. */
const timers = z.array(z.object({ next: z.nullish(z.number()) }));

function parseNextStart(stdout: string): Date | null {
  try {
    const next = timers.parse(JSON.parse(stdout))[0]?.next;
    return next ? new Date(next / 1000) : null;
  } catch {
    // systemd before 250 prints a table.
    return null;
  }
}
