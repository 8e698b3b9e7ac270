// eslint-disable-next-line no-restricted-imports -- The lock's exit hook can't wait for a promise.
import { lstatSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import * as z from 'zod/mini';
import { isNotFound, UserError } from '../util/errors.ts';
import { exists, readRegularFile, toFileError } from '../util/fs.ts';
import { fsyncDir, renameFile, replaceFile } from '../util/fs-write.ts';
import { moveSnapshot } from './snapshot-file.ts';
import { checkTarget, toStoreError, type StagedFile } from './stage.ts';

const recordName = 'COMMIT';
const maxRecordBytes = 1024 * 1024;

// No segment starts with a dot, which excludes `..` and the directory of the lock.
const target = z.string().check(z.regex(/^\w[\w.-]*(\/\w[\w.-]*)*$/));
const staged = z.string().check(z.regex(/^\w[\w.-]*$/));

/** `stage/COMMIT`: the files to rename from the stage to their targets below `data/`, in this order. */
const commitRecord = z.strictObject({
  version: z.literal(1),
  files: z.array(
    z.strictObject({
      staged,
      target,
      /**
       * For a file that users edit: the staged copy of the content that was merged; null if the file did not exist.
       * If the target has other content now, the two are merged again.
       */
      base: z.optional(z.nullable(staged)),
    }),
  ),
});
type CommitRecord = z.infer<typeof commitRecord>;

const recordPath = (stage: string): string => join(stage, recordName);

/**
 * Whether a commit is pending. The lock must not be released while one is. Synchronous, because an exit hook needs
 * it. Throws `FileError`.
 */
export function hasCommit(stage: string): boolean {
  const path = recordPath(stage);
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw toFileError(error, path);
  }
}

/**
 * Moves staged files to their targets below `data`, all or none: once the record is written, any owner of the stage
 * can finish the commit. Throws `UserError` with code `lock-lost`, `io`, or `data` if the user made a file
 * unreadable; nothing was changed then, unless the commit is pending.
 */
export async function commit(
  stage: string,
  data: string,
  files: readonly StagedFile[],
): Promise<void> {
  if (files.length === 0) return;
  const record: CommitRecord = {
    version: 1,
    files: files.map((file) => ({
      staged: file.name,
      target: relative(data, file.target).split(sep).join('/'),
      ...(file.base === undefined ? {} : { base: file.base }),
    })),
  };
  try {
    for (const file of files) await checkTarget(file.target, stage);
    // After a power failure, every file of a record must exist.
    await fsyncDir(stage);
    await replaceFile(recordPath(stage), JSON.stringify(z.parse(commitRecord, record)));
  } catch (error) {
    throw await toStoreError(error, recordPath(stage), stage);
  }
  try {
    await applyCommit(stage, data);
  } catch (error) {
    const isStaged = await Promise.all(
      files.map(({ name }) => exists(join(stage, name)).catch(() => false)),
    );
    // Nothing was renamed, so the commit is undone; otherwise, or if that fails, it stays pending.
    if (isStaged.every(Boolean)) await unlink(recordPath(stage)).catch(() => undefined);
    throw error;
  }
}

/**
 * Finishes the pending commit of a stage, if there is one. After an error it can be called again and continues.
 * Throws `UserError` with code `io`, `lock-lost`, or `data` if the record or an edited file is damaged. The commit
 * stays pending then, and every run reports the error until it is fixed.
 */
export async function applyCommit(stage: string, data: string): Promise<void> {
  const record = await readRecord(stage);
  if (record === null) return;
  const dirs = new Set<string>();
  for (const file of record.files) {
    const path = join(data, file.target);
    dirs.add(dirname(path));
    try {
      await moveToTarget(file, path, stage);
    } catch (error) {
      throw await toStoreError(error, path, stage);
    }
  }
  try {
    for (const dir of dirs) await fsyncDir(dir);
    // Fails if the stage is gone: then the files that seemed to be moved already were lost with it.
    await unlink(recordPath(stage));
  } catch (error) {
    throw await toStoreError(error, recordPath(stage), stage);
  }
}

async function moveToTarget(
  file: CommitRecord['files'][number],
  path: string,
  stage: string,
): Promise<void> {
  const stagedPath = join(stage, file.staged);
  if (file.base !== undefined) {
    await checkTarget(path, stage);
    const base = join(stage, file.base ?? `${file.staged}.base`);
    await moveSnapshot({ target: path, staged: stagedPath, base });
    return;
  }
  // A file that is not in the stage was moved already.
  if (!(await exists(stagedPath))) return;
  await checkTarget(path, stage);
  await renameFile(stagedPath, path);
}

async function readRecord(stage: string): Promise<CommitRecord | null> {
  const path = recordPath(stage);
  try {
    const file = await readRegularFile(path, { maxBytes: maxRecordBytes });
    if (file === null) return null;
    return z.parse(commitRecord, JSON.parse(file.bytes.toString()));
  } catch (cause) {
    throw new UserError('data', `${path}: the record of an unfinished commit is damaged`, {
      hint: 'no data file was changed; move data/.sync-lock away, then run again',
      cause,
    });
  }
}
