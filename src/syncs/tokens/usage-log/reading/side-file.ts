import { readdirSync, readSync } from 'node:fs';
import { isMachineProblem } from '../../../../util/errors.ts';
import { openRegularFileSync, readRegularFileSync } from '../../../../util/fs-sync.ts';
import { parseJsonLine, toFields, type Fields } from '../fields.ts';

const maxBytes = 16 * 1024 * 1024;

/**
 * Returns the text of a file of an agent that its logs refer to. Returns null if it is missing, unreadable,
 * larger than 16 MiB or not UTF-8: then the logs are read without it. Throws for errors of the machine, such
 * as EMFILE.
 */
export function readSideText(path: string): string | null {
  try {
    const file = readRegularFileSync(path, { maxBytes });
    return file && new TextDecoder('utf-8', { fatal: true }).decode(file.bytes);
  } catch (error) {
    if (isMachineProblem(error)) throw error;
    return null;
  }
}

/** Returns the fields of a JSON file by the rules of `readSideText`; null also if it is not a JSON object. */
export function readSideJson(path: string): Fields | null {
  const text = readSideText(path);
  try {
    return text === null ? null : toFields(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Returns the names in a directory; none if it is missing or unreadable. Throws for errors of the machine. */
export function readSideDir(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isMachineProblem(error)) throw error;
    return [];
  }
}

const maxHeaderBytes = 64 * 1024;

/**
 * Returns the fields of the first line of a log, for the lines that are read after it has grown. Text is in
 * Latin-1, as in other lines. Returns null if the line is missing, unreadable, longer than 64 KiB or not a
 * JSON object.
 */
export function readHeader(path: string): Fields | null {
  try {
    using file = openRegularFileSync(path);
    if (file === null) return null;
    const bytes = Buffer.allocUnsafe(Math.min(maxHeaderBytes, file.stats.size));
    const length = readSync(file.fd, bytes, 0, bytes.length, 0);
    const end = bytes.subarray(0, length).indexOf('\n');
    return end === -1 ? null : toFields(parseJsonLine(bytes, 0, end));
  } catch (error) {
    if (isMachineProblem(error)) throw error;
    return null;
  }
}
