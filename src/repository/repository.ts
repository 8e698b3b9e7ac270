/** Why a repository can't be read; the code goes into `git.error`. */
export interface RepositoryProblem {
  readonly code: string;
  readonly message: string;
  readonly state: 'unreadable' | 'untrusted' | 'error';
}

/** A git repository as read from its files, with nothing of it executed and no git process. */
export interface Repository {
  readonly workTree: string;
  /** The `.git` folder, or the worktree's own folder below the main one's. */
  readonly gitFolder: string;
  /** Where objects, refs and config are: the same as `gitFolder`, but for linked worktrees. */
  readonly commonFolder: string;
  readonly format: 'sha1' | 'sha256';
  readonly head: {
    /** Short branch name; null when detached. */
    readonly branch: string | null;
    readonly detached: boolean;
    readonly unborn: boolean;
    /** Object id of the commit; null when unborn. */
    readonly oid: string | null;
  };
  readonly upstream: { readonly name: string; readonly oid: string | null } | null;
  readonly remote: string | null;
  readonly shallow: boolean;
  readonly worktreeOf: string | null;
}

/** A file that git tracks, or would track. */
export interface RepositoryFile {
  /** Bytes of the path relative to the work tree, with `/`. */
  readonly path: string;
  readonly tracked: boolean;
}
