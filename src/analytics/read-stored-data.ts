import type { Workspace } from '../config/workspace.ts';
import { analyticsFile, type Analytics } from '../schema/analytics.ts';
import { syncSchemas } from '../schema/syncs.ts';
import { readJsonFile } from '../store/json-file.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import type { StoredData } from './overview.ts';

/** Reads the snapshots and the analytics. Throws `UserError` with code `data` or `io`. */
export async function readStoredData({ snapshot, analytics }: Workspace): Promise<StoredData> {
  const [tokens, quality, projects, derived] = await Promise.all([
    readJsonFile(snapshot('tokens'), syncSchemas.tokens.snapshot),
    readJsonFile(snapshot('quality'), syncSchemas.quality.snapshot),
    readJsonFile(snapshot('projects'), syncSchemas.projects.snapshot),
    readJsonFile(analytics, analyticsFile),
  ]);
  return {
    tokens: tokens?.value ?? null,
    quality: quality?.value ?? null,
    projects: projects?.value ?? null,
    analytics: derived?.value ?? null,
  };
}

/** Reads the snapshots; null for one that is missing or damaged. */
export async function readIntactSnapshots({
  snapshot,
}: Workspace): Promise<Omit<StoredData, 'analytics'>> {
  const [tokens, quality, projects] = await Promise.all([
    nullIfUnreadable(readJsonFile(snapshot('tokens'), syncSchemas.tokens.snapshot)),
    nullIfUnreadable(readJsonFile(snapshot('quality'), syncSchemas.quality.snapshot)),
    nullIfUnreadable(readJsonFile(snapshot('projects'), syncSchemas.projects.snapshot)),
  ]);
  return {
    tokens: tokens?.value ?? null,
    quality: quality?.value ?? null,
    projects: projects?.value ?? null,
  };
}

/** Returns the stored analytics for use while a snapshot is damaged; null if they are missing or invalid. */
export async function readLastAnalytics({ analytics }: Workspace): Promise<Analytics | null> {
  const file = await nullIfUnreadable(readJsonFile(analytics, analyticsFile));
  return file?.value ?? null;
}
