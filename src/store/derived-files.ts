import { readRegularFile } from '../util/fs.ts';
import type { Workspace } from '../config/workspace.ts';
import { syncNames } from '../schema/sync-names.ts';
import { contentKeyAt } from '../util/fs.ts';
import { isOddFile, maxBytes, toText } from './json-file.ts';
import { sayTheSame } from './snapshot-file.ts';
import { stageFile, type StagedFile } from './stage.ts';

/** A file that is wholly made of others. */
export type DerivedFile =
  /** Written when it differs in more than `updatedAt`. */
  | { readonly place: string; readonly document: object }
  | { readonly place: string; readonly text: string };

/** What is identified by what it lies at; absent files are null. Throws `FileError`. */
export const identitiesAt = (paths: readonly string[]): Promise<readonly (string | null)[]> =>
  Promise.all(paths.map(contentKeyAt));

/** The snapshots, from which most is derived. */
export const snapshotPaths = ({ snapshot }: Workspace): readonly string[] =>
  syncNames.map(snapshot);

/** Stages a derived file unless its place says the same already; and what identifies it then. */
export async function stageDerived(
  stage: string,
  file: DerivedFile,
): Promise<{ readonly staged: StagedFile | null; readonly identity: string | null }> {
  const { place } = file;
  const identity = await contentKeyAt(place);
  const there = await read(place);
  const text = 'text' in file ? file.text : toText(file.document);
  if (there !== null && isSame(file, there.bytes, text)) return { staged: null, identity };
  const mode = there === null ? {} : { mode: there.stats.mode & 0o777 };
  const staged = await stageFile(stage, place, text, mode);
  return { staged, identity: staged.identity };
}

/** What is no file that can be read is replaced, if it can be: nothing in it is anybody's. */
async function read(place: string): ReturnType<typeof readRegularFile> {
  try {
    return await readRegularFile(place, { maxBytes });
  } catch (error) {
    if (isOddFile(error)) return null;
    throw error;
  }
}

function isSame(file: DerivedFile, bytes: Buffer, text: string): boolean {
  if ('text' in file) return bytes.equals(Buffer.from(text));
  try {
    return sayTheSame(JSON.parse(bytes.toString()), JSON.parse(text));
  } catch {
    return false;
  }
}
