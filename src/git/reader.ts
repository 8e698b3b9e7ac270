import { createYield } from '../util/async.ts';
import type { System } from '../system/system.ts';
import { fingerprintOf, userConfigFingerprint } from './gitdir/fingerprint.ts';
import { runGit, type GitContext } from './exec/run-git.ts';
import { createCommitInfo } from './commits/commit-info.ts';
import { readExcludeFiles } from './ignore/exclude-files.ts';
import { lazy } from '../util/async.ts';
import { createRepositoryCache } from './repository-cache.ts';
import { openRepository, type OpenRepository } from './open-repository.ts';
import { createPool } from '../util/async.ts';
import { RepositoryError, type Repository, type RepositoryReader } from './repository.ts';
import { createWorktreeVerifier } from './worktree/worktree-verifier.ts';
import { createScratchDir, type ScratchDir } from './exec/scratch-dir.ts';
import { restoreUserConfig, cacheUserConfig } from './config/user-config-cache.ts';
import { createWorktreeState, type WorktreeState } from './worktree/worktree-state.ts';
import { readUserConfig } from './config/user-config.ts';

/** More git processes at a time gain nothing on small machines and disturb on all. */
const processesAtATime = 4;

/**
 * The reader of one run. `scratch` is a private folder for synthetic git folders; whoever made it removes
 * it. `memory` is what the reader of the last run left: what has not changed since is not asked for again.
 * What is asked twice is read once.
 */
export function createRepositoryReader(context: {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly scratch: string;
  readonly memory?: Uint8Array | null;
}): RepositoryReader {
  const { system, signal, scratch } = context;
  const pause = createYield(signal);
  const nowMs = (): number => system.now().getTime();
  const memory = createRepositoryCache(context.memory ?? null);
  const inFolder = createPool(processesAtATime, () => createScratchDir(scratch));

  /** Before the first git process of a run: whether it can be used, and what its user has set. */
  const askSettings = lazy(async () => {
    const askedAtMs = nowMs();
    const answer = await readUserConfig(system, signal);
    memory.settings = cacheUserConfig(answer, system, askedAtMs);
    return answer.settings;
  });
  const settings = lazy(
    async () => restoreUserConfig(memory.settings, system) ?? (await askSettings()),
  );
  const settingsNow = lazy(async () => userConfigFingerprint(await settings(), nowMs()));

  const withGit = <Value>(work: (git: GitContext) => Promise<Value>): Promise<Value> =>
    inFolder(async (folder: ScratchDir) => {
      // First of all: what changes while git works is then seen the next time.
      await settingsNow();
      return work({ system, scratchDir: folder, userConfig: await askSettings(), signal });
    });
  /** Repositories in which git waited for ever for one object: it would do so for the next. */
  const stuck = new Set<string>();
  const git = async (repository: OpenRepository, ...args: string[]): Promise<Buffer> => {
    if (stuck.has(repository.workTree)) {
      throw new RepositoryError('git-failed', 'error', 'git is not asked again in this run');
    }
    try {
      return await withGit((gitContext) => runGit(repository, args, gitContext));
    } catch (error) {
      const isStuck = error instanceof RepositoryError && error.code === 'git-timeout';
      if (isStuck && args[0] === 'cat-file') stuck.add(repository.workTree);
      throw error;
    }
  };

  const forgetting: ((workTree: string) => void)[] = [];
  /** Reads what belongs to a work tree when it is first asked for, and not again before it is closed. */
  const once = <Value>(
    read: (workTree: string) => Promise<Value>,
  ): ((workTree: string) => Promise<Value>) => {
    const values = new Map<string, Promise<Value>>();
    forgetting.push((workTree) => values.delete(workTree));
    return (workTree) => {
      let value = values.get(workTree);
      if (value === undefined) values.set(workTree, (value = read(workTree)));
      return value;
    };
  };

  const open = once(async (workTree) => {
    await pause();
    return openRepository(workTree, system.processInfo.uid);
  });
  const commits = createCommitInfo({ memory, git, withGit });
  const checks = createWorktreeVerifier({ system, signal, pause });
  const surveys = new Map<string, WorktreeState>();
  const survey = once(async (workTree) => {
    const repository = await open(workTree);
    const made = createWorktreeState(repository, {
      ...{ pause, nowMs, settings: settingsNow },
      fingerprint: unlessBroken(() => fingerprintOf(repository, nowMs())),
      git: (...args) => git(repository, ...args),
      ignoreLists: async () => readExcludeFiles(repository, await settings()),
      last: memory.get(workTree)?.scene ?? null,
      checkOf: (last) => checks.of(workTree, last),
      head: () => commits.head(repository),
    });
    surveys.set(workTree, made);
    return made;
  });

  /** What the next run can use of all that was seen of a work tree. */
  const keep = async (workTree: string): Promise<void> => {
    const made = surveys.get(workTree);
    if (made === undefined) return;
    surveys.delete(workTree);
    const { scene, history } = memory.get(workTree) ?? { scene: null, history: null };
    const now = { scene: await sceneOf(made), history: commits.of(workTree) };
    if (now.scene !== scene || now.history !== history) memory.set(workTree, now);
  };

  const factOf = <Fact>(
    read: (repository: OpenRepository) => Promise<Fact>,
  ): ((repository: Repository) => Promise<Fact>) => {
    const readOnce = once(async (workTree) => read(await open(workTree)));
    return ({ workTree }) => readOnce(workTree);
  };

  const status = factOf(async (repository) => {
    if (repository.bare) throw bare();
    const said = await (await survey(repository.workTree)).status();
    const { ahead, behind } = said;
    if (ahead !== null && behind !== null) commits.setDistance(repository, ahead, behind);
    return said;
  });

  const trackedFiles = factOf(async ({ workTree }) =>
    (await (await survey(workTree)).tracked()).map((path) => ({ path, tracked: true })),
  );

  const files = factOf(async (repository) => {
    if (repository.bare) throw bare();
    const others = await (await survey(repository.workTree)).untracked();
    const tracked = await trackedFiles(repository);
    return [...tracked, ...others.map((path) => ({ path, tracked: false }))];
  });

  return {
    prefetch: () => {
      checks.begin(memory.scenes());
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
    sizes: factOf(async (one) => (one.bare ? [] : (await survey(one.workTree)).sizes())),
    files,
    lastCommit: factOf(async (repository) => {
      const commit = await commits.commit(repository);
      if (commit === null) return null;
      const { hash, date, subject, author } = commit;
      return { hash, date, subject, author };
    }),
    commitCount: factOf((repository) => commits.count(repository)),
    close: async ({ workTree }) => {
      await keep(workTree);
      for (const forget of forgetting) forget(workTree);
    },
    serialize: async () => {
      for (const workTree of surveys.keys()) await keep(workTree);
      return memory.pack();
    },
  };
}

const bare = (): RepositoryError =>
  new RepositoryError('bare-repository', 'error', 'it is bare: it has no work tree');

/** What could not be read is told where it is asked for; here it is only not remembered. */
async function sceneOf(survey: WorktreeState): ReturnType<WorktreeState['scene']> {
  try {
    return await survey.scene();
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}

function unlessBroken(read: () => string | null): string | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
