import { join } from 'node:path';
import { commandOf, everyText } from '../scheduled-command.ts';
import type { Artifact, Command, Host, Job, Scheduler } from '../scheduler.ts';
import { xmlText } from './xml.ts';

/**
 * A task of the Windows Task Scheduler, for the user who installs it, while logged on. Elements and
 * their order: the Task Scheduler schema 1.2; every default that would hurt is written out.
 */
export const taskScheduler: Scheduler = {
  name: 'task-scheduler',
  title: 'Task Scheduler',
  presence: { command: ['schtasks', '/?'], mustSucceed: false },
  failureHint:
    'see whether your account may create tasks (taskschd.msc), then run this command again',
  render: (job, host) => [definition(job, host)],
  install: (job, host) => {
    const artifact = definition(job, host);
    const create: Command = ['schtasks', '/Create', '/TN', taskName(job), '/XML', artifact.path];
    return [
      { type: 'write', artifact },
      // /F replaces an existing task in one step.
      { type: 'exec', command: [...create, '/F'] },
    ];
  },
  uninstall: (job, host) => [
    {
      type: 'exec',
      command: ['schtasks', '/Delete', '/TN', taskName(job), '/F'],
      // Its errors all end with 1 and are translated: only a question tells whether the task is there.
      onlyIf: ['schtasks', '/Query', '/TN', taskName(job)],
    },
    { type: 'remove', path: definition(job, host).path },
  ],
  tick: (job) => ({ seconds: job.intervalMinutes * 60, dueCheck: false }),
  nextStart: ({ intervalMinutes }, after) => {
    const intervalMs = intervalMinutes * 60_000;
    const passed = Math.floor((after.getTime() - Date.parse(firstStart)) / intervalMs);
    return new Date(Date.parse(firstStart) + (passed + 1) * intervalMs);
  },
  askState: (job, host) => ({
    command: ['schtasks', '/Query', '/TN', taskName(job), '/XML'],
    read: essence,
    expected: essence(definition(job, host).text),
  }),
};

const taskName = (job: Job): string => `\\${job.id}`;

/** In UTC, so that the repetition keeps its spacing when the clocks change. */
const firstStart = '2024-01-01T00:00:00Z';

function definition(job: Job, host: Host): Artifact {
  const words = commandOf(job, { dueCheck: false });
  // The console host keeps the window of a console program from flashing up at each start.
  const [program, ...args] =
    host.consoleHost === null ? words : [host.consoleHost, '--headless', ...words];
  const userId = host.account === null ? '' : `\n      <UserId>${xmlText(host.account)}</UserId>`;
  const text = `\uFEFF<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>sync-runner, ${everyText(job)}; written by sync-runner install-schedule</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>${firstStart}</StartBoundary>
      <Repetition>
        <Interval>${duration(job.intervalMinutes)}</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">${userId}
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>${duration(job.timeLimitMinutes)}</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(program)}</Command>
      <Arguments>${xmlText(args.map(quoteWindowsArgument).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
  const path = join(host.stateFolder, `${job.id}.xml`);
  return { path, text: text.replaceAll('\n', '\r\n'), encoding: 'utf16le' };
}

/** Minutes as an ISO 8601 duration in its shortest form, which is how Windows writes it back. */
function duration(minutes: number): string {
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const time = `${hours > 0 ? `${String(hours)}H` : ''}${rest > 0 ? `${String(rest)}M` : ''}`;
  return `P${days > 0 ? `${String(days)}D` : ''}${time === '' ? '' : `T${time}`}`;
}

/** An argument as the C runtime takes it apart: backslashes count only before a quote. */
export function quoteWindowsArgument(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

/**
 * What of a task's definition decides when and what is started. `schtasks` prints the definition anew
 * formed, and in the code page of the console: letters beyond ASCII are not compared.
 */
function essence(xml: string): string {
  return ['Interval', 'Command', 'Arguments']
    .map((name) => {
      const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
      return `${name}: ${withoutEntities(text).replace(/[^\x20-\x7e]+/g, '?')}`;
    })
    .concat(/<Settings>[^]*<Enabled>false<\/Enabled>/.test(xml) ? ['Enabled: false'] : [])
    .join('\n');
}

const withoutEntities = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
