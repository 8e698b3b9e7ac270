import { rm } from 'node:fs/promises';
import { scheduleRecord, type ScheduleRecord } from '../../schema/schedule.ts';
import type { Workspace } from '../../config/workspace.ts';
import { recordPath } from '../has-record.ts';
import { readInstalled, replaceFile } from './installed-file.ts';
import type { Job, SchedulerName } from '../scheduler.ts';

/** The record, or null when there is none that can be read: then nothing is known to be installed. */
export async function readRecord(workspace: Workspace): Promise<ScheduleRecord | null> {
  const bytes = await readInstalled(recordPath(workspace));
  if (bytes === null) return null;
  try {
    return scheduleRecord.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

/** Writes the record of an installed schedule. */
export async function writeRecord(
  workspace: Workspace,
  target: Exclude<SchedulerName, 'kubernetes'>,
  job: Job,
): Promise<void> {
  const { id, command } = job;
  const record = { schemaVersion: 1, target, id, workspace: job.workspace, command };
  const bytes = Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
  await replaceFile(recordPath(workspace), bytes, { mode: 0o644 });
}

export const removeRecord = (workspace: Workspace): Promise<void> =>
  rm(recordPath(workspace), { force: true });
