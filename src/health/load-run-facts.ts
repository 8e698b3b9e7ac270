import type { Workspace } from '../config/workspace.ts';
import type { TimingConfig } from '../config/timing.ts';
import type { StatusFile } from '../schema/status.ts';
import { readStatusCache } from '../store/status-cache.ts';

/** The known facts about the last run. */
export interface RunFacts {
  readonly config: TimingConfig;
  readonly status: StatusFile | null;
}

/** Returns the last run from its cache, or else from the files. Throws `UserError` with code `config`, `data` or `io`. */
export async function loadRunFacts(workspace: Workspace): Promise<RunFacts> {
  const cached = await readStatusCache(workspace);
  if (cached !== null) return cached;
  const { readConfig } = await import('../config/config.ts');
  const { readStatusFile } = await import('../store/status-file.ts');
  return { config: await readConfig(workspace), status: await readStatusFile(workspace) };
}
