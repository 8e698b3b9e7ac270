import { posix } from 'node:path';
import * as z from 'zod/mini';
import { calendarExpressions, secondsTick } from '../calendar.ts';
import { commandOf, everyText } from '../scheduled-command.ts';
import type { Artifact, Command, Host, Job, Scheduler, Tick } from '../scheduler.ts';

const systemctl = (...args: readonly string[]): Command => ['systemctl', '--user', ...args];

/** A service and a timer of the user's own systemd manager. */
export const systemd: Scheduler = {
  name: 'systemd',
  title: 'systemd user timer',
  presence: { command: systemctl('show-environment'), mustSucceed: true },
  failureHint: 'see `systemctl --user status`, then run this command again',
  render: (job, host) => [service(job, host), timer(job, host)],
  install: (job, host) => [
    { type: 'write', artifact: service(job, host) },
    { type: 'write', artifact: timer(job, host) },
    { type: 'exec', command: systemctl('daemon-reload') },
    { type: 'exec', command: systemctl('enable', `${job.id}.timer`) },
    // Restart, not start: a timer that runs keeps its old times otherwise.
    { type: 'exec', command: systemctl('restart', `${job.id}.timer`) },
  ],
  uninstall: (job, host) => [
    // 1: there is no such unit any more; 5: it is not loaded.
    { type: 'exec', command: systemctl('disable', '--now', `${job.id}.timer`), alsoFine: [1, 5] },
    { type: 'remove', path: unitPath(host, `${job.id}.timer`) },
    { type: 'remove', path: unitPath(host, `${job.id}.service`) },
    { type: 'remove', path: stampPath(job, host) },
    { type: 'exec', command: systemctl('daemon-reload') },
    { type: 'exec', command: systemctl('reset-failed', `${job.id}.service`), alsoFine: [1, 5] },
  ],
  tick: tickOf,
  nextStart: () => null,
  askNextStart: (job) => ({
    command: systemctl('list-timers', '--all', '--output=json', `${job.id}.timer`),
    read: readNextStart,
  }),
  askState: (job) => ({
    command: systemctl(
      'show',
      '--property=ActiveState,NeedDaemonReload,UnitFileState',
      `${job.id}.timer`,
    ),
    read: (stdout) => {
      const state = stdout.split('\n').toSorted().join('\n').trim();
      return state === unknownTimer ? null : state;
    },
    expected: 'ActiveState=active\nNeedDaemonReload=no\nUnitFileState=enabled',
  }),
};

const unknownTimer = 'ActiveState=inactive\nNeedDaemonReload=no\nUnitFileState=';

const unitPath = ({ home }: Host, name: string): string =>
  posix.join(home, '.config/systemd/user', name);

/** Where `Persistent=` remembers the last start; without it a later install would catch up at once. */
const stampPath = (job: Job, { home }: Host): string =>
  posix.join(home, '.local/share/systemd/timers', `stamp-${job.id}.timer`);

function tickOf({ intervalMinutes }: Job): Tick {
  return calendarExpressions(intervalMinutes) === null
    ? secondsTick(intervalMinutes)
    : { seconds: intervalMinutes * 60, dueCheck: false };
}

const header = '# Written by sync-runner install-schedule; changes are lost at the next one.\n';

function service(job: Job, host: Host): Artifact {
  const words = commandOf(job, tickOf(job));
  // Systemd takes no quotes and backslashes in the path of a program, but any in an argument.
  const [program, ...args] = /['"\\]/.test(words[0])
    ? (['/bin/sh', '-c', 'exec "$0" "$@"', ...words] as const)
    : words;
  // A run that a logout or a shutdown stops has not failed.
  const text = `${header}[Unit]
Description=sync-runner

[Service]
Type=oneshot
SuccessExitStatus=130 143
ExecStart=${[quoteProgram(program), ...args.map(quoteArgument)].join(' ')}
TimeoutStartSec=${String(job.timeLimitMinutes)}min
Nice=10
IOSchedulingClass=idle
`;
  return { path: unitPath(host, `${job.id}.service`), text, encoding: 'utf8' };
}

function timer(job: Job, host: Host): Artifact {
  const text = `${header}[Unit]
Description=sync-runner, ${everyText(job)}

[Timer]
${timing(job).join('\n')}

[Install]
WantedBy=timers.target
`;
  return { path: unitPath(host, `${job.id}.timer`), text, encoding: 'utf8' };
}

function timing(job: Job): readonly string[] {
  const expressions = calendarExpressions(job.intervalMinutes);
  if (expressions === null) {
    // OnUnitActiveSec= counts from the last start, so it needs a first one.
    return [
      'OnActiveSec=1min',
      `OnUnitActiveSec=${String(tickOf(job).seconds)}s`,
      'AccuracySec=1s',
    ];
  }
  return [
    ...expressions.map((expression) => `OnCalendar=${expression}`),
    'Persistent=true',
    'AccuracySec=1s',
    // The same delay each time, another one on each machine: the gaps stay what they are.
    `RandomizedDelaySec=${String(Math.min(30, job.intervalMinutes * 6))}s`,
    'FixedRandomDelay=true',
  ];
}

/** An argument of `ExecStart=`: `%` starts a specifier there, and `$` a variable. */
export const quoteArgument = (word: string): string => quoteProgram(word).replaceAll('$', '$$$$');

/** The first word of `ExecStart=`, in which `$` stands for itself. */
export function quoteProgram(word: string): string {
  const text = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
  return /^[\w/.:=@,+%-]+$/.test(text) ? text : `"${text.replaceAll('\t', '\\t')}"`;
}

/** `list-timers --output=json`: `next` is in microseconds since 1970, 0 or null for never. */
const timers = z.array(z.object({ next: z.nullish(z.number()) }));

function readNextStart(stdout: string): Date | null {
  try {
    const next = timers.parse(JSON.parse(stdout))[0]?.next;
    return next ? new Date(next / 1000) : null;
  } catch {
    // Systemd before 250 answers with a table.
    return null;
  }
}
