import * as z from 'zod/mini';
import type { Timestamp } from '../../schema/timestamp.ts';
import { monthOf, toTimestamp } from '../../util/dates.ts';
import { runLine, type RunLine } from '../../schema/status.ts';
import { syncSchemas, type HistoryEntry, type SyncName } from '../../schema/syncs.ts';
import type { Workspace } from '../../config/workspace.ts';
import { historyMonths } from './history-months.ts';

/** Selects lines of a series: the newest `limit` of those that match. */
export interface HistoryQuery {
  readonly now: Date;
  readonly since: Timestamp | null;
  readonly limit: number;
  /** The key of the lines, for example a project; null for all. */
  readonly key: string | null;
}

/** A line and the previous line with the same key, null for the first. */
export interface HistoryChange<Name extends SyncName> {
  readonly run: Timestamp;
  readonly entry: HistoryEntry<Name>;
  readonly before: HistoryEntry<Name> | null;
}

/** Returns the newest runs, the newest last. Skips lines of another shape. Throws `FileError`. */
export async function readRuns(
  workspace: Workspace,
  { now, since, limit }: HistoryQuery,
): Promise<readonly RunLine[]> {
  const lines = await newest(workspace, 'runs', { now, since, limit, key: null }, (line) => {
    const { success, data } = runLine.safeParse(line);
    return success ? data : null;
  });
  return lines.filter(({ run }) => since === null || run >= since).slice(-limit);
}

/** Returns the newest lines of a sync, the newest last. Skips lines of another shape. Throws `FileError`. */
export async function readHistory<Name extends SyncName>(
  workspace: Workspace,
  name: Name,
  query: HistoryQuery,
): Promise<readonly HistoryChange<Name>[]> {
  const { since, limit, key } = query;
  const schema = z.extend(syncSchemas[name].historyEntry, { run: runLine.shape.run });
  const lines = await newest(workspace, name, query, (line) => {
    const { success, data } = schema.safeParse(line);
    return success && (key === null || data.key === key) ? data : null;
  });
  const last = new Map<string, HistoryEntry<Name>>();
  const entries = lines.map(({ run, ...rest }): HistoryChange<Name> => {
    const entry = rest as HistoryEntry<Name>;
    const before = last.get(entry.key) ?? null;
    last.set(entry.key, entry);
    return { run, entry, before };
  });
  return entries.filter(({ run }) => since === null || run >= since).slice(-limit);
}

/** Reads months from the newest on until they contain enough lines. Returns these with the oldest line first. */
async function newest<Line>(
  workspace: Workspace,
  series: SyncName | 'runs',
  { now, since, limit }: HistoryQuery,
  toLine: (line: unknown) => Line | null,
): Promise<readonly Line[]> {
  const months = await historyMonths(workspace, series, toTimestamp(now));
  let found: readonly Line[] = [];
  for (const { month, read } of months.toReversed()) {
    if (found.length >= limit || (since !== null && month < monthOf(since))) break;
    const lines = [...(await read())].flatMap((line) => toLine(line) ?? []);
    found = [...lines, ...found];
  }
  return found;
}
