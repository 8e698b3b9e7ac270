import type { Workspace } from '../config/workspace.ts';
import { syncNames } from '../schema/sync-names.ts';
import { contentKeyAt, readRegularFile } from '../util/fs.ts';
import { isNotRegularFile, maxBytes, toJsonText } from './json-file.ts';
import { equalIgnoringUpdatedAt } from './snapshot-file.ts';
import { stageFile, type StagedFile } from './stage.ts';

/** A file that is computed from other files. A document is written when more than its `updatedAt` differs. */
export type DerivedFile =
  | { readonly target: string; readonly document: object }
  | { readonly target: string; readonly content: string | Uint8Array };

/** Returns the `contentKey` of each path, null for one that does not exist. Throws `FileError`. */
export const contentKeysAt = (paths: readonly string[]): Promise<readonly (string | null)[]> =>
  Promise.all(paths.map(contentKeyAt));

export const snapshotPaths = ({ snapshot }: Workspace): readonly string[] =>
  syncNames.map(snapshot);

/** Stages a derived file unless its content is already there. `key` is its `contentKey` after the commit. */
export async function stageDerivedFile(
  stage: string,
  file: DerivedFile,
): Promise<{ readonly staged: StagedFile | null; readonly key: string | null }> {
  const { target } = file;
  const key = await contentKeyAt(target);
  const current = await read(target);
  const content = 'content' in file ? file.content : toJsonText(file.document);
  if (current !== null && isSame(file, current.bytes, content)) return { staged: null, key };
  const mode = current === null ? {} : { mode: current.stats.mode & 0o777 };
  const staged = await stageFile(stage, target, content, mode);
  return { staged, key: staged.key };
}

/** Anything but a regular file is replaced. */
async function read(target: string): ReturnType<typeof readRegularFile> {
  try {
    return await readRegularFile(target, { maxBytes });
  } catch (error) {
    if (isNotRegularFile(error)) return null;
    throw error;
  }
}

function isSame(file: DerivedFile, bytes: Buffer, content: string | Uint8Array): boolean {
  if (bytes.equals(Buffer.from(content))) return true;
  if (!('document' in file)) return false;
  try {
    return equalIgnoringUpdatedAt(JSON.parse(bytes.toString()), file.document);
  } catch {
    return false;
  }
}
