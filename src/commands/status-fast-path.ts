import { configIdentity } from '../config/identity.ts';
import type { StatusFile } from '../schema/status.ts';
import type { HealthConfig } from '../health/assess-health.ts';
import { readStatusUnchecked } from '../store/read-unchecked.ts';
import type { Workspace } from '../config/workspace.ts';

/** What the last run left, with the configuration that it was made with. */
export interface FastStatus {
  readonly config: HealthConfig;
  readonly status: StatusFile;
}

/**
 * The last run and its configuration without reading the latter and without zod; null when the
 * configuration was edited since, or when there is no such status. Its shape is not checked.
 */
export async function readStatusFast(workspace: Workspace): Promise<FastStatus | null> {
  const [status, identity] = await Promise.all([
    readStatusUnchecked(workspace),
    configIdentity(workspace),
  ]);
  if (status?.config?.identity !== identity) return null;
  return { config: status.config, status };
}
