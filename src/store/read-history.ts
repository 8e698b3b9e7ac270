import * as z from 'zod/mini';
import { monthOf, toInstant, type Instant } from '../contract/instant.ts';
import { runLine, type RunLine } from '../contract/status.ts';
import { contracts, type Digest, type SyncName } from '../contract/syncs.ts';
import type { Workspace } from '../workspace.ts';
import { historyMonths } from './history-months.ts';

/** Which lines of a series: the newest `limit` of those that are asked for. */
export interface HistoryQuery {
  readonly now: Date;
  readonly since: Instant | null;
  readonly limit: number;
  /** Of one project, or whatever else a series has a key for; null for all. */
  readonly key: string | null;
}

/** A line, and how the values differ from those of the line before it of the same key; null for the first. */
export interface HistoryEntry<Name extends SyncName> {
  readonly run: Instant;
  readonly digest: Digest<Name>;
  readonly before: Digest<Name> | null;
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
export async function readDigests<Name extends SyncName>(
  workspace: Workspace,
  name: Name,
  query: HistoryQuery,
): Promise<readonly HistoryEntry<Name>[]> {
  const { since, limit, key } = query;
  const schema = z.extend(contracts[name].digest, { run: runLine.shape.run });
  const lines = await newest(workspace, name, query, (line) => {
    const { success, data } = schema.safeParse(line);
    return success && (key === null || data.key === key) ? data : null;
  });
  const last = new Map<string, Digest<Name>>();
  const entries = lines.map(({ run, ...rest }): HistoryEntry<Name> => {
    const digest = rest as Digest<Name>;
    const before = last.get(digest.key) ?? null;
    last.set(digest.key, digest);
    return { run, digest, before };
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
  const months = await historyMonths(workspace, series, toInstant(now));
  let found: readonly Line[] = [];
  for (const { month, read } of months.toReversed()) {
    if (found.length >= limit || (since !== null && month < monthOf(since))) break;
    const lines = [...(await read())].flatMap((line) => toLine(line) ?? []);
    found = [...lines, ...found];
  }
  return found;
}
