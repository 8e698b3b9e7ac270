import type { Workspace } from '../config/workspace.ts';
import { FileError, readRegularFile } from '../util/fs.ts';

/** Why publishing fails; null if it does not, or if the file can't be read. */
export interface PublishFailure {
  readonly since: string;
  readonly code: string;
  readonly message: string;
}

/** Returns the failure that `data/fleet.json` records. Without zod, which `status` does not load. */
export async function readPublishFailure({ fleet }: Workspace): Promise<PublishFailure | null> {
  try {
    const file = await readRegularFile(fleet, { maxBytes: 64 * 1024 });
    const { failingSince, lastError } = Object(
      JSON.parse(file?.bytes.toString('utf8') ?? '{}'),
    ) as { readonly failingSince?: unknown; readonly lastError?: unknown };
    const { code, message } = Object(lastError) as Partial<Record<string, unknown>>;
    const isComplete =
      typeof failingSince === 'string' && typeof code === 'string' && typeof message === 'string';
    return isComplete ? { since: failingSince, code, message } : null;
  } catch (error) {
    if (error instanceof FileError || error instanceof SyntaxError) return null;
    throw error;
  }
}
