import { serialize } from 'node:v8';
import { decodeCache, encodeCache } from '../util/cache.ts';
import { shortHash } from '../util/hash.ts';
import type { ConfigEntry } from './config/git-config.ts';
import type { TimeoutRecord } from './exec/git-budget.ts';
import type { Gitlink } from './index/parse-index.ts';
import type { CachedOpenRepository } from './opened-repository-cache.ts';
import type { Commit, Unpushed } from './repository.ts';
import type { OwnStatus } from './worktree/parse-status.ts';
import { lstatState } from '../util/fs-sync.ts';

export interface CommitObject extends Commit {
  readonly tree: string;
}

/** Facts about commits: valid for as long as the ids and the object store are the same. */
export interface History {
  /** See `objectStoreKey`; null: do not reuse. */
  readonly objectStore: string | null;
  readonly commit: CommitObject | null;
  /** The number of commits reachable from `head`; null: counting timed out. */
  readonly count: {
    readonly head: string;
    readonly commits: number | null;
    /** See `readVerifiedAncestry`. */
    readonly isVerified: boolean;
  } | null;
  readonly distance: {
    readonly head: string;
    readonly upstream: string;
    readonly ahead: number;
    readonly behind: number;
  } | null;
  /** `excluded` is a hash of the commits that others have. */
  readonly unpushed: (Unpushed & { readonly head: string; readonly excluded: string }) | null;
}

/** A work tree at the time of the previous run, and its status then. */
export interface WorktreeSnapshot {
  /** See `repositoryFingerprint` and `userConfigFingerprint`. */
  readonly fingerprint: string;
  readonly userConfig: string;
  /** The paths are `files` tracked files, `links` tracked links, `untracked` files, and watched paths. */
  readonly files: number;
  readonly links: number;
  readonly untracked: number;
  readonly gitlinks: readonly Gitlink[];
  /** Without changes in the work trees of submodules. */
  readonly status: OwnStatus | null;
  /** Each terminated by NUL. */
  readonly paths: string;
  /**
   * The stats of each path (see `stat-rows.ts`). Those of untracked files are not set, those of tracked ones
   * only if there is a status.
   */
  readonly rows: Float64Array;
}

/** The facts about a repository, to reuse while they are unchanged. */
export interface CachedRepository {
  readonly opened: CachedOpenRepository | null;
  readonly history: History;
  readonly snapshot: WorktreeSnapshot | null;
  readonly timeout: TimeoutRecord | null;
  /** A hash of the others. */
  readonly hash: string;
}

export interface CachedUserConfig {
  readonly home: string;
  /** The configuration files that were read or looked for, each with its `fileKey`. */
  readonly files: readonly (readonly [path: string, key: string])[];
  readonly values: readonly ConfigEntry[];
}

/** The checksum of the file makes a validation superfluous, which would take a tenth of a run without changes. */
const stamp = { name: 'repositories', schemaVersion: 9 };

interface Content {
  readonly userConfig: CachedUserConfig | null;
  /** By work tree. */
  readonly repositories: Map<string, CachedRepository>;
}

/** The facts that the reader reuses in the next run. */
export interface RepositoryCache {
  /** Whether there is none from a previous run. */
  readonly isNew: boolean;
  userConfig: CachedUserConfig | null;
  readonly get: (workTree: string) => CachedRepository | null;
  readonly set: (workTree: string, facts: Omit<CachedRepository, 'hash'>) => void;
  readonly counts: () => readonly NonNullable<History['count']>[];
  /** Returns the cache file; null when it would equal the one that was read. */
  readonly serialize: () => Uint8Array | null;
}

export const noHistory: History = {
  ...{ objectStore: null, commit: null, count: null, distance: null, unpushed: null },
};

export function createRepositoryCache(bytes: Uint8Array | null): RepositoryCache {
  const previous = decodeCache(stamp, bytes) as Content | null;
  const { userConfig, repositories } = previous ?? {
    userConfig: null,
    repositories: new Map<string, CachedRepository>(),
  };
  let isChanged = false;
  const cache: RepositoryCache = {
    isNew: previous === null,
    userConfig,
    get: (workTree) => repositories.get(workTree) ?? null,
    set: (workTree, facts) => {
      isChanged = true;
      repositories.set(workTree, { ...facts, hash: shortHash(serialize(facts)) });
    },
    counts: () => [...repositories.values()].flatMap(({ history }) => history.count ?? []),
    serialize: () => {
      for (const workTree of [...repositories.keys()]) {
        if (lstatState(workTree) === null) isChanged = repositories.delete(workTree);
      }
      if (!isChanged && cache.userConfig === userConfig) return null;
      return encodeCache(stamp, {
        userConfig: cache.userConfig,
        repositories,
      } satisfies Content);
    },
  };
  return cache;
}
