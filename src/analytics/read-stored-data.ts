import type { Workspace } from '../config/workspace.ts';
import { analyticsFile, type Analytics } from '../schema/analytics.ts';
import { syncSchemas, type Snapshot, type SyncName } from '../schema/syncs.ts';
import { readJsonValue } from '../store/json-file.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import type { StoredData } from './overview.ts';

/** Returns the snapshot of a sync; null if it does not exist. Throws `UserError` with code `data` or `io`. */
export const readSnapshot = async <Name extends SyncName>(
  { snapshot }: Workspace,
  name: Name,
): Promise<Snapshot<Name> | null> =>
  (await readJsonValue(snapshot(name), syncSchemas[name].snapshot)) as Snapshot<Name> | null;

/** Reads the snapshots and the analytics. Throws `UserError` with code `data` or `io`. */
export async function readStoredData(workspace: Workspace): Promise<StoredData> {
  const [tokens, quality, projects, analytics] = await Promise.all([
    readSnapshot(workspace, 'tokens'),
    readSnapshot(workspace, 'quality'),
    readSnapshot(workspace, 'projects'),
    readJsonValue(workspace.analytics, analyticsFile),
  ]);
  return { tokens, quality, projects, analytics };
}

/** Reads the snapshots; null for one that is missing or damaged. */
export async function readIntactSnapshots(
  workspace: Workspace,
): Promise<Omit<StoredData, 'analytics'>> {
  const [tokens, quality, projects] = await Promise.all([
    nullIfUnreadable(readSnapshot(workspace, 'tokens')),
    nullIfUnreadable(readSnapshot(workspace, 'quality')),
    nullIfUnreadable(readSnapshot(workspace, 'projects')),
  ]);
  return { tokens, quality, projects };
}

/** Returns the stored analytics for use while a snapshot is damaged; null if they are missing or invalid. */
export const readLastAnalytics = ({ analytics }: Workspace): Promise<Analytics | null> =>
  nullIfUnreadable(readJsonValue(analytics, analyticsFile));
