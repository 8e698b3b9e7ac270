import { notificationsFile, type NotificationsFile } from '../schema/notify.ts';
import { UserError } from '../util/errors.ts';
import type { Workspace } from '../config/workspace.ts';
import { readJsonFile, toJsonText } from './json-file.ts';
import { stageFile, type StagedFile } from './stage.ts';

/**
 * Returns null if nothing was sent yet, or if the file is damaged, so that messages are repeated. Throws `UserError`
 * with code `io`.
 */
export async function readNotifications({
  notifications,
}: Workspace): Promise<NotificationsFile | null> {
  try {
    return (await readJsonFile(notifications, notificationsFile))?.value ?? null;
  } catch (error) {
    if (error instanceof UserError && error.code === 'data') return null;
    throw error;
  }
}

export const stageNotifications = (
  stage: string,
  { notifications }: Workspace,
  content: NotificationsFile,
): Promise<StagedFile> => stageFile(stage, notifications, toJsonText(content));
