import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod/mini';
import { syncNames } from '../schema/sync-names.ts';
import { syncSchemas } from '../schema/syncs.ts';
import { UserError } from '../util/errors.ts';
import { contentKeyAt, FileError, readRegularFile, replaceFile } from '../util/fs.ts';
import { maxBytes, parseDocument, readJsonFile, toJsonText, type JsonFile } from './json-file.ts';
import { merge } from './merge.ts';
import { stageFile, type StagedFile } from './stage.ts';

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
  // Compare what would be written: JSON has no `undefined`.
  const fresh: unknown = JSON.parse(JSON.stringify(snapshot));
  const document = merge(schema, { base: base?.document, disk: disk?.document, fresh });
  if (disk !== null && equalIgnoringUpdatedAt(document, disk.document)) return null;
  assertValid(schema, document, target);
  return stageFile(stage, target, toJsonText(document), {
    mergedWith: disk?.bytes ?? null,
    ...(disk === null ? {} : { mode: disk.mode }),
  });
}

/**
 * Merges a staged snapshot again, in the stage, if the user has changed its target since. Throws `UserError` with
 * code `data` if the target is damaged, or `io` if it keeps changing.
 */
export async function remerge(paths: {
  readonly target: string;
  readonly staged: string;
  /** Copy of the content that was merged; null if there was no file. */
  readonly base: string | null;
}): Promise<void> {
  const { target, staged } = paths;
  const schema = schemaOf(target);
  const documentOf = async (bytes: Uint8Array | null): Promise<unknown> =>
    bytes === null ? undefined : (await parseDocument(target, bytes, schema)).document;
  let base = paths.base === null ? null : await readStaged(paths.base);
  for (let merges = 0; merges < maxMerges; merges += 1) {
    const disk = await readRegularFile(target, { maxBytes });
    if (base === null ? disk === null : disk?.bytes.equals(base) === true) return;
    const document = merge(schema, {
      base: await documentOf(base),
      disk: await documentOf(disk?.bytes ?? null),
      fresh: await documentOf(await readStaged(staged)),
    });
    assertValid(schema, document, target);
    const mode = disk === null ? {} : { mode: disk.stats.mode & 0o777 };
    await replaceFile(staged, toJsonText(document), mode);
    base = disk?.bytes ?? null;
  }
  throw new UserError('io', `${target}: changes constantly`, { hint: 'run again' });
}

/** A staged file can only be missing because the whole stage is gone. */
async function readStaged(path: string): Promise<Uint8Array> {
  const file = await readRegularFile(path, { maxBytes });
  if (file === null) throw new FileError('ENOENT', path, 'does not exist');
  return file.bytes;
}

/** An invalid snapshot must not be written: the next run could not read it. */
function assertValid(schema: z.ZodMiniType, document: unknown, target: string): void {
  const { success, error } = schema.safeParse(document);
  if (!success) throw new Error(`the new ${target} violates its schema`, { cause: error });
}

function schemaOf(target: string): z.ZodMiniType {
  const name = syncNames.find((one) => `${one}.json` === basename(target));
  if (name === undefined) throw new Error(`${target} is not a snapshot`);
  return syncSchemas[name].snapshot;
}

/** Whether two documents differ in nothing but `updatedAt`. */
export function equalIgnoringUpdatedAt(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(withoutUpdatedAt(one), withoutUpdatedAt(other));
}

function withoutUpdatedAt(document: unknown): object {
  return { ...Object(document), updatedAt: null } as object;
}
