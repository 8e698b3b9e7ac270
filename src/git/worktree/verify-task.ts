/** A work tree as the last run saw it. */
export interface WorktreeToVerify {
  readonly workTree: string;
  /** In shared memory, each ended by NUL: first those that git tracks, last those that are watched. */
  readonly pathBytes: Uint8Array;
  readonly rows: Float64Array;
  /** How many are tracked, and where the watched ones begin. */
  readonly tracked: number;
  readonly watchedFrom: number;
}

export interface VerifyTask {
  readonly trees: readonly WorktreeToVerify[];
  /** Of each tree a `verdict`, in shared memory. */
  readonly verdicts: Int32Array;
}

/** What is known of a tree: nobody looks yet, somebody does, or what came out, of which some may be added up. */
export const verdict = { free: 0, taken: 1, looked: 2, sameTracked: 4, sameWatched: 8 } as const;
