import type { DayCounts } from './commits/commit-days.ts';
import type { RecentChanges } from './commits/recent-changes.ts';

/**
 * A repository, or one fact of it, can't be read. Thrown by the reader; it affects one project only.
 * `code` is stored in `git.error` (for example `dubious-ownership`, `broken-gitfile`, `git-timeout`).
 */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError';
  readonly code: string;
  readonly state: 'unreadable' | 'untrusted' | 'error';

  constructor(
    code: string,
    state: 'unreadable' | 'untrusted' | 'error',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.state = state;
  }
}

/** Returns null if `read` throws a `RepositoryError`. */
export function orNull<Value>(read: () => Value | null): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}

/** A git repository as read from its files, without starting git or any other program. */
export interface Repository {
  /** The root of the work tree; of a bare repository its git directory. */
  readonly workTree: string;
  /** The `.git` directory, or for a linked work tree its directory in the main repository's `worktrees`. */
  readonly gitDir: string;
  /** The directory of objects, refs and config. Differs from `gitDir` for linked work trees only. */
  readonly commonDir: string;
  readonly format: 'sha1' | 'sha256';
  readonly head: {
    /** Short branch name; null when detached. */
    readonly branch: string | null;
    /** Null, like `unborn`, if the refs can't be read. */
    readonly detached: boolean | null;
    readonly unborn: boolean | null;
    /** Object id of the commit; null when unborn or unknown. */
    readonly oid: string | null;
  };
  /** The configured upstream of the branch; its `oid` is null when the remote branch is gone. */
  readonly upstream: { readonly name: string; readonly oid: string | null } | null;
  /** URL of `origin`, or else of the only remote, without credentials and query. */
  readonly remote: string | null;
  /** Names of all remotes; null if the configuration is not completely known. */
  readonly remotes: readonly string[] | null;
  /** The entries of `git stash list`; null if unknown. */
  readonly stash: Stash | null;
  readonly shallow: boolean;
  /** A bare repository has neither files nor changes. */
  readonly bare: boolean;
  /** The main work tree, if this is a linked one. */
  readonly worktreeOf: string | null;
}

export interface Stash {
  readonly entries: number;
  /** ISO 8601 in UTC; null without entries, or if the time is unknown. */
  readonly oldestAt: string | null;
}

/** The commits of HEAD that would be lost with this directory. */
export interface Unpushed {
  readonly commits: number;
  /** The committer date of the oldest one, ISO 8601 in UTC; null without any. */
  readonly oldestAt: string | null;
}

/** A regular file that is tracked, or that `git add` would track. */
export interface RepositoryFile {
  /** Relative to the work tree, separated by `/`. */
  readonly path: string;
  readonly tracked: boolean;
}

/** The counts of `git status`. */
export interface Changes {
  readonly staged: number;
  readonly unstaged: number;
  readonly untracked: number;
  readonly conflicts: number;
}

export interface WorkTreeStatus {
  /** Null if a part of it is unknown; then `unknown` has the reason. */
  readonly changes: Changes | null;
  /** Whether there are changes; known also if their number is not. */
  readonly dirty: boolean | null;
  readonly unknown: RepositoryError | null;
  /** See `oldestChangeMs`; null without changes. */
  readonly oldestChangeMs: number | null;
  /** Commits that only HEAD or only the upstream has; null when the upstream is not set or gone. */
  readonly ahead: number | null;
  readonly behind: number | null;
}

export interface Commit {
  readonly hash: string;
  /** ISO 8601 in UTC; null for a year outside 0000..9999. */
  readonly date: string | null;
  readonly subject: string;
  readonly author: string;
}

/**
 * Reads repositories for all syncs of a run. Every fact is read once per run, and facts that have not changed
 * since the previous run need no git process. Every method rejects with `RepositoryError` if the repository
 * can't be read, and with the reason of the run's signal when it is aborted.
 */
export interface RepositoryReader {
  /**
   * Announces how many repositories have changed or unknown facts. The histories of up to 50 are read in any run; of more,
   * the first run leaves them to later ones, and these read as many as their time allows.
   */
  readonly expectHistories: (repositories: number) => void;
  readonly open: (workTree: string) => Promise<Repository>;
  /** Reads the last commits of many repositories in batches. Repositories that can't be read are skipped. */
  readonly prefetchCommits: (workTrees: readonly string[]) => Promise<void>;
  readonly status: (repository: Repository) => Promise<WorkTreeStatus>;
  /** The tracked regular files. Needs a git process for a split or sparse index only. */
  readonly trackedFiles: (repository: Repository) => Promise<readonly RepositoryFile[]>;
  /** Sizes in bytes, in the order of `trackedFiles`; null for a file that is missing or can't be read. */
  readonly sizes: (repository: Repository) => Promise<readonly (number | null)[]>;
  /** The tracked files, followed by the untracked ones that are not ignored. */
  readonly files: (repository: Repository) => Promise<readonly RepositoryFile[]>;
  readonly lastCommit: (repository: Repository) => Promise<Commit | null>;
  /**
   * The commits that only HEAD has: not its upstream; without one, no remote-tracking branch; if HEAD is detached, no
   * other ref either. Null if unknown, for example in a shallow repository or one with thousands of refs.
   */
  readonly unpushed: (repository: Repository) => Promise<Unpushed | null>;
  /**
   * The number of commits reachable from HEAD; null in a shallow repository. `pending` if the time for counting is
   * used up: a later run counts them.
   */
  readonly commitCount: (repository: Repository) => Promise<number | null | 'pending'>;
  /** See `readCommitDays`. Rejects with `git-postponed` if the time for it is used up (see `HistoryBudget`). */
  readonly commitDays: (repository: Repository, sinceDay: number) => Promise<DayCounts>;
  /** See `readChangedLines`. The same limit applies. */
  readonly changedLines: (repository: Repository, sinceDay: number) => Promise<DayCounts>;
  /** See `readRecentChanges`. The same limit applies. */
  readonly recentChanges: (repository: Repository, sinceDay: number) => Promise<RecentChanges>;
  /** Whether a repository contains a commit; null if it can't be determined. */
  readonly hasCommit: (repository: Repository, oid: string) => Promise<boolean | null>;
  /**
   * Releases what was read of a repository, except for what `serialize` needs. Returns its revision; null if a change
   * could go unnoticed, or if the status was not read.
   */
  readonly close: (repository: Repository) => Promise<string | null>;
  /**
   * Whether a repository still has a revision of an earlier run: then its facts are the same as far as they were known,
   * and it need not be opened.
   */
  readonly hasRevision: (workTree: string, revision: string) => Promise<boolean>;
  /** Returns the cache file for the next run; null when it would equal the current one. */
  readonly serialize: () => Promise<Uint8Array | null>;
}
