import { link, lstat, rm, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type * as z from 'zod/mini';
import { syncNames } from '../schema/sync-names.ts';
import { syncSchemas } from '../schema/syncs.ts';
import { toTimestamp } from '../util/dates.ts';
import { errnoOf, UserError } from '../util/errors.ts';
import { contentKeyAt, exists, FileError, readRegularFile } from '../util/fs.ts';
import { ignoreUnsupported, replaceFile, renameFile } from '../util/fs-write.ts';
import { equalJson } from '../util/json.ts';
import { maxBytes, parseDocument, readJsonFile, toJsonParts, type JsonFile } from './json-file.ts';
import { merge } from './merge.ts';
import { parseInParts } from './parse-in-parts.ts';
import { quarantinePath, stageFile, type StagedFile } from './stage.ts';

/** Users do not save a file more often than this within the milliseconds of one commit. */
const maxMerges = 5;

export interface NewSnapshot {
  readonly target: string;
  readonly schema: z.ZodMiniType;
  /** The file at the start of the sync; null if it did not exist. */
  readonly base: JsonFile<unknown> | null;
  readonly snapshot: object;
}

/**
 * Stages a snapshot merged with the current content of its file. Returns null if only `updatedAt` would change; then
 * the file is not written. Throws `UserError` with code `data` if the file is damaged.
 */
export async function stageSnapshot(
  stage: string,
  { target, schema, base, snapshot }: NewSnapshot,
): Promise<StagedFile | null> {
  const isUnchanged = base !== null && (await contentKeyAt(target)) === base.key;
  const disk = isUnchanged ? base : await readJsonFile(target, schema);
  // Merging with an equal document changes nothing. For most runs this comparison is enough.
  if (disk !== null && equalIgnoringUpdatedAt(snapshot, disk.document)) return null;
  const versions = { base: base?.document, disk: disk?.document, fresh: snapshot };
  const document = merge(schema, versions) as object;
  if (disk !== null && equalIgnoringUpdatedAt(document, disk.document)) return null;
  return stageDocument(stage, { target, schema, disk, document });
}

/** Stages the new document of a snapshot that replaces or extends the one on disk. */
export function stageDocument(
  stage: string,
  {
    target,
    schema,
    disk,
    document,
  }: Pick<NewSnapshot, 'target' | 'schema'> & {
    readonly disk: JsonFile<unknown> | null;
    readonly document: object;
  },
): Promise<StagedFile> {
  assertValid(schema, document, target);
  return stageFile(stage, target, toJsonParts(document), {
    mergedWith: disk?.bytes ?? null,
    ...(disk === null ? {} : { mode: disk.mode }),
  });
}

/**
 * Moves a staged snapshot to its target without losing an edit of the user: merges again whatever changed since the
 * first merge. A hard link keeps the replaced file until it has been compared after the rename, so that an edit in
 * between is merged, too. Continues where a process was killed. What remains: a file that is renamed onto the
 * target between the link and the rename, any edit in that time on a file system without hard links, and a program
 * that writes to the replaced file later. Throws `UserError` with code `data` if an edit is unreadable (it is in the
 * target or in quarantine), or `io` if the target keeps changing.
 */
export async function moveSnapshot(paths: SnapshotPaths): Promise<void> {
  for (let merges = 0; merges < maxMerges; merges += 1) {
    if (await exists(paths.staged)) {
      const merged = await remerge(paths);
      if (!(await linkReplaced(paths, merged))) continue;
      await renameFile(paths.staged, paths.target);
    }
    if (!(await remergeReplaced(paths))) return;
  }
  throw changesConstantly(paths.target);
}

const changesConstantly = (target: string): UserError =>
  new UserError('io', `${target}: changes constantly`, { hint: 'run again' });

export interface SnapshotPaths {
  readonly target: string;
  readonly staged: string;
  /** Copy of the content that was merged; missing if there was no file. */
  readonly base: string;
}

const replacedPath = ({ staged }: SnapshotPaths): string => `${staged}.replaced`;

type RegularFile = NonNullable<Awaited<ReturnType<typeof readRegularFile>>>;

/** Merges the staged file with the target until it has the target's latest content. Returns that content. */
async function remerge(paths: SnapshotPaths): Promise<RegularFile | null> {
  const { target, staged, base } = paths;
  for (let merges = 0; merges < maxMerges; merges += 1) {
    const merged = await readRegularFile(base, { maxBytes });
    const disk = await readRegularFile(target, { maxBytes });
    if (merged === null ? disk === null : disk?.bytes.equals(merged.bytes) === true) return disk;
    const fresh = await readRegularFile(staged, { maxBytes });
    // It can only be missing because the whole stage is gone.
    if (fresh === null) throw new FileError('ENOENT', staged, 'does not exist');
    await stageMerged(paths, { base: merged, disk, fresh });
    if (disk === null) await rm(base, { force: true });
    else await replaceFile(base, disk.bytes);
  }
  throw changesConstantly(target);
}

/** Returns false if the target is no longer the file that was merged. */
async function linkReplaced(paths: SnapshotPaths, merged: RegularFile | null): Promise<boolean> {
  const replaced = replacedPath(paths);
  await rm(replaced, { force: true });
  try {
    await link(paths.target, replaced);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return merged === null;
    ignoreUnsupported(error);
    return true;
  }
  return merged !== null && (await lstat(replaced)).ino === merged.stats.ino;
}

/**
 * Compares the replaced file with the content that was merged. If the user has written to it since, stages a new
 * version with that edit and returns true.
 */
async function remergeReplaced(paths: SnapshotPaths): Promise<boolean> {
  const { target, base } = paths;
  const replaced = replacedPath(paths);
  const edited = await readRegularFile(replaced, { maxBytes });
  if (edited === null) return false;
  const merged = await readRegularFile(base, { maxBytes });
  if (merged?.bytes.equals(edited.bytes) === true) {
    await unlink(replaced);
    return false;
  }
  const current = await readRegularFile(target, { maxBytes });
  try {
    // The base first: after a crash in between, the replaced file still differs from it.
    if (current !== null) await replaceFile(base, current.bytes);
    await stageMerged(paths, { base: merged, disk: edited, fresh: current ?? edited });
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'data') throw error;
    const quarantine = quarantinePath(target, toTimestamp(edited.stats.mtime));
    await renameFile(replaced, quarantine);
    const message = `${error.message}; it was edited while it was replaced, and the edit is in ${basename(quarantine)}`;
    throw new UserError('data', message, {
      hint: `repeat the edit in ${basename(target)}`,
      cause: error,
    });
  }
  await unlink(replaced);
  return true;
}

/** Replaces the staged file by the merge of three versions. Throws `UserError` with code `data` if one is damaged. */
async function stageMerged(
  { target, staged }: SnapshotPaths,
  versions: Readonly<Record<'base' | 'disk', RegularFile | null>> & { readonly fresh: RegularFile },
): Promise<void> {
  const schema = schemaOf(target);
  const documentOf = async (file: RegularFile | null): Promise<unknown> =>
    file === null ? undefined : (await parseDocument(target, file.bytes, schema)).document;
  const document = merge(schema, {
    base: await documentOf(versions.base),
    disk: await documentOf(versions.disk),
    fresh: await documentOf(versions.fresh),
  }) as object;
  assertValid(schema, document, target);
  const mode = versions.disk === null ? {} : { mode: versions.disk.stats.mode & 0o777 };
  await replaceFile(staged, toJsonParts(document), mode);
}

/** An invalid snapshot must not be written: the next run could not read it. */
function assertValid(schema: z.ZodMiniType, document: unknown, target: string): void {
  const { success, error } = parseInParts(schema, document);
  if (!success) throw new Error(`the new ${target} violates its schema`, { cause: error });
}

function schemaOf(target: string): z.ZodMiniType {
  const name = syncNames.find((one) => `${one}.json` === basename(target));
  if (name === undefined) throw new Error(`${target} is not a snapshot`);
  return syncSchemas[name].snapshot;
}

/** Whether two documents differ in nothing but `updatedAt`. */
export function equalIgnoringUpdatedAt(one: unknown, other: unknown): boolean {
  return equalJson(withUpdatedAt(one), withUpdatedAt(other));
}

const withUpdatedAt = (document: unknown): object =>
  ({ ...Object(document), updatedAt: null }) as object;
