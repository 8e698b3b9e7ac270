import type { CachedOverview, Overview, StoredData } from './overview.ts';
import { readRegularFile } from '../util/fs.ts';
import { contentKeyAt } from '../util/fs.ts';
import type { Workspace } from '../config/workspace.ts';

const maxBytes = 64 * 1024 * 1024;

/**
 * What the data say at a glance: as the last run left it, else made of the data themselves. The shape of
 * the former is not checked.
 */
export async function loadOverview(workspace: Workspace): Promise<Overview> {
  const kept = await peekAtOverview(workspace);
  if (kept !== null) return kept;
  const { createOverview: overviewOf } = await import('./overview.ts');
  return overviewOf(await readStoredData(workspace));
}

async function peekAtOverview(workspace: Workspace): Promise<Overview | null> {
  try {
    const [file, identity] = await Promise.all([
      readRegularFile(workspace.derivedCache('overview'), { maxBytes }),
      contentKeyAt(workspace.analytics),
    ]);
    const kept = JSON.parse(file?.bytes.toString() ?? 'null') as CachedOverview | null;
    return kept?.version === 1 && kept.of === identity ? kept.overview : null;
  } catch {
    return null;
  }
}

/** The snapshots and the analytics. Throws `UserError` DATA (one of them is damaged), IO. */
export async function readStoredData({ snapshot, analytics }: Workspace): Promise<StoredData> {
  const [{ readJsonFile }, { contracts }, { analyticsFile }] = await Promise.all([
    import('../store/json-file.ts'),
    import('../schema/syncs.ts'),
    import('../schema/analytics.ts'),
  ]);
  const [tokens, quality, projects, derived] = await Promise.all([
    readJsonFile(snapshot('tokens'), contracts.tokens.snapshot),
    readJsonFile(snapshot('quality'), contracts.quality.snapshot),
    readJsonFile(snapshot('projects'), contracts.projects.snapshot),
    readJsonFile(analytics, analyticsFile),
  ]);
  return {
    tokens: tokens?.value ?? null,
    quality: quality?.value ?? null,
    projects: projects?.value ?? null,
    analytics: derived?.value ?? null,
  };
}
