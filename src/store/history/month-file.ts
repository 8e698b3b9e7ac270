import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errnoOf } from '../../util/errors.ts';
import { readRegularFile, toFileError } from '../../util/fs.ts';
import { maxBytes } from '../json-file.ts';

/** The file of one month of a series, `<series>-YYYY-MM.jsonl`. */
export interface MonthFile {
  readonly path: string;
  /** `YYYY-MM`, in UTC. */
  readonly month: string;
  /** Its complete lines, if they have been read already. */
  readonly content?: Uint8Array;
}

const newline = 0x0a;

export const monthFileName = (series: string, month: string): string => `${series}-${month}.jsonl`;

/** Returns the month files of a series, newest first; files with other names are ignored. Throws `FileError`. */
export async function listMonths(dir: string, series: string): Promise<readonly MonthFile[]> {
  let names: readonly string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw toFileError(error, dir);
  }
  return names
    .flatMap((name) => {
      const month = /(\d{4}-(?:0[1-9]|1[0-2]))\.jsonl$/.exec(name)?.[1];
      if (month === undefined || name !== monthFileName(series, month)) return [];
      return [{ path: join(dir, name), month }];
    })
    .toSorted((a, b) => (a.month < b.month ? 1 : -1));
}

/** A month file to which lines are appended. */
export interface AppendableMonth {
  readonly complete: Uint8Array;
  /** An incomplete last line, left by another program or a disk that lost the end of the file. */
  readonly torn: Uint8Array | null;
  /** Permission bits; null when the file does not exist yet. */
  readonly mode: number | null;
}

/** Throws `FileError`. */
export async function readMonthForAppend(path: string): Promise<AppendableMonth> {
  const file = await readRegularFile(path, { maxBytes });
  if (file === null) return { complete: Buffer.alloc(0), torn: null, mode: null };
  return { ...splitTornLine(file.bytes), mode: file.stats.mode & 0o777 };
}

/** A last line is torn if it is not a JSON object; one that only lacks its newline is complete. */
function splitTornLine(text: Buffer): Omit<AppendableMonth, 'mode'> {
  const isEnded = text.length === 0 || text.at(-1) === newline;
  const end = isEnded ? text.length - 1 : text.length;
  const start = end > 0 ? text.lastIndexOf(newline, end - 1) + 1 : 0;
  if (text.length > 0 && !isJsonObject(text.toString('utf8', start, end))) {
    return { complete: text.subarray(0, start), torn: text.subarray(start) };
  }
  return { complete: isEnded ? text : Buffer.concat([text, Buffer.from('\n')]), torn: null };
}

/** Returns the last line without its newline. */
export function lastLineOf(complete: Uint8Array): string {
  const text = Buffer.from(complete.buffer, complete.byteOffset, complete.byteLength);
  return text.toString('utf8', text.lastIndexOf(newline, -2) + 1).trimEnd();
}

function isJsonObject(text: string): boolean {
  try {
    return z.looseObject({}).safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
