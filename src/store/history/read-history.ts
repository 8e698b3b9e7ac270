import * as z from 'zod/mini';
import { monthOf, toTimestamp, type Timestamp } from '../../schema/timestamp.ts';
import { runLine, type RunLine } from '../../schema/status.ts';
import { contracts, type HistoryEntry, type SyncName } from '../../schema/syncs.ts';
import type { Workspace } from '../../config/workspace.ts';
import { historyMonths } from './history-months.ts';

/** Which lines of a series: the newest `limit` of those that are asked for. */
export interface HistoryQuery {
  readonly now: Date;
  readonly since: Timestamp | null;
  readonly limit: number;
  /** Of one project, or whatever else a series has a key for; null for all. */
  readonly key: string | null;
}

/** A line, and how the values differ from those of the line before it of the same key; null for the first. */
export interface HistoryChange<Name extends SyncName> {
  readonly run: Timestamp;
  readonly entry: HistoryEntry<Name>;
  readonly before: HistoryEntry<Name> | null;
}

/** The newest runs, the newest last. Lines of another shape are left out. Throws `FileError`. */
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

/** The newest lines of a sync, the newest last. Lines of another shape are left out. Throws `FileError`. */
export async function readHistory<Name extends SyncName>(
  workspace: Workspace,
  name: Name,
  query: HistoryQuery,
): Promise<readonly HistoryChange<Name>[]> {
  const { since, limit, key } = query;
  const schema = z.extend(contracts[name].historyEntry, { run: runLine.shape.run });
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

/** Lines of as many whole months, from the newest on, as hold what is asked for; the oldest line first. */
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
