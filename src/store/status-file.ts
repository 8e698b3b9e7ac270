import { basename } from 'node:path';
import type { Timestamp } from '../schema/timestamp.ts';
import { statusFile, type StatusFile } from '../schema/status.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { readRegularFile } from '../util/fs.ts';
import type { Workspace } from '../config/workspace.ts';
import { isOddFile, maxBytes, readJsonFile, toText, type JsonFile } from './json-file.ts';
import { merge } from './merge.ts';
import { stageFile, stampOf, type StagedFile } from './stage.ts';

/** How the last run went; null before the first. Throws `UserError` `data` (damaged), `io`. */
export async function readStatusFile({ status }: Workspace): Promise<StatusFile | null> {
  return (await readJsonFile(status, statusFile))?.value ?? null;
}

/**
 * Stages the status. The file is wholly ours, so that a damaged one must not stop a run: it is kept
 * beside the new one, and that is said. Keys that the contract does not know stay.
 */
export async function stageStatus(
  stage: string,
  { status: place }: Workspace,
  status: StatusFile,
): Promise<{ readonly files: readonly StagedFile[]; readonly warnings: readonly Diagnostic[] }> {
  let disk: JsonFile<StatusFile> | null = null;
  const aside: StagedFile[] = [];
  const warnings: Diagnostic[] = [];
  try {
    disk = await readJsonFile(place, statusFile);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'data') throw error;
    const kept = await stageAside(stage, place, status.run.id);
    aside.push(...kept);
    const message = kept[0] ? `it was moved to ${basename(kept[0].place)}` : 'it was replaced';
    warnings.push(diagnostic('status-damaged', { message: `${error.message}; ${message}` }));
  }
  const versions = { base: undefined, disk: disk?.document, fresh: status };
  const text = toText(merge(statusFile, versions));
  const file = await stageFile(stage, place, text, disk === null ? {} : { mode: disk.mode });
  return { files: [...aside, file], warnings };
}

/** A copy of what lies in the place of the status; none of a link, FIFO or device. */
async function stageAside(
  stage: string,
  place: string,
  run: Timestamp,
): Promise<readonly StagedFile[]> {
  try {
    const file = await readRegularFile(place, { maxBytes });
    if (file === null) return [];
    return [await stageFile(stage, `${place}.corrupt-${stampOf(run)}`, file.bytes)];
  } catch (error) {
    if (isOddFile(error)) return [];
    throw error;
  }
}
