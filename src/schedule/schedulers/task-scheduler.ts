import { join, win32 } from 'node:path';
import { nextCronTime } from '../../util/cron-times.ts';
import { startsOf, type Starts } from '../job-timing.ts';
import { scheduledCommand } from '../scheduled-command.ts';
import type { Artifact, Command, Host, Job, Scheduler } from '../scheduler.ts';
import {
  duration,
  firstStart,
  isTaskCalendar,
  normalizeTriggers,
  triggersXml,
} from './task-triggers.ts';
import { escapeRegExp } from '../../util/text.ts';
import { escapeMarkup } from '../../util/markup.ts';

/**
 * A task of the Windows Task Scheduler that runs while the installing user is logged on. The elements and
 * their order follow the Task Scheduler schema 1.2; settings with an unsuitable default are explicit.
 */
export const taskScheduler: Scheduler = {
  name: 'task-scheduler',
  title: 'Task Scheduler',
  availability: { command: ['schtasks', '/?'], mustSucceed: false },
  failureHint:
    'check in taskschd.msc that your account may create tasks, and run this command again',
  render: (job, host) => [definition(job, host)],
  install: (job, host) => {
    const artifact = definition(job, host);
    const create: Command = ['schtasks', '/Create', '/TN', taskName(job), '/XML', artifact.path];
    return [
      { type: 'write', artifact },
      // /F replaces an existing task.
      { type: 'exec', command: [...create, '/F'] },
    ];
  },
  uninstall: (job, host) => [
    {
      type: 'exec',
      command: ['schtasks', '/Delete', '/TN', taskName(job), '/F'],
      // All errors of /Delete exit with 1 and are translated, so a missing task is detected with /Query.
      onlyIf: ['schtasks', '/Query', '/TN', taskName(job)],
    },
    { type: 'remove', path: definition(job, host).path },
  ],
  pause: (job) => [
    { type: 'exec', command: ['schtasks', '/Change', '/TN', taskName(job), '/DISABLE'] },
  ],
  start: (job) => [{ type: 'exec', command: ['schtasks', '/Run', '/TN', taskName(job)] }],
  tick: taskStarts,
  defaultPath: [],
  nextStart: (job, after) => {
    const { cron, minutes } = taskStarts(job);
    if (cron !== null) return nextCronTime(cron, after);
    const intervalMs = minutes * 60_000;
    const passed = Math.floor((after.getTime() - Date.parse(firstStart)) / intervalMs);
    return new Date(Date.parse(firstStart) + (passed + 1) * intervalMs);
  },
  stateProbe: (job, host) => {
    const expected = normalizeTask(definition(job, host).text);
    return {
      command: ['schtasks', '/Query', '/TN', taskName(job), '/XML'],
      parse: (xml) => {
        const installed = normalizeTask(xml);
        return isPrintedAs(expected, installed) ? expected : installed;
      },
      expected,
    };
  },
};

const taskName = (job: Job): string => `\\${job.id}`;

function taskStarts(job: Job): Starts {
  return startsOf(job, isTaskCalendar);
}

function definition(job: Job, host: Host): Artifact {
  // A task has no environment of its own: it gets the PATH of the user, and git's directory as an option.
  const searchPath = job.git === null ? [] : ['--path', win32.dirname(job.git)];
  const starts = taskStarts(job);
  const words = [...scheduledCommand(job, starts), ...searchPath] as const;
  const { jitterSeconds = 0, requireAcPower, requireNetwork, priority } = job.settings;
  // Without conhost.exe --headless, a console window opens at each start.
  const [program, ...args] =
    host.consoleHost === null ? words : [host.consoleHost, '--headless', ...words];
  const userId =
    host.account === null ? '' : `\n      <UserId>${escapeMarkup(host.account)}</UserId>`;
  const text = `\uFEFF<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>sync-runner, ${job.when}; written by sync-runner install-schedule</Description>
  </RegistrationInfo>
  <Triggers>
${triggersXml(starts, jitterSeconds)}  </Triggers>
  <Principals>
    <Principal id="Author">${userId}
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>${String(requireAcPower)}</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>${String(requireNetwork)}</RunOnlyIfNetworkAvailable>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>${duration(job.timeLimitMinutes)}</ExecutionTimeLimit>
    <Priority>${priority === 'low' ? '7' : '5'}</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escapeMarkup(program)}</Command>
      <Arguments>${escapeMarkup(args.map(quoteWindowsArgument).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
  const path = join(host.stateDir, `${job.id}.xml`);
  return { path, text: text.replaceAll('\n', '\r\n'), encoding: 'utf16le' };
}

/** Quotes an argument by the rules of the C runtime: backslashes are special only before a quote. */
export function quoteWindowsArgument(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

/** Settings that the configuration decides. */
const comparedSettings = ['DisallowStartIfOnBatteries', 'RunOnlyIfNetworkAvailable', 'Priority'];

/** Returns the parts of a task definition that decide when it starts and what. `schtasks` prints another layout. */
function normalizeTask(xml: string): string {
  return ['Command', 'Arguments', ...comparedSettings]
    .map((name) => {
      const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
      return `${name}: ${decodeEntities(text)}`;
    })
    .concat(normalizeTriggers(xml))
    .concat(/<Settings>[^]*<Enabled>false<\/Enabled>/.test(xml) ? ['Enabled: false'] : [])
    .join('\n');
}

/**
 * Whether `schtasks` may print `text` as `printed`. It uses the code page of the console, in which other letters are
 * other bytes, and those that it lacks are `?` or a similar letter. So these are not compared.
 */
function isPrintedAs(text: string, printed: string): boolean {
  const ascii = text.split(/[^\p{ASCII}]+/u);
  const pattern = ascii.map(escapeRegExp).join('.*?');
  return new RegExp(`^${pattern}$`).test(printed);
}

const decodeEntities = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
