// eslint-disable-next-line no-restricted-imports -- The lock's exit hook can't wait for a promise.
import { existsSync } from 'node:fs';
import { access, rename, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import * as z from 'zod/mini';
import { errnoOf, UserError } from '../util/errors.ts';
import { readRegularFile, fsyncDir, writeNewFile } from '../util/fs.ts';
import { remerge } from './snapshot-file.ts';
import { checkTarget, toStoreError, type StagedFile } from './stage.ts';

const recordName = 'COMMIT';
const maxRecordBytes = 1024 * 1024;

// No segment starts with a dot: neither `..` nor the lock's own folder can be named.
const target = z.string().check(z.regex(/^\w[\w.-]*(\/\w[\w.-]*)*$/));
const staged = z.string().check(z.regex(/^\w[\w.-]*$/));

/** `stage/COMMIT`: what has to be renamed from the stage to its place below `data/`, in this order. */
const commitRecord = z.strictObject({
  version: z.literal(1),
  files: z.array(
    z.strictObject({
      staged,
      target,
      /**
       * For a file that people edit: the staged copy of what it was merged with (null: there was none).
       * When the file has another content by now, it is merged again.
       */
      base: z.optional(z.nullable(staged)),
    }),
  ),
});
type CommitRecord = z.infer<typeof commitRecord>;

const recordPath = (stage: string): string => join(stage, recordName);

/** Whether a commit was begun and not finished. The lock must not be let go then. */
export const hasCommit = (stage: string): Promise<boolean> => exists(recordPath(stage));

/** The same for an exit hook. */
export const hasCommitSync = (stage: string): boolean => existsSync(recordPath(stage));

/**
 * Puts staged files into their places below `data`, all or none: once the record is written, whoever
 * holds the stage finishes the commit. Throws `UserError` `lock-lost`, `io`, or `data` (a file that a person
 * has made unreadable meanwhile); unless the commit stays pending, nothing was changed.
 */
export async function commit(
  stage: string,
  data: string,
  files: readonly StagedFile[],
): Promise<void> {
  if (files.length === 0) return;
  const record: CommitRecord = {
    version: 1,
    files: files.map(({ name, target: place, base }) => ({
      staged: name,
      target: relative(data, place).split(sep).join('/'),
      ...(base === undefined ? {} : { base }),
    })),
  };
  const draft = join(stage, `${recordName}.new`);
  try {
    for (const { target: place } of files) await checkTarget(place, stage);
    // A record must never outlive a loss of power that a file it names does not.
    await fsyncDir(stage);
    await writeNewFile(draft, JSON.stringify(z.parse(commitRecord, record)));
    await rename(draft, recordPath(stage));
    await fsyncDir(stage);
  } catch (error) {
    throw await toStoreError(error, recordPath(stage), stage);
  }
  try {
    await applyCommit(stage, data);
  } catch (error) {
    const isWaiting = await Promise.all(
      files.map(({ name }) => exists(join(stage, name)).catch(() => false)),
    );
    // Nothing is in its place yet, so the commit is taken back; else, or failing that, it stays pending.
    if (isWaiting.every(Boolean)) await unlink(recordPath(stage)).catch(() => undefined);
    throw error;
  }
}

/**
 * Finishes the commit that lies in a stage, if there is one; called again, it goes on where it stopped.
 * Throws `UserError` `data` (the record or an edited file is damaged), `io` or `lock-lost`; the commit stays
 * pending then, so that every run says so until it is mended.
 */
export async function applyCommit(stage: string, data: string): Promise<void> {
  const record = await readRecord(stage);
  if (record === null) return;
  const folders = new Set<string>();
  for (const file of record.files) {
    const place = join(data, file.target);
    folders.add(dirname(place));
    try {
      await putInPlace(file, place, stage);
    } catch (error) {
      throw await toStoreError(error, place, stage);
    }
  }
  try {
    for (const folder of folders) await fsyncDir(folder);
    // Without the record, every file that seemed to be in its place went with a stage that is not ours.
    await unlink(recordPath(stage));
  } catch (error) {
    throw await toStoreError(error, recordPath(stage), stage);
  }
}

async function putInPlace(
  file: CommitRecord['files'][number],
  place: string,
  stage: string,
): Promise<void> {
  const from = join(stage, file.staged);
  // What is no longer in the stage is in its place already.
  if (!(await exists(from))) return;
  await checkTarget(place, stage);
  if (file.base !== undefined) {
    await remerge({
      target: place,
      staged: from,
      base: file.base === null ? null : join(stage, file.base),
    });
  }
  await rename(from, place);
}

async function readRecord(stage: string): Promise<CommitRecord | null> {
  const path = recordPath(stage);
  try {
    const file = await readRegularFile(path, { maxBytes: maxRecordBytes });
    if (file === null) return null;
    return z.parse(commitRecord, JSON.parse(file.bytes.toString()));
  } catch (cause) {
    throw new UserError('data', `${path}: the record of an unfinished commit is damaged`, {
      hint: 'no data file was touched; move data/.sync-lock away, then run again',
      cause,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
