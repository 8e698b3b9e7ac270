import { UserError } from '../../util/errors.ts';
import type { ExecResult } from '../../system/system.ts';
import { withoutOwnHeader } from './crontab-block.ts';
import type { RunTool } from '../scheduler.ts';

/**
 * The user's crontab, or null when there is none. As latin1, a character per byte, because it may hold
 * any bytes and all have to survive. Throws `UserError` SCHEDULER_FAILED for every other answer: only a
 * crontab that was read may be replaced.
 */
export async function readTable(runTool: RunTool): Promise<string | null> {
  const answer = await runTool(['crontab', '-l']);
  if (answer.exitCode === 0) return withoutOwnHeader(Buffer.from(answer.stdout).toString('latin1'));
  // The second form is busybox's.
  if (/no crontab for|can't open .*: No such file/.test(answer.stderr)) return null;
  throw tableError('could not be read', answer);
}

/** Replaces the whole crontab and reads it again. On any difference the old one is put back. */
export async function writeTable(
  before: string | null,
  after: string,
  runTool: RunTool,
): Promise<void> {
  const answer = await install(after, runTool);
  if (answer.exitCode !== 0) throw tableError('was not replaced', answer);
  if (((await readTable(runTool)) ?? '') === after) return;
  await install(before ?? '', runTool);
  throw tableError('was not what was written; the old one was put back', answer);
}

/** An empty table is removed, as it is for a user who never had one. */
const install = (table: string, runTool: RunTool): Promise<ExecResult> =>
  table === ''
    ? runTool(['crontab', '-r'])
    : runTool(['crontab', '-'], Buffer.from(table, 'latin1'));

function tableError(what: string, { stderr, exitCode }: ExecResult): UserError {
  const said = stderr.trim() || `exit code ${String(exitCode)}`;
  return new UserError('scheduler-failed', `the crontab ${what}: ${said}`, {
    hint: 'see what `crontab -l` says; nothing of yours was changed',
  });
}

/** Text of ours as it goes into a table, and back. */
export const toTable = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
export const fromTable = (table: string): string => Buffer.from(table, 'latin1').toString('utf8');
