import { createPool, createYield, lazy } from '../util/async.ts';
import type { System } from '../system/system.ts';
import { getOrInsert } from '../util/collections.ts';
import { createCommitInfo } from './commits/commit-info.ts';
import { readCommitDays } from './commits/commit-days.ts';
import { readRecentChanges } from './commits/recent-changes.ts';
import type { ConfigEntry } from './config/git-config.ts';
import { isInclude } from './config/includes.ts';
import { cacheUserConfig, restoreUserConfig } from './config/user-config-cache.ts';
import { readUserConfig, userConfigFor, type UserConfig } from './config/user-config.ts';
import { createGitBudget } from './exec/git-budget.ts';
import { runGit, type GitContext } from './exec/run-git.ts';
import { objectCommands } from './exec/sandbox-gitdir.ts';
import { createScratchDir, type ScratchDir } from './exec/scratch-dir.ts';
import { userConfigFingerprint } from './gitdir/fingerprint.ts';
import { detectsRenames, hasConversions, hidesUntracked } from './config/status-settings.ts';
import { readExcludeFiles } from './ignore/exclude-files.ts';
import type { OpenRepository } from './open-repository.ts';
import { createRepositoryCache } from './repository-cache.ts';
import { createRepositoryOpener } from './repository-opener.ts';
import { RepositoryError } from './repository.ts';
import type { Repository, RepositoryReader, WorkTreeStatus } from './repository.ts';
import { compareSubmodules } from './worktree/submodules.ts';
import { WorktreeState } from './worktree/worktree-state.ts';
import { createWorktreeVerifier } from './worktree/worktree-verifier.ts';

/** More processes gain nothing on small machines and slow down other programs on all. */
const maxProcesses = 4;
/** Each takes a git process, so the first run of a thousand repositories leaves most of them to later runs. */
const maxHistoriesPerRun = 100;

/** The user's configuration for a repository, and its `userConfigFingerprint`. */
interface UserConfigAndKey {
  readonly config: UserConfig;
  readonly key: string | null;
}

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
  const withScratchDir = createPool(maxProcesses, () => createScratchDir(scratch));

  /** Also checks the version of git. */
  const freshUserEntries = lazy(async () => {
    const readAtMs = nowMs();
    const result = await readUserConfig(system, signal);
    cache.userConfig = cacheUserConfig(result, system, readAtMs);
    return result.entries;
  });
  const userEntries = lazy(
    async () => restoreUserConfig(cache.userConfig, system) ?? (await freshUserEntries()),
  );
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
  /** By content: the conditional includes of a user result in few different configurations. */
  const userConfigs = new Map<string, UserConfigAndKey>();
  const resolveUserConfig = (
    entries: readonly ConfigEntry[],
    repository: OpenRepository,
  ): UserConfigAndKey => {
    const config = userConfigFor(entries, repository, system.home);
    return getOrInsert(userConfigs, JSON.stringify([...config]), () => ({
      config,
      key: userConfigFingerprint(config, nowMs()),
    }));
  };
  /** Null if it depends on the repository. */
  let commonUserConfig: UserConfigAndKey | null = null;
  const userConfigOf = memoize(async (workTree): Promise<UserConfigAndKey> => {
    if (commonUserConfig !== null) return commonUserConfig;
    const entries = await userEntries();
    const resolved = resolveUserConfig(entries, await open(workTree));
    if (!entries.some(([name]) => isInclude(name))) commonUserConfig = resolved;
    return resolved;
  });

  const budget = createGitBudget({
    nowMs,
    cached: (workTree) => cache.get(workTree)?.timeout ?? null,
  });
  type WithGit = <Value>(
    work: (git: Omit<GitContext, 'timeoutMs'>) => Promise<Value>,
  ) => Promise<Value>;
  const withGit: WithGit = (work) =>
    withScratchDir(async (scratchDir: ScratchDir) => {
      await freshUserEntries();
      return work({ system, scratchDir, userConfig: new Map(), signal });
    });
  const withGitForBatch = <Value>(work: (git: GitContext) => Promise<Value>): Promise<Value> =>
    withGit((git) => budget.runBatch((timeoutMs) => work({ ...git, timeoutMs })));
  const git = async (repository: OpenRepository, ...args: string[]): Promise<Buffer> => {
    budget.assertNotBlocked(repository);
    return withGit(async (gitContext) => {
      // Before git runs: a change while it runs is then detected by the next run.
      const isHistoryCommand = args[0] === 'rev-list' || args[0] === 'log';
      const isObjectCommand = objectCommands.has(args[0] ?? '');
      const userConfig = isObjectCommand
        ? new Map<string, string>()
        : (await userConfigOf(repository.workTree)).config;
      const run = (timeoutMs: number): Promise<Buffer> =>
        runGit(repository, args, { ...gitContext, userConfig, timeoutMs });
      // A long history says nothing about other facts; that it could not be read is cached with its head.
      return isHistoryCommand ? budget.runBatch(run) : budget.run(repository, run);
    });
  };

  const commits = createCommitInfo({
    ...{ cache, git, withGitForBatch, yieldToEventLoop },
    isBlocked: budget.isBlocked,
  });
  const verifier = createWorktreeVerifier({ system, signal, yieldToEventLoop });
  const states = new Map<string, WorktreeState>();
  const stateOf = memoize(async (workTree) => {
    const repository = await open(workTree);
    const config = async (): Promise<UserConfig> => (await userConfigOf(workTree)).config;
    const state = new WorktreeState(repository, {
      ...{ yieldToEventLoop, nowMs, userConfig: async () => (await userConfigOf(workTree)).key },
      fingerprint: opener.fingerprint(repository),
      git: (...args) => git(repository, ...args),
      excludes: async () => readExcludeFiles(repository, await config()),
      detectsRenames: async () => detectsRenames(repository, await config()),
      hasConversions: async () => hasConversions(repository, await config()),
      cached: cache.get(workTree)?.snapshot ?? null,
      verifierFor: (snapshot) => verifier.verifierFor(workTree, snapshot),
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
  const readStatus = async (
    repository: OpenRepository,
    withoutUntracked: boolean,
  ): Promise<WorkTreeStatus> => {
    if (repository.bare) throw bareRepository();
    assertKnownRefs(repository);
    if (repository.configUnknown !== null) throw repository.configUnknown;
    const { workTree } = repository;
    const userConfig = (await userConfigOf(workTree)).config;
    const state = await stateOf(workTree);
    const own = await state.status();
    const ignoreUntracked = withoutUntracked || hidesUntracked(repository, userConfig);
    const untracked = ignoreUntracked ? 0 : own.changes.untracked;
    const submodules = await compareSubmodules(await state.gitlinks(), {
      ...{ repository, ignoreUntracked, userConfig },
      readIndexed: async () =>
        (await state.tracked()).includes('.gitmodules')
          ? git(repository, 'cat-file', 'blob', ':.gitmodules')
          : Buffer.alloc(0),
      open: (path) => {
        getOrInsert(submodulesOf, workTree, () => new Set()).add(path);
        return open(path);
      },
      isDirty: async (submodule, ignoresUntracked) => {
        const { dirty, unknown } = await readStatus(submodule, ignoresUntracked);
        if (dirty === null && unknown !== null) throw unknown;
        return dirty;
      },
    });
    const unstaged = own.changes.unstaged + submodules.changed;
    const changes = { ...own.changes, unstaged, untracked };
    const isDirty = Object.values(changes).some((number) => number > 0);
    const unknown = own.unknown ?? submodules.unknown;
    const oldestChangeMs = isDirty ? await state.oldestChangeMs(!ignoreUntracked) : null;
    return {
      oldestChangeMs,
      ...{ ahead: own.ahead, behind: own.behind, unknown },
      changes: unknown === null ? changes : null,
      dirty: isDirty || (unknown === null ? false : null),
    };
  };

  const status = memoizeFact(async (repository) => {
    const result = await readStatus(repository, false);
    const { ahead, behind } = result;
    if (ahead !== null && behind !== null) commits.setDistance(repository, ahead, behind);
    return result;
  });

  const trackedFiles = memoizeFact(async ({ workTree }) =>
    (await (await stateOf(workTree)).tracked()).map((path) => ({ path, tracked: true })),
  );

  const files = memoizeFact(async (repository) => {
    if (repository.bare) throw bareRepository();
    const untracked = await (await stateOf(repository.workTree)).untracked();
    const tracked = await trackedFiles(repository);
    return [...tracked, ...untracked.map((path) => ({ path, tracked: false }))];
  });

  /** Each fact has its own limit, which does not apply to what is read without git. */
  const historyReader = <Fact>(
    read: (
      repository: OpenRepository,
      sinceDay: number,
      git: (...args: string[]) => Promise<Buffer>,
    ) => Promise<Fact>,
  ): ((repository: Repository, sinceDay: number) => Promise<Fact>) => {
    let histories = 0;
    return async ({ workTree }, sinceDay) => {
      const repository = await open(workTree);
      assertKnownRefs(repository);
      return read(repository, sinceDay, async (...args) => {
        if (histories >= maxHistoriesPerRun) throw historyPostponed();
        histories += 1;
        return git(repository, ...args);
      });
    };
  };

  const close = async (workTree: string): Promise<void> => {
    for (const submodule of submodulesOf.get(workTree) ?? []) await close(submodule);
    submodulesOf.delete(workTree);
    await updateCache(workTree);
    for (const release of releases) release(workTree);
  };

  return {
    prefetch: () => {
      verifier.prefetch(cache.snapshots());
    },
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
    serialize: async () => {
      for (const workTree of opened) await updateCache(workTree);
      return cache.serialize();
    },
  };
}

function assertKnownRefs({ refsUnknown }: OpenRepository): void {
  if (refsUnknown !== null) throw refsUnknown;
}

const historyPostponed = (): RepositoryError =>
  new RepositoryError('git-postponed', 'error', 'a later run reads the history');

const bareRepository = (): RepositoryError =>
  new RepositoryError('bare-repository', 'error', 'a bare repository has no work tree');

/** Null if the work tree can't be read; the error is reported where a fact is requested. */
async function snapshotOf(state: WorktreeState): ReturnType<WorktreeState['snapshot']> {
  try {
    return await state.snapshot();
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
