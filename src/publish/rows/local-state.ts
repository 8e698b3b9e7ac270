import { createGlobMatcher } from '../../discovery/globs.ts';
import type { Workspace } from '../../config/workspace.ts';
import type { FleetFile, FleetOptions } from '../../schema/fleet.ts';
import { readSnapshot } from '../../analytics/read-stored-data.ts';
import type { Snapshot, SyncName } from '../../schema/syncs.ts';
import { contentKeysAt, snapshotPaths } from '../../store/derived-files.ts';
import type { PublishedCache } from '../../store/fleet-files.ts';
import { syncNames } from '../../schema/sync-names.ts';
import { nullIfDamaged } from '../../util/errors.ts';
import { shortHash } from '../../util/hash.ts';
import type { LineRules } from './history-lines.ts';
import { projectRows, qualityRows, type ProjectRules } from './project-rows.ts';
import type { Row } from './row.ts';
import { sourceRows, usageDays, type UsageDay } from './token-rows.ts';

/** The rows of the snapshots as they would be published. Null: published completely, missing or damaged. */
export interface LocalState {
  readonly projects: ReadonlyMap<string, Row> | null;
  readonly quality: ReadonlyMap<string, Row> | null;
  readonly tokens: {
    readonly days: ReadonlyMap<string, UsageDay>;
    readonly sources: readonly object[];
    /** Whether the source still knows the day: a day without usage then was removed, not forgotten. */
    readonly covers: (source: string, day: string) => boolean;
  } | null;
  readonly lineRules: LineRules;
  /** To be cached by kind once everything is published. */
  readonly complete: ReadonlyMap<string, string>;
}

export interface LocalContext {
  readonly workspace: Workspace;
  readonly options: FleetOptions;
  readonly identity: Pick<FleetFile, 'id' | 'secret'>;
  /** For the accounts of bills. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Reads the snapshots that have changed since `published`. Throws `UserError` with code `io`. */
export async function readLocalState(
  { workspace, options, identity, secrets }: LocalContext,
  published: Pick<PublishedCache, 'complete'> | null,
): Promise<LocalState> {
  const { share, hideProjects } = options;
  const withPaths = share.includes('paths');
  const isHidden = await createGlobMatcher(hideProjects, false);
  const rules: ProjectRules = { hostId: identity.id, share, isHidden };
  const complete = await completeKeys(workspace, JSON.stringify([share, hideProjects, secrets]));
  const isComplete = (name: SyncName): boolean =>
    complete.has(name) && published?.complete.get(name) === complete.get(name);
  // A damaged snapshot is reported by the run of its sync.
  const readIntact = <Name extends SyncName>(name: Name): Promise<Snapshot<Name> | null> =>
    nullIfDamaged(readSnapshot(workspace, name));
  const [projects, quality, tokens] = await Promise.all([
    isComplete('projects') && isComplete('tokens') ? null : readIntact('projects'),
    isComplete('quality') ? null : readIntact('quality'),
    isComplete('tokens') ? null : readIntact('tokens'),
  ]);
  const usage = tokens === null ? null : { tokens, projects, rules, identity, secrets };
  return {
    projects:
      projects === null || isComplete('projects') ? null : projectRows(projects.projects, rules),
    quality: quality === null ? null : qualityRows(quality.projects, rules),
    tokens: usage && {
      days: usageDays(usage),
      sources: sourceRows(usage),
      covers: coverage(usage.tokens),
    },
    lineRules: { isHidden, withPaths, key: shortHash(JSON.stringify([hideProjects, withPaths])) },
    complete,
  };
}

/** Returns a key per snapshot that differs when its rows may. Snapshots that do not exist are omitted. */
async function completeKeys(
  workspace: Workspace,
  settings: string,
): Promise<ReadonlyMap<string, string>> {
  const keys = await contentKeysAt(snapshotPaths(workspace));
  const keyOf = (name: SyncName): string | null => keys[syncNames.indexOf(name)] ?? null;
  const complete = new Map<string, string>();
  for (const name of syncNames) {
    const key = keyOf(name);
    if (key === null) continue;
    // Usage is attributed to projects.
    const inputs = name === 'tokens' ? [key, keyOf('projects'), settings] : [key, settings];
    complete.set(name, shortHash(inputs.join('\n')));
  }
  return complete;
}

const coverage =
  ({ sources }: Snapshot<'tokens'>) =>
  (source: string, day: string): boolean => {
    const state = sources[source];
    if (state?.status !== 'success') return false;
    const { coveredFrom, coveredTo } = state;
    return coveredFrom !== null && coveredFrom <= day && day <= (coveredTo ?? day);
  };
