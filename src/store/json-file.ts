import { basename } from 'node:path';
import type * as z from 'zod/mini';
import { UserError } from '../util/errors.ts';
import { contentKeyAt, FileError, readRegularFile, toIoError } from '../util/fs.ts';
import { isNestedTooDeeply } from '../util/json.ts';
import { parseInParts } from './parse-in-parts.ts';
import { shellQuote } from '../util/shell.ts';

/** Far above the size of any file in `data/`. */
export const maxBytes = 256 * 1024 * 1024;

export interface JsonFile<Value> {
  readonly bytes: Uint8Array;
  /** The parsed document, including unknown keys. */
  readonly document: unknown;
  readonly value: Value;
  /** Permission bits. */
  readonly mode: number;
  /** `contentKey` of the file. */
  readonly key: string | null;
}

/**
 * Reads and validates a JSON file; returns null if it does not exist. Accepts a byte order mark, which editors on
 * Windows write. Throws `UserError` with code `io`, or `data` with path, position and hint.
 */
export async function readJsonFile<Schema extends z.ZodMiniType>(
  path: string,
  schema: Schema,
): Promise<JsonFile<z.infer<Schema>> | null> {
  // Read the key first, so that a concurrent change invalidates it.
  const key = await mapFileErrors(path, () => contentKeyAt(path));
  const file = await mapFileErrors(path, () => readRegularFile(path, { maxBytes }));
  if (file === null) return null;
  const { document, value } = await parseDocument(path, file.bytes, schema);
  return { bytes: file.bytes, document, value, mode: file.stats.mode & 0o777, key };
}

/** Returns the validated content of a JSON file, by the rules of `readJsonFile`. */
export const readJsonValue = async <Schema extends z.ZodMiniType>(
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> => (await readJsonFile(path, schema))?.value ?? null;

/** Parses and validates the content of a JSON file. Throws `UserError` with code `data` and `path` in its message. */
export async function parseDocument<Schema extends z.ZodMiniType>(
  path: string,
  bytes: Uint8Array,
  schema: Schema,
): Promise<{ readonly document: unknown; readonly value: z.infer<Schema> }> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw damagedFileError(path, `${path}: is not UTF-8 text`, cause);
  }
  if (isNestedTooDeeply(text)) throw damagedFileError(path, `${path}: is nested too deeply`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    const { describeSyntax } = await import('./json-problem.ts');
    throw damagedFileError(path, `${path}:${describeSyntax(text)}`, cause);
  }
  const parsed = parseInParts(schema, document);
  if (parsed.success) return { document, value: parsed.data };
  const { describeIssues, isFromNewerVersion } = await import('./json-problem.ts');
  if (isFromNewerVersion(document, parsed.error.issues)) {
    throw new UserError('data', `${path}: was written by a newer version of sync-runner`, {
      hint: 'update sync-runner; the file was left unchanged',
    });
  }
  const message = `${path}:${describeIssues(text, parsed.error.issues)}`;
  throw damagedFileError(path, message, parsed.error);
}

/** Returns a document as the text of a file. */
export const toJsonText = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

/** Returns the same text in parts, because a list of thousands of entries has tens of megabytes. */
export function* toJsonParts(document: object): Generator<string> {
  let separator = '{';
  for (const [key, value] of Object.entries(document) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${separator}\n  ${JSON.stringify(key)}: `;
    separator = ',';
    if (!Array.isArray(value) || value.length === 0) {
      yield indentedText(value, '  ');
      continue;
    }
    for (const [index, item] of value.entries()) {
      yield `${index === 0 ? '[' : ','}\n    ${indentedText(item, '    ')}`;
    }
    yield '\n  ]';
  }
  yield separator === '{' ? '{}\n' : '\n}\n';
}

const indentedText = (value: unknown, indent: string): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);

/** Whether the error means that the path is a directory, link, FIFO or too large, not that the disk failed. */
export const isNotRegularFile = (error: unknown): error is FileError =>
  error instanceof FileError && ['EISDIR', 'ELOOP', 'ENXIO', 'EFBIG'].includes(error.code);

async function mapFileErrors<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (isNotRegularFile(error)) throw damagedFileError(path, error.message, error);
    throw toIoError(error);
  }
}

function damagedFileError(path: string, message: string, cause?: unknown): UserError {
  const hint = `fix ${basename(path)}, or move it away: mv ${shellQuote(path)} ${shellQuote(`${path}.bad`)}`;
  return new UserError('data', message, { hint, cause });
}
