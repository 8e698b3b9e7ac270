import { UserError } from '../../util/errors.ts';
import { cronTick, nextCronStart } from '../calendar.ts';
import { commandOf, everyText } from '../scheduled-command.ts';
import type { Job, Scheduler } from '../scheduler.ts';

/** Longer commands are refused by Debian's cron ("command too long"). */
const maxCommandLength = 998;

/** The user's crontab, in which one marked block is ours. */
export const crontab: Scheduler = {
  name: 'crontab',
  title: 'crontab',
  presence: { command: ['crontab', '-l'], mustSucceed: false },
  failureHint: 'see what `crontab -l` says; your crontab is as it was',
  render: (job) => [{ path: 'crontab', text: renderBlock(job), encoding: 'utf8' }],
  install: (job) => [{ type: 'edit-crontab', id: job.id, block: renderBlock(job) }],
  uninstall: (job) => [{ type: 'edit-crontab', id: job.id, block: null }],
  tick: (job) => {
    const { minutes, dueCheck } = cronTick(job.intervalMinutes, 'local');
    return { seconds: minutes * 60, dueCheck };
  },
  nextStart: (job, after) => nextCronStart(cronTick(job.intervalMinutes, 'local').minutes, after),
};

/** Our block with its markers. No variables in it: they would hold for all later lines of the user. */
function renderBlock(job: Job): string {
  const { begin, end } = markersOf(job.id);
  const note = `# ${everyText(job)}; written by sync-runner install-schedule, do not edit`;
  return `${begin}\n${note}\n${cronLine(job)}\n${end}\n`;
}

/** The lines between which a block is ours. */
export const markersOf = (id: string): { readonly begin: string; readonly end: string } => ({
  begin: `# >>> ${id} >>>`,
  end: `# <<< ${id} <<<`,
});

/** The one line that matters: for a person to add by hand where nothing can be installed. */
export function cronLine(job: Job): string {
  const tick = cronTick(job.intervalMinutes, 'local');
  const command = commandOf(job, tick).map(quoteCronWord).join(' ');
  if (command.length > maxCommandLength) {
    const message = `the crontab line would be longer than ${String(maxCommandLength)} characters`;
    throw new UserError('no-scheduler', message, {
      hint: 'move the workspace or the program to a shorter path',
    });
  }
  return `${tick.expression} ${command}`;
}

/**
 * A word for the shell, written so that cron hands it on unchanged. Cron ends a command at a bare `%`,
 * and crons differ in what they make of `\%` and `\\`; so neither occurs in the result.
 */
export function quoteCronWord(word: string): string {
  if (/^[\w/.:=@,+-]+$/.test(word)) return word;
  if (!word.includes('%')) {
    // Empty quotes keep two backslashes apart, which Debian's cron would make one of.
    const text = word.replaceAll("'", "'\\''").replace(/\\(?=\\|$)/g, "\\''");
    return `'${text}'`;
  }
  const octal = (character: string): string =>
    `$(printf '\\${character.charCodeAt(0).toString(8).padStart(3, '0')}')`;
  return `"${word.replace(/[%\\"$`!]/g, octal)}"`;
}
