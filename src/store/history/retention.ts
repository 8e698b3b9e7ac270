import { lstat, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { monthOf, toTimestamp } from '../../util/dates.ts';
import { plural } from '../../util/text.ts';
import { publishedSizes } from '../fleet-files.ts';
import { diagnostic, type Diagnostic } from '../../util/diagnostic.ts';
import { syncNames } from '../../schema/sync-names.ts';
import { FileError, toFileError } from '../../util/fs.ts';
import type { Workspace } from '../../config/workspace.ts';
import { listMonths, type MonthFile } from './month-file.ts';

/** A machine is rarely off for longer. */
const maxGapMonths = 2;

export interface Retention {
  readonly now: Date;
  readonly months: number;
  /** Whether files that are not completely published are kept, up to twice as long. */
  readonly waitForPublication: boolean;
}

/**
 * Removes the month files that are older than the retention according to their names. Removes nothing and
 * returns a warning when the newest other month is more than two months from now in either direction, because the
 * clock may be wrong. Ignores files with other names, directories and links.
 */
export async function removeOldHistory(
  workspace: Workspace,
  { now, months: retentionMonths, waitForPublication }: Retention,
): Promise<readonly Diagnostic[]> {
  const months: MonthFile[] = [];
  for (const series of [...syncNames, 'runs'] as const) {
    months.push(...(await listMonths(workspace.historyDir(series), series)));
  }
  const thisMonth = numberOf(monthOf(toTimestamp(now)));
  const old = months.filter(({ month }) => numberOf(month) < thisMonth - retentionMonths);
  if (old.length === 0) return [];
  const newest = months
    .filter(({ month }) => numberOf(month) !== thisMonth)
    .reduce((one, other) => (one.month < other.month ? other : one));
  if (Math.abs(numberOf(newest.month) - thisMonth) > maxGapMonths) {
    const message = `more than ${String(maxGapMonths)} months from the clock's ${monthOf(toTimestamp(now))}; no old history was removed`;
    return [
      diagnostic('clock-skew', { subject: newest.path, message, hint: 'check the system clock' }),
    ];
  }
  const warnings: Diagnostic[] = [];
  const published = waitForPublication ? await publishedSizes(workspace) : null;
  const waiting: string[] = [];
  for (const { path, month } of old) {
    try {
      if (
        published !== null &&
        numberOf(month) >= thisMonth - 2 * retentionMonths &&
        !(await isPublished(path, published))
      ) {
        waiting.push(path);
        continue;
      }
      if ((await lstat(path)).isFile()) await unlink(path);
    } catch (error) {
      const failure = toFileError(error, path);
      if (!(failure instanceof FileError)) throw error;
      warnings.push(diagnostic('history-not-removed', { subject: path, message: failure.problem }));
    }
  }
  const [first] = waiting;
  if (first !== undefined) {
    const message = `${plural(waiting.length, 'history file')} past the retention: not published yet`;
    const details = { subject: first, message, hint: 'sync-runner publish' };
    warnings.push(diagnostic('history-waits', details));
  }
  return warnings;
}

/** The history of tokens is not published. */
async function isPublished(path: string, sizes: ReadonlyMap<string, number>): Promise<boolean> {
  const name = basename(path);
  if (name.startsWith('tokens-')) return true;
  return (await lstat(path)).size === sizes.get(name);
}

/** Returns the number of months since year 0. */
function numberOf(month: string): number {
  const [year = 0, monthOfYear = 0] = month.split('-').map(Number);
  return year * 12 + monthOfYear;
}
