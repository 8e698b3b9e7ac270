import type { Timestamp } from '../../schema/timestamp.ts';
import { monthOf } from '../../util/dates.ts';
import { contentKeyAt, readRegularFile } from '../../util/fs.ts';
import type { Workspace } from '../../config/workspace.ts';
import { isNotRegularFile, maxBytes } from '../json-file.ts';
import { listMonths } from './month-file.ts';

/** A month of a series. Its lines are read only when they are not cached under `key`. */
export interface HistoryMonth {
  /** `YYYY-MM`, in UTC. */
  readonly month: string;
  /** `contentKey` of the file. */
  readonly key: string;
  /** Returns the parsed lines without damaged ones, which the next run reports. */
  readonly read: () => Promise<Iterable<unknown>>;
}

/** Returns the months of a series up to that of `now`, oldest first. Throws `FileError`. */
export async function historyMonths(
  workspace: Workspace,
  series: Parameters<Workspace['historyDir']>[0],
  now: Timestamp,
): Promise<readonly HistoryMonth[]> {
  const months: HistoryMonth[] = [];
  for (const { month, path } of await listMonths(workspace.historyDir(series), series)) {
    // Later months were written by a clock that was ahead.
    if (month > monthOf(now)) continue;
    const key = (await contentKeyAt(path)) ?? '';
    months.push({ month, key, read: async () => parsedLines(await bytesOf(path)) });
  }
  return months.reverse();
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return (await readRegularFile(path, { maxBytes }))?.bytes ?? Buffer.alloc(0);
  } catch (error) {
    if (isNotRegularFile(error)) return Buffer.alloc(0);
    throw error;
  }
}

function* parsedLines(bytes: Buffer): Generator {
  let start = 0;
  while (start < bytes.length) {
    const next = bytes.indexOf(0x0a, start);
    const end = next === -1 ? bytes.length : next;
    try {
      yield JSON.parse(bytes.toString('utf8', start, end));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    start = end + 1;
  }
}
