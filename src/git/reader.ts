import type { System } from '../system/system.ts';
import { createYield } from '../util/async.ts';
import { getOrInsert } from '../util/collections.ts';
import { readChangedLines } from './commits/changed-lines.ts';
import { readCommitDays } from './commits/commit-days.ts';
import { createCommitInfo } from './commits/commit-info.ts';
import { CommitLinksCache } from './commits/commit-links.ts';
import { createHistoryBudget, createHistoryReader } from './commits/history-budget.ts';
import { readRecentChanges } from './commits/recent-changes.ts';
import { detectsRenames, hasConversions } from './config/status-settings.ts';
import { createUserConfigReader } from './config/user-config-reader.ts';
import type { UserConfig } from './config/user-config.ts';
import { createGitBudget } from './exec/git-budget.ts';
import { createGitRunner } from './exec/git-runner.ts';
import { readExcludeFiles } from './ignore/exclude-files.ts';
import { assertKnownRefs, assertWorkTree, type OpenRepository } from './open-repository.ts';
import { createRepositoryCache } from './repository-cache.ts';
import { createRepositoryOpener } from './repository-opener.ts';
import { RepositoryError } from './repository.ts';
import type { Repository, RepositoryReader } from './repository.ts';
import { isAtRevision, revisionOf } from './revision.ts';
import { openSnapshot } from './worktree/cached-worktree.ts';
import { readStatus } from './worktree/read-status.ts';
import { WorktreeState } from './worktree/worktree-state.ts';

/**
 * Creates the reader of a run. `scratch` is a private directory for the sandboxes of git, removed by the caller;
 * `cache` is what the reader of the previous run returned from `serialize`.
 */
export function createRepositoryReader(context: {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly scratch: string;
  readonly cache?: Uint8Array | null;
  /** Uids of other users whose repositories are read. */
  readonly trustedOwners?: readonly number[];
}): RepositoryReader {
  const { system, signal, scratch, trustedOwners = [] } = context;
  const { uid } = system.processInfo;
  const owners = uid === null ? null : [uid, ...trustedOwners];
  const yieldToEventLoop = createYield(signal);
  const nowMs = (): number => system.now().getTime();
  const cache = createRepositoryCache(context.cache ?? null);
  const userConfigs = createUserConfigReader({ system, signal, cache });

  const releases: ((workTree: string) => void)[] = [];
  /** Memoizes a function of a work tree until the repository is closed. */
  const memoize = <Value>(
    read: (workTree: string) => Promise<Value>,
  ): ((workTree: string) => Promise<Value>) => {
    const values = new Map<string, Promise<Value>>();
    releases.push((workTree) => values.delete(workTree));
    return (workTree) => getOrInsert(values, workTree, read);
  };

  /** Repositories whose facts are not yet in the cache. */
  const opened = new Set<string>();
  const opener = createRepositoryOpener({
    options: () => ({ owners, home: system.home, nowMs: nowMs() }),
    cached: (workTree) => cache.get(workTree)?.opened ?? null,
  });
  const open = memoize(async (workTree) => {
    await yieldToEventLoop();
    const repository = opener.open(workTree);
    opened.add(workTree);
    return repository;
  });
  const userConfigAndKey = memoize((workTree) => userConfigs.configFor(() => open(workTree)));
  const userConfigOf = async (workTree: string): Promise<UserConfig> =>
    (await userConfigAndKey(workTree)).config;

  const budget = createGitBudget({
    nowMs,
    cached: (workTree) => cache.get(workTree)?.timeout ?? null,
  });
  const { run: git, runBatch: withGitForBatch } = createGitRunner({
    ...{ system, signal, scratch, budget, userConfigOf },
    prepare: userConfigs.readWithGit,
  });

  const histories = createHistoryBudget({ isFirstRun: cache.isNew });
  const links = new CommitLinksCache();
  const commits = createCommitInfo({
    ...{ cache, git, withGitForBatch, links, yieldToEventLoop },
    budget: histories,
    isBlocked: budget.isBlocked,
  });
  const states = new Map<string, WorktreeState>();
  const stateOf = memoize(async (workTree) => {
    const repository = await open(workTree);
    const state = new WorktreeState(repository, {
      ...{ yieldToEventLoop, nowMs },
      userConfig: async () => (await userConfigAndKey(workTree)).key,
      fingerprint: opener.fingerprint(repository),
      git: (...args) => git(repository, ...args),
      excludes: async () => readExcludeFiles(repository, await userConfigOf(workTree)),
      detectsRenames: async () => detectsRenames(repository, await userConfigOf(workTree)),
      hasConversions: async () => hasConversions(repository, await userConfigOf(workTree)),
      cached: cache.get(workTree)?.snapshot ?? null,
      head: () => commits.head(repository),
    });
    states.set(workTree, state);
    return state;
  });

  const updateCache = async (workTree: string): Promise<void> => {
    if (!opened.delete(workTree)) return;
    const state = states.get(workTree);
    states.delete(workTree);
    const previous = cache.get(workTree);
    const snapshot = state === undefined ? (previous?.snapshot ?? null) : await snapshotOf(state);
    const history = commits.toCache(workTree);
    const timeout = budget.toCache(workTree);
    const reopenable = opener.toCache(workTree);
    const isSame =
      snapshot === previous?.snapshot &&
      history === previous.history &&
      timeout === previous.timeout &&
      reopenable === previous.opened;
    if (!isSame) cache.set(workTree, { opened: reopenable, snapshot, history, timeout });
  };

  const memoizeFact = <Fact>(
    read: (repository: OpenRepository) => Promise<Fact>,
  ): ((repository: Repository) => Promise<Fact>) => {
    const readOnce = memoize(async (workTree) => read(await open(workTree)));
    return ({ workTree }) => readOnce(workTree);
  };

  /** The submodules that were opened for a work tree. */
  const submodulesOf = new Map<string, Set<string>>();
  /** The oldest change of the work trees whose status was read. */
  const oldestChanges = new Map<string, number | null>();
  releases.push((workTree) => oldestChanges.delete(workTree));
  const statusContext = { open, stateOf, userConfigOf, git, submodulesOf };
  const status = memoizeFact(async (repository) => {
    const result = await readStatus(repository, statusContext, { withoutUntracked: false });
    const { ahead, behind, oldestChangeMs } = result;
    oldestChanges.set(repository.workTree, oldestChangeMs);
    if (ahead !== null && behind !== null) commits.setDistance(repository, ahead, behind);
    return result;
  });

  const trackedFiles = memoizeFact(async ({ workTree }) =>
    (await (await stateOf(workTree)).tracked()).map((path) => ({ path, tracked: true })),
  );

  const files = memoizeFact(async (repository) => {
    assertWorkTree(repository);
    const untracked = await (await stateOf(repository.workTree)).untracked();
    const tracked = await trackedFiles(repository);
    return [...tracked, ...untracked.map((path) => ({ path, tracked: false }))];
  });

  const historyReader = createHistoryReader({ open, links, git, budget: histories });

  const close = async (workTree: string): Promise<string | null> => {
    for (const submodule of submodulesOf.get(workTree) ?? []) await close(submodule);
    submodulesOf.delete(workTree);
    await updateCache(workTree);
    const oldestChange = oldestChanges.get(workTree);
    for (const release of releases) release(workTree);
    const { opened: reopenable, snapshot, hash } = cache.get(workTree) ?? {};
    const isKnown = reopenable != null && snapshot != null && hash !== undefined;
    return isKnown && oldestChange !== undefined ? revisionOf(hash, oldestChange) : null;
  };
  const hasRevision: RepositoryReader['hasRevision'] = async (workTree, revision) => {
    const known = cache.get(workTree);
    if (known?.snapshot == null) return false;
    await yieldToEventLoop();
    try {
      return await isAtRevision(revision, known, {
        restore: () => opener.restore(workTree),
        userConfigOf: (repository) => userConfigs.configFor(() => Promise.resolve(repository)),
        worktree: openSnapshot(workTree, known.snapshot, yieldToEventLoop),
      });
    } catch (error) {
      // Reported when a fact is requested.
      if (error instanceof RepositoryError) return false;
      throw error;
    }
  };

  return {
    expectHistories: histories.expect,
    open,
    prefetchCommits: async (workTrees) => {
      const opened = await Promise.allSettled(workTrees.map(open));
      await commits.prefetch(
        opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
      );
    },
    status,
    trackedFiles,
    sizes: memoizeFact(async (one) => (one.bare ? [] : (await stateOf(one.workTree)).sizes())),
    files,
    lastCommit: memoizeFact(async (repository) => {
      assertKnownRefs(repository);
      const commit = await commits.commit(repository);
      if (commit === null) return null;
      const { hash, date, subject, author } = commit;
      return { hash, date, subject, author };
    }),
    unpushed: memoizeFact(async (repository) => {
      assertKnownRefs(repository);
      return commits.unpushed(repository);
    }),
    commitDays: historyReader(readCommitDays),
    changedLines: historyReader(readChangedLines),
    recentChanges: historyReader(readRecentChanges),
    hasCommit: async ({ workTree }, oid) => {
      if (!/^[0-9a-f]{40,64}$/.test(oid)) return null;
      try {
        await git(await open(workTree), 'cat-file', '-e', `${oid}^{commit}`);
        return true;
      } catch (error) {
        if (!(error instanceof RepositoryError)) throw error;
        return error.code === 'git-failed' ? false : null;
      }
    },
    commitCount: memoizeFact((repository) => {
      assertKnownRefs(repository);
      return commits.count(repository);
    }),
    close: ({ workTree }) => close(workTree),
    hasRevision,
    serialize: async () => {
      for (const workTree of opened) await updateCache(workTree);
      return cache.serialize();
    },
  };
}

/** Null if the work tree can't be read; the error is reported where a fact is requested. */
async function snapshotOf(state: WorktreeState): ReturnType<WorktreeState['snapshot']> {
  try {
    return await state.snapshot();
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
