/**
 * Why a repository, or one fact of it, can't be read. Thrown by the reader; it concerns one project only.
 * `code` goes into `git.error` (for example `dubious-ownership`, `broken-gitfile`, `git-timeout`).
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

/** A git repository as read from its files alone: nothing of it runs, no git process is started. */
export interface Repository {
  readonly workTree: string;
  /** The `.git` folder, or a linked work tree's own folder below the main one's. */
  readonly gitDir: string;
  /** Where objects, refs and config are: differs from `gitFolder` for linked work trees only. */
  readonly commonDir: string;
  readonly format: 'sha1' | 'sha256';
  readonly head: {
    /** Short branch name; null when detached. */
    readonly branch: string | null;
    readonly detached: boolean;
    readonly unborn: boolean;
    /** Object id of the commit; null when unborn. */
    readonly oid: string | null;
  };
  /** The configured upstream of the branch; its `oid` is null when the remote branch is gone. */
  readonly upstream: { readonly name: string; readonly oid: string | null } | null;
  /** The URL of `origin`, else of the only remote, with credentials and query removed. */
  readonly remote: string | null;
  readonly shallow: boolean;
  /** It has no work tree: neither files nor changes. `workTree` is then its git folder. */
  readonly bare: boolean;
  /** Work tree of the main repository when this one is linked to it. */
  readonly worktreeOf: string | null;
}

/** A regular file that git tracks, or would track. */
export interface RepositoryFile {
  /** Relative to the work tree, with `/`. */
  readonly path: string;
  readonly tracked: boolean;
}

/** What `git status` says about the work tree, and about the branch and its upstream. */
export interface WorkTreeStatus {
  readonly changes: {
    readonly staged: number;
    readonly unstaged: number;
    readonly untracked: number;
    readonly conflicts: number;
  };
  /** Commits on either side of the upstream; null without one, or when it is gone. */
  readonly ahead: number | null;
  readonly behind: number | null;
}

export interface Commit {
  readonly hash: string;
  /** ISO 8601 UTC; null where the year lies outside 0000..9999. */
  readonly date: string | null;
  readonly subject: string;
  readonly author: string;
}

/**
 * Reads repositories for all syncs of one run: what one sync asked for, the next gets for nothing, and what
 * has not changed since the last run needs no git process. Every method rejects with `RepositoryError` for
 * what is wrong with the repository, or with the abort reason of the run.
 */
export interface RepositoryReader {
  /**
   * Says that the state of all repositories will be asked for: if the last run saw many files, a second
   * thread begins to compare them with what they were.
   */
  readonly prefetch: () => void;
  readonly open: (workTree: string) => Promise<Repository>;
  /** Learns the last commits of many repositories at once; what can't be read is told when it is asked for. */
  readonly prefetchCommits: (workTrees: readonly string[]) => Promise<void>;
  /** At most one hardened git process, once a run. */
  readonly status: (repository: Repository) => Promise<WorkTreeStatus>;
  /** From the index; links and submodules are left out. No git process but for a split or sparse index. */
  readonly trackedFiles: (repository: Repository) => Promise<readonly RepositoryFile[]>;
  /** Bytes of the tracked files, in their order; null for one that is not there. */
  readonly sizes: (repository: Repository) => Promise<readonly (number | null)[]>;
  /** Tracked files, then untracked ones that are not ignored. */
  readonly files: (repository: Repository) => Promise<readonly RepositoryFile[]>;
  readonly lastCommit: (repository: Repository) => Promise<Commit | null>;
  /** Number of commits reachable from HEAD; null in a shallow repository, where it can't be known. */
  readonly commitCount: (repository: Repository) => Promise<number | null>;
  /** Says that nothing more will be asked about a repository, so that only what the next run needs is kept. */
  readonly close: (repository: Repository) => Promise<void>;
  /** What the next run need not ask again, as bytes; null when that is what this one was given. */
  readonly serialize: () => Promise<Uint8Array | null>;
}
