import { notificationsFile, type NotificationsFile } from '../schema/notify.ts';
import { nullIfDamaged } from '../util/errors.ts';
import type { Workspace } from '../config/workspace.ts';
import { readJsonValue, toJsonText } from './json-file.ts';
import { stageFile, type StagedFile } from './stage.ts';

/**
 * Returns null if nothing was sent yet, or if the file is damaged, so that messages are repeated. Throws `UserError`
 * with code `io`.
 */
export const readNotifications = ({
  notifications,
}: Workspace): Promise<NotificationsFile | null> =>
  nullIfDamaged(readJsonValue(notifications, notificationsFile));

export const stageNotifications = (
  stage: string,
  { notifications }: Workspace,
  content: NotificationsFile,
): Promise<StagedFile> => stageFile(stage, notifications, toJsonText(content));
