import { hashOf, safeCommits } from './commits/unpushed-commits.ts';
import { hidesUntracked } from './config/status-settings.ts';
import type { UserConfigAndKey } from './config/user-config-reader.ts';
import type { OpenRepository } from './open-repository.ts';
import type { CachedRepository } from './repository-cache.ts';
import type { CachedWorktree } from './worktree/cached-worktree.ts';
import { oldestChangeMs } from './worktree/oldest-change.ts';

/** Returns the revision of a repository whose status was read in this run. */
export const revisionOf = (hash: string, oldestChange: number | null): string =>
  `${hash} ${String(oldestChange)}`;

/**
 * Whether a repository would be read the same again without starting git: neither what the cache contains has changed,
 * nor what is read in every run because it takes little time. False also if a part of its facts is read in another way:
 * those of submodules and bare repositories.
 */
export async function isAtRevision(
  revision: string,
  { hash, opened, snapshot, history, timeout }: CachedRepository,
  context: {
    /** Returns the repository of the cache if it is unchanged. */
    readonly restore: () => OpenRepository | null;
    readonly userConfigOf: (repository: OpenRepository) => Promise<UserConfigAndKey>;
    readonly worktree: CachedWorktree;
  },
): Promise<boolean> {
  const isCached = revision.startsWith(hash) && opened !== null && snapshot !== null;
  if (!isCached || snapshot.fingerprint !== opened.fingerprint) return false;
  const { status } = snapshot;
  if (status === null || snapshot.gitlinks.length > 0 || timeout !== null) return false;
  const { objectStore } = history;
  const repository = context.restore();
  if (objectStore === null || repository?.objectStore !== objectStore) return false;
  const { config, key } = await context.userConfigOf(repository);
  const { worktree } = context;
  const isUnchanged =
    key === snapshot.userConfig &&
    (await worktree.isWatchedUnchanged()) &&
    (await worktree.areTrackedUnchanged());
  if (!isUnchanged || !(status.ahead === 0 || hasSameRefs(repository, history))) return false;
  const { untracked, ...tracked } = status.changes;
  const hasUntracked = untracked > 0 && !hidesUntracked(repository, config);
  const isDirty = hasUntracked || Object.values(tracked).some((number) => number > 0);
  const files = hasUntracked ? worktree.untracked() : [];
  const oldestChange = isDirty ? oldestChangeMs(repository.workTree, status.changed, files) : null;
  return revisionOf(hash, oldestChange) === revision;
}

/** Whether the refs that `unpushed` depends on are those of the previous run. */
function hasSameRefs(
  repository: OpenRepository,
  { unpushed }: CachedRepository['history'],
): boolean {
  if (unpushed?.head !== repository.head.oid) return true;
  const safe = safeCommits(repository);
  return safe !== null && hashOf(safe) === unpushed.excluded;
}
