import type { Timestamp } from '../../schema/timestamp.ts';
import { monthOf } from '../../schema/timestamp.ts';
import { readRegularFile } from '../../util/fs.ts';
import type { Workspace } from '../../config/workspace.ts';
import { isNotRegularFile, maxBytes } from '../json-file.ts';
import { listMonths } from './month-file.ts';
import { contentKeyAt } from '../../util/fs.ts';

/** A month of a series that can be read, line by line, if what it said before is not known. */
export interface HistoryMonth {
  /** `YYYY-MM`, in UTC. */
  readonly month: string;
  /** Changes whenever the file does. */
  readonly key: string;
  /** Its lines as parsed from JSON; damaged ones are left out (who writes the history reports them). */
  readonly read: () => Promise<Iterable<unknown>>;
}

/** The months of a series up to that of `now`, the oldest first. Throws `FileError`. */
export async function historyMonths(
  workspace: Workspace,
  series: Parameters<Workspace['historyDir']>[0],
  now: Timestamp,
): Promise<readonly HistoryMonth[]> {
  const months: HistoryMonth[] = [];
  for (const { month, path } of await listMonths(workspace.historyDir(series), series)) {
    // What a wrong clock wrote into months to come has not happened yet.
    if (month > monthOf(now)) continue;
    const identity = (await contentKeyAt(path)) ?? '';
    months.push({ month, key: identity, read: async () => parsedLines(await bytesOf(path)) });
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
