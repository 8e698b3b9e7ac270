import { posix } from 'node:path';
import { secondsTick } from '../calendar.ts';
import { commandOf, everyText } from '../scheduled-command.ts';
import type { Artifact, Host, Job, Scheduler, Step } from '../scheduler.ts';
import { xmlText } from './xml.ts';

/** `launchctl print` knows no such job. */
const notFound = 113;

/** `bootout` of a job that is not there (3, 113), or that is on its way out (5, 36). */
const goneOrGoing = [3, 5, 36, notFound] as const;

/** `bootstrap` while the old job is still being taken down: EIO, "already in progress". */
const stillThere = [5, 37] as const;

/**
 * A launch agent of the user's graphical session. It starts at login and from then on; what it misses
 * while the machine sleeps it does not make up for, hence the finer tick beyond an hour.
 */
export const launchd: Scheduler = {
  name: 'launchd',
  title: 'launchd agent',
  presence: { command: ['launchctl', 'version'], mustSucceed: false },
  failureHint:
    'log in at the screen, not over ssh: launch agents need a graphical session; then try again',
  render: (job, host) => [agent(job, host)],
  install: (job, host) => {
    const target = serviceTarget(job, host);
    const { path } = agent(job, host);
    return [
      { type: 'write', artifact: agent(job, host) },
      ...takeDown(target),
      { type: 'exec', command: ['launchctl', 'enable', target] },
      {
        type: 'exec',
        command: ['launchctl', 'bootstrap', domain(host), path],
        retry: { exitCodes: stillThere, attempts: 60, pauseMs: 250 },
      },
      { type: 'exec', command: ['launchctl', 'print', target] },
    ];
  },
  uninstall: (job, host) => [
    ...takeDown(serviceTarget(job, host)),
    { type: 'remove', path: agent(job, host).path },
  ],
  tick: (job) => secondsTick(job.intervalMinutes),
  // It counts from when it was loaded, and does not tell.
  nextStart: () => null,
  askState: (job, host) => ({
    command: ['launchctl', 'print', serviceTarget(job, host)],
    read: () => 'loaded',
    expected: 'loaded',
  }),
};

const domain = ({ uid }: Host): string => `gui/${String(uid ?? 501)}`;

const labelOf = (job: Job): string => `local.${job.id}`;

const serviceTarget = (job: Job, host: Host): string => `${domain(host)}/${labelOf(job)}`;

/** `bootout` answers before the job is gone; a `bootstrap` in between fails with EIO. */
const takeDown = (target: string): readonly Step[] => [
  { type: 'exec', command: ['launchctl', 'bootout', target], alsoFine: goneOrGoing },
  {
    type: 'await',
    command: ['launchctl', 'print', target],
    exitCode: notFound,
    retry: { attempts: 120, pauseMs: 250 },
  },
];

function agent(job: Job, { home }: Host): Artifact {
  const tick = secondsTick(job.intervalMinutes);
  const words = commandOf(job, tick).map((word) => `    <string>${xmlText(word)}</string>\n`);
  // No StandardOutPath: the program keeps a log of its own, and a missing folder would stop the start.
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${everyText(job)}; written by sync-runner install-schedule, changes are lost at the next one -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${labelOf(job)}</string>
  <key>ProgramArguments</key>
  <array>
${words.join('')}  </array>
  <key>StartInterval</key>
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
  const path = posix.join(home, 'Library/LaunchAgents', `${labelOf(job)}.plist`);
  return { path, text, encoding: 'utf8' };
}
