import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod/mini';
import type { Workspace } from '../../config/workspace.ts';
import { projectsHistoryEntry } from '../../schema/projects.ts';
import { qualityHistoryEntry } from '../../schema/quality.ts';
import { runLine, type RunLine } from '../../schema/status.ts';
import type { Cursor } from '../../store/fleet-files.ts';
import { isNotRegularFile, maxBytes } from '../../store/json-file.ts';
import { listMonths } from '../../store/history/month-file.ts';
import { dayOf } from '../../util/dates.ts';
import { FileError, ifExists, openRegularFile } from '../../util/fs.ts';
import { shortHash } from '../../util/hash.ts';
import { isNestedTooDeeply } from '../../util/json.ts';
import { sanitizeLine } from '../../util/text.ts';
import { toKey } from './project-rows.ts';
import { toSqlTimestamp, toRow, type Row } from './row.ts';

/** What determines the rows of the lines. */
export interface LineRules {
  readonly isHidden: (id: string) => boolean;
  /** Whether errors, which may contain paths, are sent. */
  readonly withPaths: boolean;
  /** Part of the cursors: with other rules, all lines are sent again. */
  readonly key: string;
}

/** A line as a row; of several rows with the same key the last one counts. */
interface KeyedRow {
  readonly key: string;
  readonly row: Row;
}

interface Series {
  readonly name: 'runs' | 'projects' | 'quality';
  /** Its key in a push. */
  readonly field: 'runs' | 'projectDays' | 'qualityDays';
  /** Returns null for a line that is invalid or not sent. */
  readonly toKeyedRow: (line: unknown, rules: LineRules) => KeyedRow | null;
}

const projectLine = z.extend(projectsHistoryEntry, { run: runLine.shape.run });
const qualityLine = z.extend(qualityHistoryEntry, { run: runLine.shape.run });

/** The series in the order in which they are published. The history of tokens is not: its days replace one another. */
export const publishedSeries: readonly Series[] = [
  {
    name: 'runs',
    field: 'runs',
    toKeyedRow: (line, rules) => {
      const { data } = runLine.safeParse(line);
      const run = toSqlTimestamp(data?.run);
      if (data === undefined || run === null) return null;
      const { finishedAt, durationMs, outcome, trigger } = data;
      const syncs = summaryOf(data, rules);
      const finished = toSqlTimestamp(finishedAt) ?? run;
      return { key: run, row: toRow({ run, finished, ms: durationMs, outcome, trigger, syncs }) };
    },
  },
  {
    name: 'projects',
    field: 'projectDays',
    toKeyedRow: (line, rules) =>
      projectDay(projectLine.safeParse(line).data, rules, (data) => {
        const { state, branch, head, dirty, ahead, behind, files, commits } = data;
        const name = branch === null ? null : sanitizeLine(branch);
        return { branch: name, state, head, dirty, ahead, behind, files, commits };
      }),
  },
  {
    name: 'quality',
    field: 'qualityDays',
    toKeyedRow: (line, rules) =>
      projectDay(qualityLine.safeParse(line).data, rules, (data) => {
        const { head, coverage, lighthouse, todos, techDebt, debtScore } = data;
        return { head, coverage, lighthouse, todos, tech_debt: techDebt, debt_score: debtScore };
      }),
  },
];

/** Returns the row of a project on a day; null for a line that is invalid or not sent. */
function projectDay<Line extends { readonly run: string; readonly key: string }>(
  line: Line | undefined,
  { isHidden }: LineRules,
  factsOf: (line: Line) => object,
): KeyedRow | null {
  const run = toSqlTimestamp(line?.run);
  if (line === undefined || run === null || isHidden(line.key)) return null;
  const day = dayOf(run);
  const id = toKey(line.key);
  return { key: `${day} ${id}`, row: toRow({ id, day, run, ...factsOf(line) }) };
}

function summaryOf({ syncs }: RunLine, { withPaths }: LineRules): object {
  const summaries = Object.entries(syncs).map(([name, { error, ...summary }]) => {
    const text = error === undefined || !withPaths ? {} : { error: sanitizeLine(error) };
    return [sanitizeLine(name, 100), { ...summary, ...text }] as const;
  });
  return Object.fromEntries(summaries);
}

/** Returns the month files of a series, oldest first. Throws `FileError`. */
export async function seriesMonths(
  { historyDir }: Workspace,
  { name }: Series,
): Promise<readonly string[]> {
  const months = await listMonths(historyDir(name), name);
  return months.map(({ path }) => path).reverse();
}

/** The next lines of a month file. */
export interface LineBatch {
  readonly rows: readonly KeyedRow[];
  readonly file: string;
  readonly cursor: Cursor;
}

export interface BatchLimits {
  readonly maxBytes: number;
  readonly maxLines: number;
}

const newline = 0x0a;
const tailBytes = 256;
/** Maximum number of bytes of a line. The store writes no longer ones. */
const maxLineBytes = 8 * 1024 * 1024;

/**
 * Returns the complete lines after the cursor of a month file; null without any. A file whose content before the
 * cursor has changed is read from its start. Throws `FileError`.
 */
export async function readLines(
  path: string,
  series: Series,
  options: {
    readonly rules: LineRules;
    readonly cursor: Cursor | null;
    readonly limits: BatchLimits;
  },
): Promise<LineBatch | null> {
  const { rules, cursor, limits } = options;
  if (await isPublished(path, cursor, rules)) return null;
  await using file = await openMonth(path);
  if (file === null) return null;
  const { size, read } = file;
  const start = await startOf(file, cursor, rules);
  let content = await read(start, Math.min(size - start, limits.maxBytes));
  if (!content.includes(newline)) content = await read(start, Math.min(size - start, maxLineBytes));
  const rows: KeyedRow[] = [];
  let end = 0;
  for (let lines = 0; lines < limits.maxLines; lines += 1) {
    const next = content.indexOf(newline, end);
    if (next === -1) break;
    const row = parseLine(content.toString('utf8', end, next), series, rules);
    if (row !== null) rows.push(row);
    end = next + 1;
  }
  if (end === 0 && content.length === maxLineBytes) end = maxLineBytes;
  if (end === 0) return null;
  const offset = start + end;
  return {
    rows,
    file: basename(path),
    cursor: { offset, tail: await tailAt(file, offset, rules) },
  };
}

/** Returns the number of complete lines after the cursor of a month file. Throws `FileError`. */
export async function countLines(
  path: string,
  { rules, cursor }: { readonly rules: LineRules; readonly cursor: Cursor | null },
): Promise<number> {
  if (await isPublished(path, cursor, rules)) return 0;
  await using file = await openMonth(path);
  if (file === null) return 0;
  let lines = 0;
  for (let offset = await startOf(file, cursor, rules); offset < file.size;) {
    const content = await file.read(offset, Math.min(file.size - offset, maxLineBytes));
    if (content.length === 0) break;
    offset += content.length;
    for (let end = content.indexOf(newline); end !== -1; end = content.indexOf(newline, end + 1)) {
      lines += 1;
    }
  }
  return lines;
}

/** Whether all lines are published, without reading the file. */
async function isPublished(
  path: string,
  cursor: Cursor | null,
  rules: LineRules,
): Promise<boolean> {
  if (cursor === null || !isOfRules(cursor, rules)) return false;
  return (await ifExists(path, (one) => stat(one)))?.size === cursor.offset;
}

/** Returns where the lines begin that are not published. */
async function startOf(file: OpenMonth, cursor: Cursor | null, rules: LineRules): Promise<number> {
  if (cursor === null || cursor.offset > file.size) return 0;
  return (await tailAt(file, cursor.offset, rules)) === cursor.tail ? cursor.offset : 0;
}

async function tailAt({ read }: OpenMonth, offset: number, { key }: LineRules): Promise<string> {
  const bytes = await read(Math.max(0, offset - tailBytes), Math.min(tailBytes, offset));
  return `${key}:${shortHash(bytes)}`;
}

const isOfRules = ({ tail }: Cursor, { key }: LineRules): boolean => tail.startsWith(`${key}:`);

function parseLine(text: string, series: Series, rules: LineRules): KeyedRow | null {
  if (isNestedTooDeeply(text)) return null;
  try {
    return series.toKeyedRow(JSON.parse(text), rules);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

interface OpenMonth extends AsyncDisposable {
  readonly size: number;
  readonly read: (from: number, length: number) => Promise<Buffer>;
}

/** Returns null for anything but a regular file. */
async function openMonth(path: string): Promise<OpenMonth | null> {
  try {
    const { handle, stats } = await openRegularFile(path, { maxBytes });
    return {
      size: stats.size,
      read: async (from, length) => {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
        return buffer.subarray(0, bytesRead);
      },
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    if (isNotRegularFile(error)) return null;
    if (error instanceof FileError && error.code === 'ENOENT') return null;
    throw error;
  }
}
