import { basename } from 'node:path';
import type * as z from 'zod/mini';
import { shellQuote } from '../util/shell.ts';
import { UserError } from '../util/errors.ts';
import { FileError, readRegularFile } from '../util/fs.ts';
import { contentKeyAt } from '../util/fs.ts';

/** Far above any registry; a larger file is refused before a byte of it is read. */
export const maxBytes = 256 * 1024 * 1024;

/** A JSON file as it was read: what it says by its contract, and all that it says. */
export interface JsonFile<Value> {
  readonly bytes: Uint8Array;
  /** The whole document, with the keys that the contract does not know. */
  readonly document: unknown;
  readonly value: Value;
  /** Permission bits. */
  readonly mode: number;
  /** What tells whether it has changed since. */
  readonly key: string | null;
}

/**
 * Reads a JSON file and checks it against its contract; null when there is none. A byte order mark, as
 * editors on Windows put it, is accepted. Throws `UserError` `data` with the file, the place in it and what
 * to do about it (the file is never touched), and `io`.
 */
export async function readJsonFile<Schema extends z.ZodMiniType>(
  path: string,
  schema: Schema,
): Promise<JsonFile<z.infer<Schema>> | null> {
  // Taken before the content: what changes in between is then seen as a change.
  const identity = await readOrThrow(path, () => contentKeyAt(path));
  const file = await readOrThrow(path, () => readRegularFile(path, { maxBytes }));
  if (file === null) return null;
  const { document, value } = await parseDocument(path, file.bytes, schema);
  return { bytes: file.bytes, document, value, mode: file.stats.mode & 0o777, key: identity };
}

/** The content of a JSON file by its contract. Throws `UserError` `data`, naming `path`. */
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
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    const { describeSyntax } = await import('./json-problem.ts');
    throw damagedFileError(path, `${path}:${describeSyntax(text)}`, cause);
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return { document, value: parsed.data };
  const { describeIssues, isFromNewerVersion } = await import('./json-problem.ts');
  if (isFromNewerVersion(document, parsed.error.issues)) {
    throw new UserError('data', `${path}: was written by a newer version of sync-runner`, {
      hint: 'update sync-runner; the file was left as it is',
    });
  }
  throw damagedFileError(
    path,
    `${path}:${describeIssues(text, parsed.error.issues)}`,
    parsed.error,
  );
}

/** A document as it goes into a file. */
export const toJsonText = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

/** A folder, link, FIFO or giant where a file should be: of no use, but no trouble of the disk either. */
export const isNotRegularFile = (error: unknown): error is FileError =>
  error instanceof FileError && ['EISDIR', 'ELOOP', 'ENXIO', 'EFBIG'].includes(error.code);

async function readOrThrow<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (isNotRegularFile(error)) throw damagedFileError(path, error.message, error);
    throw error instanceof FileError ? new UserError('io', error.message, { cause: error }) : error;
  }
}

function damagedFileError(path: string, message: string, cause: unknown): UserError {
  const hint = `fix ${basename(path)}, or move it away: mv ${shellQuote(path)} ${shellQuote(`${path}.bad`)}`;
  return new UserError('data', message, { hint, cause });
}
