import { posix } from 'node:path';
import { parseCron, type Cron } from '../../util/cron.ts';
import { nextCronTime } from '../../util/cron-times.ts';
import { cronTick } from '../calendar.ts';
import { avoidsClockChanges, startsOf, type Starts } from '../job-timing.ts';
import { scheduledCommand, searchPathOf } from '../scheduled-command.ts';
import type { Artifact, Host, Job, Scheduler, Step, Tick } from '../scheduler.ts';
import { escapeMarkup } from '../../util/markup.ts';

const launchdPath = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** `launchctl print` of an unknown job. */
const notFound = 113;

/** `bootout` of a job that is not loaded (3, 113) or is being unloaded (5, 36). */
const bootoutExitCodes = [3, 5, 36, notFound] as const;

/** `bootstrap` while the old job is being unloaded: EIO, "already in progress". */
const bootstrapRetryCodes = [5, 37] as const;

/**
 * A launch agent of the user's graphical session. launchd does not catch up on starts that it missed while the
 * machine slept, hence the finer tick for intervals of more than an hour.
 */
export const launchd: Scheduler = {
  name: 'launchd',
  title: 'launchd agent',
  availability: { command: ['launchctl', 'version'], mustSucceed: false },
  failureHint: 'log in to a graphical session, not over ssh, and try again: launch agents need one',
  render: (job, host) => [agent(job, host)],
  install: (job, host) => {
    const target = serviceTarget(job, host);
    const { path } = agent(job, host);
    return [{ type: 'write', artifact: agent(job, host) }, ...load(target, domain(host), path)];
  },
  restore: (job, host) => load(serviceTarget(job, host), domain(host), agent(job, host).path),
  uninstall: (job, host) => [
    ...unload(serviceTarget(job, host)),
    // Otherwise a paused agent leaves its label disabled.
    { type: 'exec', command: ['launchctl', 'enable', serviceTarget(job, host)] },
    { type: 'remove', path: agent(job, host).path },
  ],
  pause: (job, host) => [
    // An agent that is only unloaded is loaded at the next login.
    { type: 'exec', command: ['launchctl', 'disable', serviceTarget(job, host)] },
    ...unload(serviceTarget(job, host)),
  ],
  start: (job, host) => [
    { type: 'exec', command: ['launchctl', 'kickstart', serviceTarget(job, host)] },
  ],
  tick: tickOf,
  defaultPath: launchdPath,
  nextStart: (job, after) => {
    const { cron } = tickOf(job);
    // Seconds are counted from the time when the job was loaded, which launchd does not report.
    return cron === null ? null : nextCronTime(cron, after);
  },
  stateProbe: (job, host) => ({
    command: ['launchctl', 'print', serviceTarget(job, host)],
    parse: () => 'loaded',
    expected: 'loaded',
  }),
};

const domain = ({ uid }: Host): string => `gui/${String(uid ?? 501)}`;

const labelOf = (job: Job): string => `local.${job.id}`;

const serviceTarget = (job: Job, host: Host): string => `${domain(host)}/${labelOf(job)}`;

const load = (target: string, domainTarget: string, path: string): readonly Step[] => [
  ...unload(target),
  { type: 'exec', command: ['launchctl', 'enable', target] },
  {
    type: 'exec',
    command: ['launchctl', 'bootstrap', domainTarget, path],
    retry: { exitCodes: bootstrapRetryCodes, attempts: 60, delayMs: 250 },
  },
  { type: 'exec', command: ['launchctl', 'print', target] },
];

/** Waits until the job is unloaded: `bootout` returns earlier, and a `bootstrap` meanwhile fails with EIO. */
const unload = (target: string): readonly Step[] => [
  { type: 'exec', command: ['launchctl', 'bootout', target], allowedExitCodes: bootoutExitCodes },
  {
    type: 'await',
    command: ['launchctl', 'print', target],
    exitCode: notFound,
    retry: { attempts: 120, delayMs: 250 },
  },
];

const lowPriority = `  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Nice</key>
  <integer>10</integer>
`;

/** More dictionaries than this make a property list that is unreadable. */
const maxTimes = 256;

/** The times as a cron expression; null if launchd counts the minutes. */
function tickOf(job: Job): Starts | (Tick & { readonly cron: Cron }) {
  // launchd starts a job whenever the clock shows one of the times.
  const isExact = (cron: Cron): boolean =>
    (cron.followsClock || avoidsClockChanges(cron)) && launchTimes(cron).length <= maxTimes;
  const { cron, minutes, dueCheck } = startsOf(job, isExact);
  if (cron !== null) return { cron, minutes: null, dueCheck };
  const tick = cronTick(minutes, 'local');
  if (tick.dueCheck && !dueCheck && minutes < 60) {
    return { cron, minutes, dueCheck };
  }
  return { ...tick, cron: parseCron(tick.expression), dueCheck: dueCheck || tick.dueCheck };
}

type LaunchTime = Readonly<
  Partial<Record<'Minute' | 'Hour' | 'Day' | 'Month' | 'Weekday', number>>
>;

/** Returns a dictionary for each combination of values. Days of the month and of the week are in different ones. */
function launchTimes(cron: Cron): readonly LaunchTime[] {
  const { minutes, hours, months, daysOfMonth, daysOfWeek } = cron;
  const combine = (
    times: readonly LaunchTime[],
    key: keyof LaunchTime,
    values: readonly number[] | null,
  ): readonly LaunchTime[] =>
    values ? times.flatMap((time) => values.map((value) => ({ ...time, [key]: value }))) : times;
  const ofMonths = combine([{}], 'Month', months);
  const days = [
    ...(daysOfMonth || !daysOfWeek ? combine(ofMonths, 'Day', daysOfMonth) : []),
    ...(daysOfWeek ? combine(ofMonths, 'Weekday', daysOfWeek) : []),
  ];
  const ofHours = combine(days, 'Hour', hours.length === 24 ? null : hours);
  return combine(ofHours, 'Minute', minutes.length === 60 ? null : minutes);
}

const timesText = (times: readonly LaunchTime[]): string => {
  const dictionary = (time: LaunchTime): string => {
    const entries = Object.entries(time).map(
      ([key, value]) => `      <key>${key}</key>\n      <integer>${String(value)}</integer>\n`,
    );
    return entries.length === 0 ? '    <dict/>\n' : `    <dict>\n${entries.join('')}    </dict>\n`;
  };
  return `  <key>StartCalendarInterval</key>\n  <array>\n${times.map(dictionary).join('')}  </array>\n`;
};

function agent(job: Job, { home }: Host): Artifact {
  const tick = tickOf(job);
  const { priority } = job.settings;
  // RunAtLoad= catches up on a time that was missed; other times are not due when the job is loaded.
  const dueCheck = tick.dueCheck || job.cron !== null;
  const words = scheduledCommand(job, { dueCheck }).map(
    (word) => `    <string>${escapeMarkup(word)}</string>\n`,
  );
  const starts =
    tick.cron === null
      ? `  <key>StartInterval</key>\n  <integer>${String(tick.minutes * 60)}</integer>\n`
      : timesText(launchTimes(tick.cron));
  const path = searchPathOf(job, launchdPath);
  const environment =
    path === null
      ? ''
      : `  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>${escapeMarkup(path)}</string>
  </dict>
`;
  // No StandardOutPath: the program has its own log, and a missing directory would prevent the start.
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${job.when}; written by sync-runner install-schedule, changes are lost at the next one -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${labelOf(job)}</string>
  <key>ProgramArguments</key>
  <array>
${words.join('')}  </array>
${environment}${starts}  <key>RunAtLoad</key>
  <true/>
${priority === 'low' ? lowPriority : ''}</dict>
</plist>
`;
  const file = posix.join(home, 'Library/LaunchAgents', `${labelOf(job)}.plist`);
  return { path: file, text, encoding: 'utf8' };
}
