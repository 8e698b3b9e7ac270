import { UserError } from '../../util/errors.ts';
import { parseCron } from '../../util/cron.ts';
import { nextCronTime } from '../../util/cron-times.ts';
import { cronTick, type CronTick } from '../calendar.ts';
import { startsOf } from '../job-timing.ts';
import { scheduledCommand, searchPathOf } from '../scheduled-command.ts';
import type { Job, Scheduler } from '../scheduler.ts';

/** Debian's cron rejects longer commands ("command too long"). */
const maxCommandLength = 998;

/** See crontab(5). */
const cronPath = ['/usr/bin', '/bin'];

/** A marked block in the user's crontab. */
export const crontab: Scheduler = {
  name: 'crontab',
  title: 'crontab',
  availability: { command: ['crontab', '-l'], mustSucceed: false },
  failureHint: 'run `crontab -l`; your crontab is unchanged',
  render: (job) => [{ path: 'crontab', text: renderBlock(job), encoding: 'utf8' }],
  install: (job) => [{ type: 'edit-crontab', owner: ownerOf(job), block: renderBlock(job) }],
  uninstall: (job) => [{ type: 'edit-crontab', owner: ownerOf(job), block: null }],
  pause: (job) => [
    { type: 'edit-crontab', owner: ownerOf(job), block: renderBlock(job, '# paused: ') },
  ],
  // cron has no means to start a job, so its command is started as cron would, without a terminal.
  start: (job) => {
    const command = `${commandOf(job)} > /dev/null 2>&1 < /dev/null &`;
    return [{ type: 'exec', command: ['/bin/sh', '-c', command] }];
  },
  tick: tickOf,
  defaultPath: cronPath,
  nextStart: (job, after, { followsClock } = { followsClock: false }) => {
    const cron = parseCron(tickOf(job).expression);
    return nextCronTime(followsClock ? { ...cron, followsClock } : cron, after);
  },
};

const ownerOf = ({ id, workspace }: Job): Pick<Job, 'id' | 'workspace'> => ({ id, workspace });

/** Cron expressions have the meaning of cron(8), so that it evaluates them itself. */
function tickOf(job: Job): CronTick {
  const { cron, minutes, dueCheck } = startsOf(job, () => true);
  if (cron !== null) return { expression: cron.text, minutes, dueCheck };
  const tick = cronTick(minutes, 'local');
  return { ...tick, dueCheck: dueCheck || tick.dueCheck };
}

/** Returns the block with its markers. It sets no variables: they would apply to all later lines of the user. */
function renderBlock(job: Job, prefix = ''): string {
  const { begin, end } = blockMarkers(job.id);
  const note = `# ${job.when}${noteEnd}`;
  return `${begin}\n${note}\n${prefix}${cronLine(job)}\n${end}\n`;
}

const noteEnd = '; written by sync-runner install-schedule, do not edit';

/** Matches the comment of a block. */
export const blockNote = new RegExp(`^# .*${noteEnd}$`);

/** Returns the first and the last line of the block of a schedule. */
export const blockMarkers = (id: string): { readonly begin: string; readonly end: string } => ({
  begin: `# >>> ${id} >>>`,
  end: `# <<< ${id} <<<`,
});

/** Returns the crontab line of a job. Throws `UserError` if it is too long for cron. */
export function cronLine(job: Job): string {
  const command = commandOf(job);
  if (command.length > maxCommandLength) {
    const message = `the crontab line would be longer than ${String(maxCommandLength)} characters`;
    throw new UserError('no-scheduler', message, {
      hint: 'move the workspace or the program to a shorter path',
    });
  }
  return `${tickOf(job).expression} ${command}`;
}

/** Returns the command for the shell. */
function commandOf(job: Job): string {
  const path = searchPathOf(job, cronPath);
  // env(1) instead of an assignment, which not every SHELL of a crontab understands.
  const environment = path === null ? [] : ['/usr/bin/env', `PATH=${path}`];
  const words = [...environment, ...scheduledCommand(job, tickOf(job))];
  return words.map(quoteCronWord).join(' ');
}

/**
 * Quotes a word for the shell so that cron passes it on unchanged. Cron ends a command at a bare `%`, and
 * implementations differ in how they treat `\%` and `\\`; the result contains neither.
 */
export function quoteCronWord(word: string): string {
  if (/^[\w/.:=@,+-]+$/.test(word)) return word;
  if (!word.includes('%')) {
    // Empty quotes separate two backslashes, which Debian's cron would merge.
    const text = word.replaceAll("'", "'\\''").replace(/\\(?=\\|$)/g, "\\''");
    return `'${text}'`;
  }
  const octal = (character: string): string =>
    `$(printf '\\${character.charCodeAt(0).toString(8).padStart(3, '0')}')`;
  return `"${word.replace(/[%\\"$`!]/g, octal)}"`;
}
