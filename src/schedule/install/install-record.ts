import { rm } from 'node:fs/promises';
import type { Workspace } from '../../config/workspace.ts';
import { scheduleRecord, type ScheduleRecord } from '../../schema/schedule.ts';
import type { Job } from '../scheduler.ts';
import { installFile, readInstalledFile } from './installed-file.ts';

/** Returns the record of the last install, or null if it is missing or invalid. */
export async function readInstallRecord(workspace: Workspace): Promise<ScheduleRecord | null> {
  const bytes = await readInstalledFile(workspace.scheduleRecord);
  if (bytes === null) return null;
  try {
    return scheduleRecord.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

export async function writeInstallRecord(
  workspace: Workspace,
  target: ScheduleRecord['target'],
  job: Job,
  { paused }: { readonly paused: boolean },
): Promise<void> {
  const { id, command, git } = job;
  const record: ScheduleRecord = {
    schemaVersion: 1,
    target,
    id,
    workspace: job.workspace,
    command: [...command],
    git,
    ...(paused ? { paused } : {}),
  };
  const bytes = Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
  await installFile(workspace.scheduleRecord, bytes, { mode: 0o644 });
}

export const removeInstallRecord = (workspace: Workspace): Promise<void> =>
  rm(workspace.scheduleRecord, { force: true });
