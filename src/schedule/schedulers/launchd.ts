import { posix } from 'node:path';
import { secondsTick } from '../calendar.ts';
import { scheduledCommand, intervalText, searchPathOf } from '../scheduled-command.ts';
import type { Artifact, Host, Job, Scheduler, Step } from '../scheduler.ts';
import { escapeXml } from './xml.ts';

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
    { type: 'remove', path: agent(job, host).path },
  ],
  tick: (job) => secondsTick(job.intervalMinutes),
  defaultPath: launchdPath,
  // launchd counts from the time when the job was loaded and does not report it.
  nextStart: () => null,
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

function agent(job: Job, { home }: Host): Artifact {
  const tick = secondsTick(job.intervalMinutes);
  const words = scheduledCommand(job, tick).map(
    (word) => `    <string>${escapeXml(word)}</string>\n`,
  );
  const path = searchPathOf(job, launchdPath);
  const environment =
    path === null
      ? ''
      : `  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>${escapeXml(path)}</string>
  </dict>
`;
  // No StandardOutPath: the program has its own log, and a missing directory would prevent the start.
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${intervalText(job)}; written by sync-runner install-schedule, changes are lost at the next one -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${labelOf(job)}</string>
  <key>ProgramArguments</key>
  <array>
${words.join('')}  </array>
${environment}  <key>StartInterval</key>
  <integer>${String(tick.seconds)}</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Nice</key>
  <integer>10</integer>
</dict>
</plist>
`;
  const file = posix.join(home, 'Library/LaunchAgents', `${labelOf(job)}.plist`);
  return { path: file, text, encoding: 'utf8' };
}
