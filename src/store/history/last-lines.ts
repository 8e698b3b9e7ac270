import { setImmediate } from 'node:timers/promises';
import * as z from 'zod/mini';
import { timestamp } from '../../schema/timestamp.ts';
import { diagnostic, type Diagnostic } from '../../util/diagnostic.ts';
import { isNestedTooDeeply } from '../../util/json.ts';
import { shellQuote } from '../../util/shell.ts';
import { readRegularFile } from '../../util/fs.ts';
import { isNotRegularFile, maxBytes } from '../json-file.ts';
import type { MonthFile } from './month-file.ts';

/** A line of a series with a key; the other values depend on the series. */
const historyLine = z.looseObject({ run: timestamp, key: z.string() });
export type HistoryLine = z.infer<typeof historyLine>;

export interface LastLines {
  readonly last: ReadonlyMap<string, HistoryLine>;
  /** At most one per file. */
  readonly warnings: readonly Diagnostic[];
}

/** Yield to the event loop after this many lines, which take a few milliseconds. */
const linesPerTurn = 500;
const newline = 0x0a;
/** Maximum number of lines that the command of a hint deletes; the next run reports the others. */
const maxHintedLines = 20;

/** Matches the start of a line as the store writes it, when the key needs no decoding. */
const lineStart = /^\{"run":"[^"]*","key":"([\x20-\x7e]*?)"/;
const lineStartBytes = 300;

/**
 * Returns the last line of every key in `wanted` (null: of every key), given the month files from the newest
 * to the oldest. Only that line is parsed, and reading ends with the last key found, which is what makes this
 * fast enough for every run. Lines and files that can't be read are skipped with a warning. Throws `FileError`.
 */
export async function readLastLines(
  months: readonly MonthFile[],
  wanted: ReadonlySet<string> | null,
): Promise<LastLines> {
  const last = new Map<string, HistoryLine>();
  const warnings: Diagnostic[] = [];
  for (const { path, content } of months) {
    if (last.size === wanted?.size) break;
    let bytes: Uint8Array;
    try {
      bytes = content ?? (await readRegularFile(path, { maxBytes }))?.bytes ?? Buffer.alloc(0);
    } catch (error) {
      if (!isNotRegularFile(error)) throw error;
      const hint = `mv ${shellQuote(path)} ${shellQuote(`${path}.bad`)}`;
      const details = { subject: path, message: error.problem, hint };
      warnings.push(diagnostic('history-unreadable', details));
      continue;
    }
    const damaged = await readBackwards(bytes, wanted, last);
    if (damaged.length === 0) continue;
    const lines = damaged.map((offset) => lineNumber(bytes, offset));
    warnings.push(damagedLinesDiagnostic(path, lines.reverse()));
  }
  return { last, warnings };
}

/** Adds missing keys to `last`. Returns the offsets of damaged lines, the last one first. */
async function readBackwards(
  bytes: Uint8Array,
  wanted: ReadonlySet<string> | null,
  last: Map<string, HistoryLine>,
): Promise<readonly number[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const damaged: number[] = [];
  let end = buffer.at(-1) === newline ? buffer.length - 1 : buffer.length;
  for (let count = 1; end > 0 && last.size !== wanted?.size; count += 1) {
    if (count % linesPerTurn === 0) await setImmediate();
    const start = buffer.lastIndexOf(newline, end - 1) + 1;
    const key = lineStart.exec(
      buffer.toString('latin1', start, Math.min(end, start + lineStartBytes)),
    )?.[1];
    const isNeeded =
      key === undefined || key.includes('\\')
        ? start < end
        : !last.has(key) && wanted?.has(key) !== false;
    if (isNeeded) {
      const line = parseLine(buffer.toString('utf8', start, end));
      if (line === null) damaged.push(start);
      else if (!last.has(line.key) && wanted?.has(line.key) !== false) last.set(line.key, line);
    }
    end = start - 1;
  }
  return damaged;
}

/** Parses every line of a month file. Returns a diagnostic for those that can't be read, or null. */
export async function checkLines(path: string, bytes: Uint8Array): Promise<Diagnostic | null> {
  const damaged: number[] = [];
  for (const [index, text] of Buffer.from(bytes).toString().split('\n').entries()) {
    if (index % linesPerTurn === 0) await setImmediate();
    if (text !== '' && parseLine(text) === null) damaged.push(index + 1);
  }
  return damaged.length === 0 ? null : damagedLinesDiagnostic(path, damaged);
}

function damagedLinesDiagnostic(path: string, lines: readonly number[]): Diagnostic {
  const first = String(lines[0]);
  const message =
    lines.length === 1
      ? `1 damaged line is skipped: line ${first}`
      : `${String(lines.length)} damaged lines are skipped, the first is line ${first}`;
  const deletions = lines.slice(0, maxHintedLines).map((line) => `${String(line)}d`);
  return diagnostic('history-damaged', {
    subject: path,
    message,
    hint: `sed -i.bak '${deletions.join(';')}' ${shellQuote(path)}`,
  });
}

const lineNumber = (bytes: Uint8Array, offset: number): number =>
  bytes.subarray(0, offset).reduce((count, byte) => (byte === newline ? count + 1 : count), 1);

function parseLine(text: string): HistoryLine | null {
  if (isNestedTooDeeply(text)) return null;
  try {
    return historyLine.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
