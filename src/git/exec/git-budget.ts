import { join } from 'node:path';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError } from '../repository.ts';
import { lstatOrNull } from '../../util/fs-sync.ts';

const hourMs = 3_600_000;
const maxCallMs = 10_000;
/** All calls for one repository in a run together. */
const maxRepositoryMs = 15_000;
/** After so much time was lost in calls that timed out, further calls get one second. */
const maxLostMs = 40_000;
const shortCallMs = 1000;
/** After this, git is started no more: four processes at a time have waited for about half a minute. */
const maxTotalLostMs = 120_000;

/** A repository in which git timed out. */
export interface TimeoutRecord {
  /** See `retryKey`. */
  readonly key: string;
  /** Consecutive timeouts. */
  readonly attempts: number;
  /** In milliseconds since 1970. */
  readonly retryAtMs: number;
}

/**
 * Limits the time of git: per call, per repository and for all calls of a run that time out. A repository in which
 * git timed out is not read with git again before it changes, except after 1 hour, 4, 16 and then every 24 hours.
 */
export interface GitBudget {
  /** Calls `work`, which starts git at once. Throws `RepositoryError` with code `git-timeout` or `git-postponed`. */
  readonly run: <Value>(
    repository: OpenRepository,
    work: (timeoutMs: number) => Promise<Value>,
  ) => Promise<Value>;
  /** The same for a call that reads several repositories. */
  readonly runBatch: <Value>(work: (timeoutMs: number) => Promise<Value>) => Promise<Value>;
  /** Throws `RepositoryError` with code `git-timeout`. */
  readonly assertNotBlocked: (repository: OpenRepository) => void;
  readonly isBlocked: (repository: OpenRepository) => boolean;
  /** Returns the content of the cache for the next run. */
  readonly toCache: (workTree: string) => TimeoutRecord | null;
}

export function createGitBudget(context: {
  readonly nowMs: () => number;
  readonly cached: (workTree: string) => TimeoutRecord | null;
}): GitBudget {
  const { nowMs, cached } = context;
  const records = new Map<string, TimeoutRecord | null>();
  const usedMs = new Map<string, number>();
  let lostMs = 0;

  const toCache: GitBudget['toCache'] = (workTree) => {
    const record = records.get(workTree);
    return record === undefined ? cached(workTree) : record;
  };
  const isBlocked: GitBudget['isBlocked'] = (repository) => {
    const record = toCache(repository.workTree);
    return record?.key === retryKey(repository) && nowMs() < record.retryAtMs;
  };
  const assertNotBlocked: GitBudget['assertNotBlocked'] = (repository) => {
    if (isBlocked(repository)) throw blocked();
  };
  const callMs = (): number => {
    if (lostMs >= maxTotalLostMs) throw postponed();
    return lostMs >= maxLostMs ? shortCallMs : maxCallMs;
  };
  const runBatch: GitBudget['runBatch'] = async (work) => {
    const timeoutMs = callMs();
    try {
      return await work(timeoutMs);
    } catch (error) {
      if (isTimeout(error)) lostMs += timeoutMs;
      throw error;
    }
  };
  const run: GitBudget['run'] = async (repository, work) => {
    const { workTree } = repository;
    assertNotBlocked(repository);
    const used = usedMs.get(workTree) ?? 0;
    const startedMs = performance.now();
    try {
      return await runBatch((timeoutMs) =>
        work(Math.min(timeoutMs, Math.max(shortCallMs, maxRepositoryMs - used))),
      );
    } catch (error) {
      if (isTimeout(error)) {
        const key = retryKey(repository);
        const before = toCache(workTree);
        const attempts = before?.key === key ? before.attempts + 1 : 1;
        const retryAtMs = nowMs() + Math.min(24, 4 ** (attempts - 1)) * hourMs;
        records.set(workTree, { key, attempts, retryAtMs });
      }
      throw error;
    } finally {
      usedMs.set(workTree, used + performance.now() - startedMs);
    }
  };
  return { run, runBatch, assertNotBlocked, isBlocked, toCache };
}

/** Changes with HEAD, its upstream, the index and the packs; not with untracked files. */
function retryKey({ gitDir, head, upstream, objectStore }: OpenRepository): string {
  const index = lstatOrNull(join(gitDir, 'index'));
  return [head.oid, upstream?.oid, index?.ino, index?.size, index?.mtimeMs, objectStore].join(' ');
}

export const isTimeout = (error: unknown): boolean =>
  error instanceof RepositoryError && error.code === 'git-timeout';

const blocked = (): RepositoryError =>
  new RepositoryError(
    'git-timeout',
    'error',
    'git timed out before; it is tried again when the repository changes, at the latest after 24 hours',
  );

const postponed = (): RepositoryError =>
  new RepositoryError(
    'git-postponed',
    'error',
    'git timed out in many other repositories, so this one is read in a later run',
  );
