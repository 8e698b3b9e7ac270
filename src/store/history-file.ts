import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod/mini';
import { timestamp } from '../schema/timestamp.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { shellQuote } from '../util/shell.ts';
import { errnoOf } from '../util/errors.ts';
import { readRegularFile, toFileError } from '../util/fs.ts';
import { isOddFile, maxBytes } from './json-file.ts';

/** A file of one month of a series, `<series>-YYYY-MM.jsonl`. */
export interface MonthFile {
  readonly path: string;
  /** `YYYY-MM`, in UTC. */
  readonly month: string;
  /** Its whole lines, when they have been read already. */
  readonly content?: Uint8Array;
}

/** A line as all series of entries have it; the other values depend on the series. */
const historyLine = z.looseObject({ run: timestamp, key: z.string() });
export type HistoryLine = z.infer<typeof historyLine>;

/** Lines that are parsed before others get their turn: a few milliseconds. */
const linesAtATime = 500;
const newline = 0x0a;

export const monthFileName = (series: string, month: string): string => `${series}-${month}.jsonl`;

/** The month files of a series, newest first; other names are not ours. Throws `FileError`. */
export async function listMonths(folder: string, series: string): Promise<readonly MonthFile[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw toFileError(error, folder);
  }
  return names
    .flatMap((name) => {
      const month = /(\d{4}-(?:0[1-9]|1[0-2]))\.jsonl$/.exec(name)?.[1];
      if (month === undefined || name !== monthFileName(series, month)) return [];
      return [{ path: join(folder, name), month }];
    })
    .toSorted((a, b) => (a.month < b.month ? 1 : -1));
}

/** A month file that lines are added to. */
export interface CurrentMonth {
  readonly whole: Uint8Array;
  /** A last line that was torn off (by another program, or by a disk that lost its end). */
  readonly torn: Uint8Array | null;
  /** Permission bits of the file; null when there is none yet. */
  readonly mode: number | null;
}

/** Reads a month file to add lines to it. Throws `FileError`. */
export async function readCurrentMonth(path: string): Promise<CurrentMonth> {
  const file = await readRegularFile(path, { maxBytes });
  if (file === null) return { whole: Buffer.alloc(0), torn: null, mode: null };
  return { ...partTornLine(file.bytes), mode: file.stats.mode & 0o777 };
}

/**
 * The last line of every key, of the newest month that has one. What can't be read is left out and
 * said as a warning: one for each file. Throws `FileError`.
 */
export async function readLastLines(months: readonly MonthFile[]): Promise<{
  readonly last: ReadonlyMap<string, HistoryLine>;
  readonly warnings: readonly Diagnostic[];
}> {
  const last = new Map<string, HistoryLine>();
  const warnings: Diagnostic[] = [];
  for (const { path, content } of months) {
    let bytes: Uint8Array | undefined;
    try {
      bytes = content ?? (await readRegularFile(path, { maxBytes }))?.bytes;
    } catch (error) {
      if (!isOddFile(error)) throw error;
      const hint = `mv ${shellQuote(path)} ${shellQuote(`${path}.bad`)}`;
      warnings.push(
        diagnostic('history-unreadable', { subject: path, message: error.problem, hint }),
      );
      continue;
    }
    const lines = Buffer.from(bytes ?? [])
      .toString()
      .split('\n');
    const broken: number[] = [];
    for (let index = lines.length - 1; index >= 0; index -= 1) {
      if (index % linesAtATime === 0) await setImmediate();
      const text = lines[index];
      if (!text) continue;
      const line = parseLine(text);
      if (line === null) broken.push(index + 1);
      else if (!last.has(line.key)) last.set(line.key, line);
    }
    const first = broken.at(-1);
    if (first === undefined) continue;
    const message = `${String(broken.length)} damaged lines are left out, the first is line ${String(first)}`;
    const hint = `sed -i.bak '${String(first)}d' ${shellQuote(path)}`;
    warnings.push(diagnostic('history-damaged', { subject: path, message, hint }));
  }
  return { last, warnings };
}

/** A last line is torn when it is no JSON; one that only lacks its end has lost nothing. */
function partTornLine(text: Buffer): Omit<CurrentMonth, 'mode'> {
  const isEnded = text.length === 0 || text.at(-1) === newline;
  const end = isEnded ? text.length - 1 : text.length;
  const start = end > 0 ? text.lastIndexOf(newline, end - 1) + 1 : 0;
  if (text.length > 0 && !isJsonObject(text.toString('utf8', start, end))) {
    return { whole: text.subarray(0, start), torn: text.subarray(start) };
  }
  return { whole: isEnded ? text : Buffer.concat([text, Buffer.from('\n')]), torn: null };
}

/** The last line, without its end. */
export function lastLineOf(whole: Uint8Array): string {
  const text = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength);
  return text.toString('utf8', text.lastIndexOf(newline, -2) + 1).trimEnd();
}

function parseLine(text: string): HistoryLine | null {
  try {
    return historyLine.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function isJsonObject(text: string): boolean {
  try {
    return z.looseObject({}).safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
