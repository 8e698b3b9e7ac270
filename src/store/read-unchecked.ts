import type { StatusFile } from '../schema/status.ts';
import { readRegularFile } from '../util/fs.ts';
import type { Workspace } from '../config/workspace.ts';

const maxBytes = 64 * 1024 * 1024;

/**
 * The status as it lies there, its shape not checked beyond the version: `status` starts in half the time
 * without zod. Null for whatever is not plainly ours; the full reader then says what is wrong.
 */
export async function readStatusUnchecked({ status }: Workspace): Promise<StatusFile | null> {
  try {
    const file = await readRegularFile(status, { maxBytes });
    const value = JSON.parse(file?.bytes.toString() ?? 'null') as StatusFile | null;
    return value?.schemaVersion === 1 ? value : null;
  } catch {
    return null;
  }
}
