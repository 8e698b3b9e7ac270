import { basename } from 'node:path';
import type { Timestamp } from '../schema/timestamp.ts';
import { statusFile, type StatusFile } from '../schema/status.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { readRegularFile } from '../util/fs.ts';
import type { Workspace } from '../config/workspace.ts';
import {
  isNotRegularFile,
  maxBytes,
  readJsonFile,
  toJsonText,
  type JsonFile,
} from './json-file.ts';
import { merge } from './merge.ts';
import { fileTimestamp, stageFile, type StagedFile } from './stage.ts';

export interface StagedStatus {
  readonly file: StagedFile;
  /** A copy of a damaged status file, if one is kept. */
  readonly quarantined: readonly StagedFile[];
  readonly warnings: readonly Diagnostic[];
}

/** Returns the status of the last run; null before the first. Throws `UserError` `data` (damaged), `io`. */
export async function readStatusFile({ status }: Workspace): Promise<StatusFile | null> {
  return (await readJsonFile(status, statusFile))?.value ?? null;
}

/**
 * Stages the status. The file has nothing of the user's, so a damaged one does not fail the run: it is renamed and
 * reported as a warning. Unknown keys are retained.
 */
export async function stageStatus(
  stage: string,
  { status: target }: Workspace,
  status: StatusFile,
): Promise<StagedStatus> {
  let disk: JsonFile<StatusFile> | null = null;
  const quarantined: StagedFile[] = [];
  const warnings: Diagnostic[] = [];
  try {
    disk = await readJsonFile(target, statusFile);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'data') throw error;
    const copy = await stageQuarantine(stage, target, status.run.id);
    if (copy !== null) quarantined.push(copy);
    const outcome = copy === null ? 'it was replaced' : `it was moved to ${basename(copy.target)}`;
    warnings.push(diagnostic('status-damaged', { message: `${error.message}; ${outcome}` }));
  }
  const versions = { base: undefined, disk: disk?.document, fresh: status };
  const text = toJsonText(merge(statusFile, versions));
  const file = await stageFile(stage, target, text, disk === null ? {} : { mode: disk.mode });
  return { file, quarantined, warnings };
}

/** Stages a copy of the damaged file; returns null if it is not a regular file. */
async function stageQuarantine(
  stage: string,
  target: string,
  run: Timestamp,
): Promise<StagedFile | null> {
  try {
    const file = await readRegularFile(target, { maxBytes });
    if (file === null) return null;
    return await stageFile(stage, `${target}.corrupt-${fileTimestamp(run)}`, file.bytes);
  } catch (error) {
    if (isNotRegularFile(error)) return null;
    throw error;
  }
}
