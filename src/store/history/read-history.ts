import * as z from 'zod/mini';
import type { Timestamp } from '../../schema/timestamp.ts';
import { monthOf, toTimestamp } from '../../util/dates.ts';
import { runLine, type RunLine } from '../../schema/status.ts';
import { syncSchemas, type HistoryEntry, type SyncName } from '../../schema/syncs.ts';
import type { Workspace } from '../../config/workspace.ts';
import { toIoError } from '../../util/fs.ts';
import { historyMonths } from './history-months.ts';
import { readLastLines } from './last-lines.ts';
import { listMonths } from './month-file.ts';

/** Selects the newest `limit` lines of a series since a time. */
export interface RunQuery {
  readonly now: Date;
  readonly since: Timestamp | null;
  readonly limit: number;
}

export interface HistoryQuery extends RunQuery {
  /** The key of the lines, for example a project; null for all. */
  readonly key: string | null;
}

/** A line and the previous line with the same key, null if its month and the month file before contain none. */
export interface HistoryChange<Name extends SyncName> {
  readonly run: Timestamp;
  readonly entry: HistoryEntry<Name>;
  readonly before: HistoryEntry<Name> | null;
}

/** Returns the newest runs, the newest last. Skips invalid lines. Throws `FileError`. */
export async function readRuns(workspace: Workspace, query: RunQuery): Promise<readonly RunLine[]> {
  const { lines } = await readNewestMonths(workspace, 'runs', query, (line) => {
    const { success, data } = runLine.safeParse(line);
    return success ? data : null;
  });
  return select(lines, query);
}

/** Returns the newest lines of a sync, the newest last. Skips invalid lines. Throws `FileError`. */
export async function readHistory<Name extends SyncName>(
  workspace: Workspace,
  name: Name,
  query: HistoryQuery,
): Promise<readonly HistoryChange<Name>[]> {
  const { key } = query;
  const schema = z.extend(syncSchemas[name].historyEntry, { run: runLine.shape.run });
  const { lines, readPrevious } = await readNewestMonths(workspace, name, query, (line) => {
    const { success, data } = schema.safeParse(line);
    return success && (key === null || data.key === key) ? data : null;
  });
  const changesIn = (all: typeof lines): readonly HistoryChange<Name>[] => {
    const last = new Map<string, HistoryEntry<Name>>();
    const changes = all.map(({ run, ...rest }): HistoryChange<Name> => {
      const entry = rest as HistoryEntry<Name>;
      const before = last.get(entry.key) ?? null;
      last.set(entry.key, entry);
      return { run, entry, before };
    });
    return select(changes, query);
  };
  const changes = changesIn(lines);
  if (changes.every(({ before }) => before !== null)) return changes;
  return changesIn([...(await readPrevious()), ...lines]);
}

const select = <Line extends { readonly run: Timestamp }>(
  lines: readonly Line[],
  { since, limit }: RunQuery,
): readonly Line[] => lines.filter(({ run }) => since === null || run >= since).slice(-limit);

/** Reads months from the newest on until they contain enough lines. Returns these with the oldest line first. */
async function readNewestMonths<Line>(
  workspace: Workspace,
  series: SyncName | 'runs',
  { now, since, limit }: RunQuery,
  toLine: (line: unknown) => Line | null,
): Promise<{
  readonly lines: readonly Line[];
  /** Returns the lines of the newest month that was not read. */
  readonly readPrevious: () => Promise<readonly Line[]>;
}> {
  const months = [...(await historyMonths(workspace, series, toTimestamp(now)))];
  const readPrevious = async (): Promise<readonly Line[]> =>
    [...((await months.pop()?.read()) ?? [])].flatMap((line) => toLine(line) ?? []);
  let lines: readonly Line[] = [];
  for (let month = months.at(-1)?.month; month !== undefined; month = months.at(-1)?.month) {
    if (lines.length >= limit || (since !== null && month < monthOf(since))) break;
    lines = [...(await readPrevious()), ...lines];
  }
  return { lines, readPrevious };
}

/**
 * Returns the last history line of every key in the retained months, without invalid lines, for example of an older
 * version. Throws `UserError` with code `io`.
 */
export async function readLatestEntries<Name extends SyncName>(
  workspace: Workspace,
  name: Name,
): Promise<readonly HistoryEntry<Name>[]> {
  const schema = syncSchemas[name].historyEntry;
  try {
    const { last } = await readLastLines(await listMonths(workspace.historyDir(name), name), null);
    return [...last.values()].flatMap((line) => {
      const entry = schema.safeParse(line);
      return entry.success ? [entry.data as HistoryEntry<Name>] : [];
    });
  } catch (error) {
    throw toIoError(error);
  }
}
