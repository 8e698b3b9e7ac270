import { lstat, unlink } from 'node:fs/promises';
import { monthOf, toTimestamp } from '../../schema/timestamp.ts';
import { diagnostic, type Diagnostic } from '../../util/diagnostic.ts';
import { syncNames } from '../../schema/sync-names.ts';
import { FileError, toFileError } from '../../util/fs.ts';
import type { Workspace } from '../../config/workspace.ts';
import { listMonths, type MonthFile } from './month-file.ts';

/** The month before and the one before that: a machine may rest for a while, but hardly longer. */
const believableMonths = 2;

/**
 * Removes the month files whose every line is older than `retentionMonths`, judged by their names. When
 * the newest of the other months is more than two months from now, either way, the clock may be wrong:
 * then nothing is removed, and that is said. Names that are not ours, folders and links stay.
 */
export async function removeOldHistory(
  workspace: Workspace,
  now: Date,
  retentionMonths: number,
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
  if (Math.abs(numberOf(newest.month) - thisMonth) > believableMonths) {
    const message = `more than ${String(believableMonths)} months from the clock's ${monthOf(toTimestamp(now))}; no old history was removed`;
    return [
      diagnostic('clock-skew', { subject: newest.path, message, hint: 'check the system clock' }),
    ];
  }
  const warnings: Diagnostic[] = [];
  for (const { path } of old) {
    try {
      if ((await lstat(path)).isFile()) await unlink(path);
    } catch (error) {
      const failure = toFileError(error, path);
      if (!(failure instanceof FileError)) throw error;
      warnings.push(diagnostic('history-not-removed', { subject: path, message: failure.problem }));
    }
  }
  return warnings;
}

/** Months counted on from year 0. */
function numberOf(month: string): number {
  const [year = 0, monthOfYear = 0] = month.split('-').map(Number);
  return year * 12 + monthOfYear;
}
