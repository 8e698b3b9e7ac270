import { constants } from 'node:fs';
import { access, lstat, readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Timestamp } from '../schema/timestamp.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { contentKey, FileError, ifExists, isDirectory, toFileError } from '../util/fs.ts';
import { ensureDir, writeNewFile, type FileContent } from '../util/fs-write.ts';

/** A file in the stage that waits for its commit. */
export interface StagedFile {
  /** Its name in the stage. */
  readonly name: string;
  /** Absolute path of the file that it will replace. */
  readonly target: string;
  /** Its `contentKey`, which the commit does not change. */
  readonly key: string;
  /**
   * Name of the staged copy of the content that was merged; null if there was no file. Absent for files that users do
   * not edit.
   */
  readonly base?: string | null;
}

export interface StageOptions {
  /** The content that was merged; null if there was no file. */
  readonly mergedWith?: Uint8Array | null;
  readonly mode?: number;
}

/** Writes a file into the stage, forced to the disk. Throws `UserError` with code `io` or `lock-lost`. */
export async function stageFile(
  stage: string,
  target: string,
  content: FileContent,
  { mergedWith, mode }: StageOptions = {},
): Promise<StagedFile> {
  const name = basename(target);
  try {
    await writeNewFile(join(stage, name), content, mode === undefined ? {} : { mode });
    const key = contentKey(await lstat(join(stage, name), { bigint: true }));
    if (mergedWith === undefined) return { name, target, key };
    if (mergedWith === null) return { name, target, key, base: null };
    const base = `${name}.base`;
    await writeNewFile(join(stage, base), mergedWith);
    return { name, target, key, base };
  } catch (error) {
    throw await toStoreError(error, target, stage);
  }
}

/** Removes the files in the stage. Files that can't be removed are left to the next owner of the lock. */
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
 * Checks, as far as possible in advance, that a staged file can be renamed to its target: creates the directory,
 * which must be writable and on the same file system, and makes sure that the target is not a directory. Throws
 * `FileError`.
 */
export async function checkTarget(target: string, stage: string): Promise<void> {
  const dir = dirname(target);
  await ensureDir(dir);
  try {
    await access(dir, constants.W_OK | constants.X_OK);
    if ((await stat(dir)).dev !== (await stat(stage)).dev) {
      throw new FileError('EXDEV', dir, 'is on another file system than the workspace');
    }
  } catch (error) {
    throw toFileError(error, dir);
  }
  if ((await ifExists(target, (path) => lstat(path)))?.isDirectory() === true) {
    throw new FileError('EISDIR', target, 'is a directory');
  }
}

/**
 * Returns an error of the disk as a `UserError` that names the target instead of its staged copy: `lock-lost` if the
 * stage is gone, because another run has taken the lock, otherwise `io`. Returns other errors unchanged.
 */
export async function toStoreError(
  error: unknown,
  target: string,
  stage: string,
): Promise<unknown> {
  const cause = toFileError(error, target);
  if (!(cause instanceof FileError)) return error;
  if (cause.code === 'ENOENT' && !(await isDirectory(stage))) {
    return new UserError('lock-lost', 'another run has taken the lock; nothing more was written', {
      cause,
    });
  }
  const path = cause.path.startsWith(stage) ? target : cause.path;
  return new UserError('io', `${path}: ${cause.problem}`, { cause });
}

/** Returns the path to which a damaged file is moved, for example `projects.json.corrupt-20261123T084506112Z`. */
export const quarantinePath = (path: string, at: Timestamp): string =>
  `${path}.corrupt-${at.replace(/[-:.]/g, '')}`;
