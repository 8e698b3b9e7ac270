import type { YieldToEventLoop } from '../../util/async.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';

export interface WorktreeStateContext {
  readonly yieldToEventLoop: YieldToEventLoop;
  readonly nowMs: () => number;
  readonly git: (...args: string[]) => Promise<Buffer>;
  /** See `repositoryFingerprint`. */
  readonly fingerprint: string | null;
  /** See `userConfigFingerprint`. */
  readonly userConfig: () => Promise<string | null>;
  /** See `readExcludeFiles`. */
  readonly excludes: () => Promise<readonly string[] | null>;
  /** Whether a renamed file is one change instead of two. */
  readonly detectsRenames: () => Promise<boolean>;
  /** Whether files outside of the work tree make git convert line ends. */
  readonly hasConversions: () => Promise<boolean>;
  /** The snapshot of the previous run. */
  readonly cached: WorktreeSnapshot | null;
  /** See `CommitInfo.head`. */
  readonly head: () => Promise<Head | null>;
}

/** The tree of HEAD, and the distance of HEAD from its upstream. */
export interface Head {
  /** Null when unborn. */
  readonly tree: string | null;
  readonly ahead: number | null;
  readonly behind: number | null;
}
