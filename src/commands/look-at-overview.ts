import type { KeptOverview, Overview, Stored } from '../analytics/overview.ts';
import { readRegularFile } from '../files.ts';
import { identityAt } from '../store/identity.ts';
import type { Workspace } from '../workspace.ts';

const maxBytes = 64 * 1024 * 1024;

/**
 * What the data say at a glance: as the last run left it, else made of the data themselves. The shape of
 * the former is not checked.
 */
export async function lookAtOverview(workspace: Workspace): Promise<Overview> {
  const kept = await peekAtOverview(workspace);
  if (kept !== null) return kept;
  const { overviewOf } = await import('../analytics/overview.ts');
  return overviewOf(await readStored(workspace));
}

async function peekAtOverview(workspace: Workspace): Promise<Overview | null> {
  try {
    const [file, identity] = await Promise.all([
      readRegularFile(workspace.derivedCache('overview'), { maxBytes }),
      identityAt(workspace.analytics),
    ]);
    const kept = JSON.parse(file?.bytes.toString() ?? 'null') as KeptOverview | null;
    return kept?.version === 1 && kept.of === identity ? kept.overview : null;
  } catch {
    return null;
  }
}

/** The snapshots and the analytics. Throws `UserError` DATA (one of them is damaged), IO. */
export async function readStored({ snapshot, analytics }: Workspace): Promise<Stored> {
  const [{ readJsonFile }, { contracts }, { analyticsFile }] = await Promise.all([
    import('../store/json-file.ts'),
    import('../contract/syncs.ts'),
    import('../contract/analytics.ts'),
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
