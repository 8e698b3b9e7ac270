import type { ExecResult } from '../../system/system.ts';
import { UserError } from '../../util/errors.ts';
import type { RunTool } from '../scheduler.ts';
import { stripCronHeader } from './crontab-block.ts';

/**
 * Returns the user's crontab, or null without one. Decoded as latin1, one character per byte, because a crontab may
 * contain any bytes and all of them have to survive an edit. Throws `UserError` with code `scheduler-failed` in every
 * other case: only a crontab that was read may be replaced.
 */
export async function readCrontab(runTool: RunTool): Promise<string | null> {
  const result = await runTool(['crontab', '-l']);
  if (result.exitCode === 0) {
    const listing = stripCronHeader(Buffer.from(result.stdout).toString('latin1'));
    return /\\[rb]/.test(listing) ? readUnescaped(listing, runTool) : listing;
  }
  // Vixie cron and cronie print the first message, busybox the second.
  if (/no crontab for|can't open .*: No such file/.test(result.stderr)) return null;
  throw crontabError('could not be read', result);
}

/**
 * Returns the bytes behind a listing. Debian's `crontab -l` prints a carriage return as `\r` and a backspace as `\b`,
 * the same as a crontab with a backslash and a letter. `crontab -e` gives the actual bytes to the editor, here `cat`.
 */
async function readUnescaped(listing: string, runTool: RunTool): Promise<string> {
  const result = await runTool(['env', 'VISUAL=cat', 'EDITOR=cat', 'crontab', '-e']);
  const table = stripCronHeader(Buffer.from(result.stdout).toString('latin1'));
  const escaped = table.replaceAll('\r', '\\r').replaceAll('\b', '\\b');
  if (result.exitCode === 0 && (table === listing || escaped === listing)) return table;
  throw crontabError('contains \\r or \\b and its exact bytes could not be read', result);
}

/** Replaces the crontab, reads it back, and restores the old one if the two differ. */
export async function writeCrontab(
  before: string | null,
  after: string,
  runTool: RunTool,
): Promise<void> {
  const result = await replace(after, runTool);
  if (result.exitCode !== 0) throw crontabError('could not be replaced', result);
  if (((await readCrontab(runTool)) ?? '') === after) return;
  await replace(before ?? '', runTool);
  throw crontabError('differed from the text that was written and was restored', result);
}

/** Removes the crontab instead of writing an empty one, so that uninstalling leaves no trace. */
const replace = (table: string, runTool: RunTool): Promise<ExecResult> =>
  table === ''
    ? runTool(['crontab', '-r'])
    : runTool(['crontab', '-'], Buffer.from(table, 'latin1'));

function crontabError(problem: string, { stderr, exitCode }: ExecResult): UserError {
  const detail = stderr.trim() || `exit code ${String(exitCode)}`;
  return new UserError('scheduler-failed', `the crontab ${problem}: ${detail}`, {
    hint: 'run `crontab -l`; your crontab is unchanged',
  });
}

/** Converts text to the encoding of `readCrontab`, and back. */
export const encodeForCrontab = (text: string): string =>
  Buffer.from(text, 'utf8').toString('latin1');
export const decodeFromCrontab = (table: string): string =>
  Buffer.from(table, 'latin1').toString('utf8');
