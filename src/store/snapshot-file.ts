import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod/mini';
import { syncNames } from '../schema/sync-names.ts';
import { contracts } from '../schema/syncs.ts';
import { UserError } from '../util/errors.ts';
import { FileError, readRegularFile, writeNewFile } from '../util/fs.ts';
import { contentKeyAt } from '../util/fs.ts';
import { maxBytes, parseDocument, readJsonFile, toJsonText, type JsonFile } from './json-file.ts';
import { merge } from './merge.ts';
import { stageFile, type StagedFile } from './stage.ts';

/** A person saves a file now and then, not several times within the milliseconds of one commit. */
const maxTries = 5;

/** What a sync has to say for its file, and what the file was when the sync began. */
export interface NewSnapshot {
  readonly target: string;
  readonly schema: z.ZodMiniType;
  readonly base: JsonFile<unknown> | null;
  readonly snapshot: object;
}

/**
 * Stages a snapshot, merged with what its file says now. Null when the file says it already (but for
 * `updatedAt`): it is not touched then. Throws `UserError` `data` when the file is damaged.
 */
export async function stageSnapshot(
  stage: string,
  { target: place, schema, base: began, snapshot }: NewSnapshot,
): Promise<StagedFile | null> {
  const isUnchanged = began !== null && (await contentKeyAt(place)) === began.key;
  const disk = isUnchanged ? began : await readJsonFile(place, schema);
  // As JSON has it: `undefined` is no value, and what is compared is what would be written.
  const fresh: unknown = JSON.parse(JSON.stringify(snapshot));
  const base = began?.document;
  const document = merge(schema, { base, disk: disk?.document, fresh });
  if (disk !== null && equalIgnoringUpdatedAt(document, disk.document)) return null;
  assertValid(schema, document, place);
  return stageFile(stage, place, toJsonText(document), {
    mergedWith: disk?.bytes ?? null,
    ...(disk === null ? {} : { mode: disk.mode }),
  });
}

/**
 * Makes sure that a staged snapshot still belongs to what is in its place. When a person has changed the
 * file since, the two are merged again, in the stage. Throws `UserError` `data` (the file is damaged now)
 * and `io` (it changes all the time).
 */
export async function remerge(paths: {
  readonly target: string;
  readonly staged: string;
  /** Copy of what the staged file was merged with; null: there was no file. */
  readonly base: string | null;
}): Promise<void> {
  const { target: place, staged } = paths;
  const schema = schemaOf(place);
  const documentOf = async (bytes: Uint8Array | null): Promise<unknown> =>
    bytes === null ? undefined : (await parseDocument(place, bytes, schema)).document;
  let base = paths.base === null ? null : await readStaged(paths.base);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const disk = await readRegularFile(place, { maxBytes });
    if (base === null ? disk === null : disk?.bytes.equals(base) === true) return;
    const document = merge(schema, {
      base: await documentOf(base),
      disk: await documentOf(disk?.bytes ?? null),
      fresh: await documentOf(await readStaged(staged)),
    });
    assertValid(schema, document, place);
    const again = `${staged}.again`;
    await rm(again, { force: true });
    await writeNewFile(again, toJsonText(document), disk ? { mode: disk.stats.mode & 0o777 } : {});
    await rename(again, staged);
    base = disk?.bytes ?? null;
  }
  throw new UserError('io', `${place}: is being changed all the time`, { hint: 'run again' });
}

/** What is staged can only be missing because the whole stage is gone. */
async function readStaged(path: string): Promise<Uint8Array> {
  const file = await readRegularFile(path, { maxBytes });
  if (file === null) throw new FileError('ENOENT', path, 'does not exist');
  return file.bytes;
}

/** Written, a snapshot that breaks its contract would lock the sync out of its own file for ever. */
function assertValid(schema: z.ZodMiniType, document: unknown, place: string): void {
  const { success, error } = schema.safeParse(document);
  if (!success)
    throw new Error(`what was to become ${place} breaks its contract`, { cause: error });
}

function schemaOf(place: string): z.ZodMiniType {
  const name = syncNames.find((one) => `${one}.json` === basename(place));
  if (name === undefined) throw new Error(`${place} has no contract`);
  return contracts[name].snapshot;
}

/** Whether two documents differ in nothing but the time of their last change. */
export function equalIgnoringUpdatedAt(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(withoutUpdatedAt(one), withoutUpdatedAt(other));
}

function withoutUpdatedAt(document: unknown): object {
  return { ...Object(document), updatedAt: null } as object;
}
