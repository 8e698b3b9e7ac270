import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../config/workspace.ts';

export const recordPath = (workspace: Workspace): string =>
  join(workspace.schedule, 'installed.json');

/** Whether a schedule was ever installed from this workspace; a look that costs next to nothing. */
export async function hasRecord(workspace: Workspace): Promise<boolean> {
  try {
    await access(recordPath(workspace));
    return true;
  } catch {
    return false;
  }
}
