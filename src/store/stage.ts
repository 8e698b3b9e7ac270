import { constants } from 'node:fs';
import { access, lstat, readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Timestamp } from '../schema/timestamp.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { FileError, ensureDir, toFileError, writeNewFile } from '../util/fs.ts';
import { contentKey } from '../util/fs.ts';

/** A file that is prepared in the stage and waits for its commit. */
export interface StagedFile {
  /** Its name in the stage. */
  readonly name: string;
  /** Absolute path of the file that it becomes. */
  readonly target: string;
  /** What it is identified by, also after the commit: a rename changes neither inode nor dates. */
  readonly key: string;
  /** Staged copy of what its content was merged with; null: there was no file. Absent: wholly ours. */
  readonly base?: string | null;
}

export interface StageOptions {
  /** What the content was merged with, byte for byte; null when there was no file. */
  readonly mergedWith?: Uint8Array | null;
  readonly mode?: number;
}

/** Writes a file into the stage, on the disk and whole. Throws `UserError` `io` or `lock-lost`. */
export async function stageFile(
  stage: string,
  place: string,
  content: string | Uint8Array,
  { mergedWith, mode }: StageOptions = {},
): Promise<StagedFile> {
  const name = basename(place);
  try {
    await writeNewFile(join(stage, name), content, mode === undefined ? {} : { mode });
    const identity = contentKey(await lstat(join(stage, name), { bigint: true }));
    if (mergedWith === undefined) return { name, target: place, key: identity };
    if (mergedWith === null) return { name, target: place, key: identity, base: null };
    const base = `${name}.base`;
    await writeNewFile(join(stage, base), mergedWith);
    return { name, target: place, key: identity, base };
  } catch (error) {
    throw await toStoreError(error, place, stage);
  }
}

/**
 * Removes what lies in the stage itself. What can't be removed goes with the stage: the next owner of
 * the lock empties it.
 */
export async function clearStage(stage: string): Promise<void> {
  try {
    for (const entry of await readdir(stage, { withFileTypes: true })) {
      if (!entry.isDirectory()) await unlink(join(stage, entry.name));
    }
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}

/**
 * Makes sure, as far as that can be known before, that a staged file can be renamed to its place: its
 * folder exists (or is made), can be written and lies on the same file system, and no folder is in its
 * way. Throws `FileError`.
 */
export async function checkTarget(place: string, stage: string): Promise<void> {
  const folder = dirname(place);
  await ensureDir(folder);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    if ((await stat(folder)).dev !== (await stat(stage)).dev) {
      throw new FileError('EXDEV', folder, 'lies on another file system than the workspace');
    }
  } catch (error) {
    throw toFileError(error, folder);
  }
  try {
    if ((await lstat(place)).isDirectory()) throw new FileError('EISDIR', place, 'is a folder');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw toFileError(error, place);
  }
}

/**
 * An error of the disk as one line that names the file as the user knows it, not its staged copy.
 * When the whole stage is gone, another run has taken the lock: `UserError` `lock-lost`.
 */
export async function toStoreError(error: unknown, place: string, stage: string): Promise<unknown> {
  const cause = toFileError(error, place);
  if (!(cause instanceof FileError)) return error;
  if (cause.code === 'ENOENT' && !(await isDirectory(stage))) {
    return new UserError('lock-lost', 'another run has taken the lock; nothing more was written', {
      cause,
    });
  }
  const path = cause.path.startsWith(stage) ? place : cause.path;
  return new UserError('io', `${path}: ${cause.problem}`, { cause });
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The start of a run as a part of a file name, for example `20261123T084506112Z`. */
export const fileTimestamp = (run: Timestamp): string => run.replace(/[-:.]/g, '');
