import * as z from 'zod/mini';
import { decodeCache, encodeCache } from '../util/cache.ts';
import { timeoutRecord } from './exec/git-budget.ts';
import { cachedOpenRepository } from './opened-repository-cache.ts';
import { lstatState } from './worktree/stat-rows.ts';

const count = z.int().check(z.nonnegative());

const status = z.object({
  changes: z.object({ staged: count, unstaged: count, untracked: count, conflicts: count }),
  /** See `ChangedPaths`. */
  changed: z.object({
    staged: z.readonly(z.array(z.string())),
    unstaged: z.readonly(z.array(z.string())),
  }),
  ahead: z.nullable(count),
  behind: z.nullable(count),
});

const commitObject = z.object({
  hash: z.string(),
  date: z.nullable(z.string()),
  subject: z.string(),
  author: z.string(),
  tree: z.string(),
});

/** Facts about commits: valid for as long as the ids and the object store are the same. */
const history = z.object({
  /** See `objectStoreKey`; null: do not reuse. */
  objectStore: z.nullable(z.string()),
  commit: z.nullable(commitObject),
  /** The number of commits reachable from `head`; null: counting timed out. `isVerified`: see `countVerified`. */
  count: z.nullable(
    z.object({ head: z.string(), commits: z.nullable(count), isVerified: z.boolean() }),
  ),
  distance: z.nullable(
    z.object({ head: z.string(), upstream: z.string(), ahead: count, behind: count }),
  ),
  /** See `Unpushed`; `excluded` is a hash of the commits that others have. */
  unpushed: z.nullable(
    z.object({
      head: z.string(),
      excluded: z.string(),
      commits: count,
      oldestAt: z.nullable(z.string()),
    }),
  ),
});
export type History = z.infer<typeof history>;
export type CommitObject = z.infer<typeof commitObject>;

/** A work tree at the time of the previous run, and its status then. */
const worktreeSnapshot = z.object({
  /** See `repositoryFingerprint` and `userConfigFingerprint`. */
  fingerprint: z.string(),
  userConfig: z.string(),
  /** The paths are `files` tracked files, `links` tracked links, `untracked` files, and watched paths. */
  files: count,
  links: count,
  untracked: count,
  /** See `GitIndex.gitlinks`. */
  gitlinks: z.array(z.object({ path: z.string(), oid: z.string() })),
  /** Without changes in the work trees of submodules. */
  status: z.nullable(status),
  /** Each terminated by NUL. */
  paths: z.string(),
  /**
   * The stats of each path (see `stat-rows.ts`). Those of untracked files are not set, those of tracked ones
   * only if there is a status.
   */
  rows: z.instanceof(Float64Array),
});
export type WorktreeSnapshot = z.infer<typeof worktreeSnapshot>;

const cachedRepository = z.object({
  opened: z.nullable(cachedOpenRepository),
  history,
  snapshot: z.nullable(worktreeSnapshot),
  timeout: z.nullable(timeoutRecord),
});
export type CachedRepository = z.infer<typeof cachedRepository>;

const cachedUserConfig = z.object({
  home: z.string(),
  /** The configuration files that were read or looked for, each with its `fileKey`. */
  files: z.array(z.tuple([z.string(), z.string()])),
  values: z.array(z.tuple([z.string(), z.string()])),
});
export type CachedUserConfig = z.infer<typeof cachedUserConfig>;

const stamp = { name: 'repositories', schemaVersion: 7 };
const content = z.object({
  userConfig: z.nullable(cachedUserConfig),
  /** By work tree. */
  repositories: z.map(z.string(), cachedRepository),
});

/** The facts that the reader reuses in the next run. */
export interface RepositoryCache {
  userConfig: CachedUserConfig | null;
  readonly get: (workTree: string) => CachedRepository | null;
  readonly set: (workTree: string, repository: CachedRepository) => void;
  readonly snapshots: () => readonly (readonly [workTree: string, WorktreeSnapshot])[];
  /** Returns the cache file; null when it would equal the one that was read. */
  readonly serialize: () => Uint8Array | null;
}

export const noHistory: History = {
  ...{ objectStore: null, commit: null, count: null, distance: null, unpushed: null },
};

export function createRepositoryCache(bytes: Uint8Array | null): RepositoryCache {
  const parsed = content.safeParse(decodeCache(stamp, bytes));
  const { userConfig, repositories } = parsed.success
    ? parsed.data
    : { userConfig: null, repositories: new Map<string, CachedRepository>() };
  let isChanged = false;
  const cache: RepositoryCache = {
    userConfig,
    get: (workTree) => repositories.get(workTree) ?? null,
    set: (workTree, repository) => {
      isChanged = true;
      repositories.set(workTree, repository);
    },
    snapshots: () =>
      [...repositories].flatMap(([workTree, { snapshot }]) =>
        snapshot === null ? [] : [[workTree, snapshot] as const],
      ),
    serialize: () => {
      for (const workTree of [...repositories.keys()]) {
        if (lstatState(workTree) === null) isChanged = repositories.delete(workTree);
      }
      if (!isChanged && cache.userConfig === userConfig) return null;
      return encodeCache(stamp, { userConfig: cache.userConfig, repositories });
    },
  };
  return cache;
}
