import { configIdentity } from '../config/identity.ts';
import type { StatusFile } from '../contract/status.ts';
import type { HealthConfig } from '../run/health.ts';
import { peekAtStatus } from '../store/peek.ts';
import type { Workspace } from '../workspace.ts';

/** What the last run left, with the configuration that it was made with. */
export interface QuickLook {
  readonly config: HealthConfig;
  readonly status: StatusFile;
}

/**
 * The last run and its configuration without reading the latter and without zod; null when the
 * configuration was edited since, or when there is no such status. Its shape is not checked.
 */
export async function lookQuickly(workspace: Workspace): Promise<QuickLook | null> {
  const [status, identity] = await Promise.all([
    peekAtStatus(workspace),
    configIdentity(workspace),
  ]);
  if (status?.config?.identity !== identity) return null;
  return { config: status.config, status };
}
