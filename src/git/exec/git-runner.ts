import { createPool } from '../../util/async.ts';
import type { UserConfig } from '../config/user-config.ts';
import type { OpenRepository } from '../open-repository.ts';
import type { GitBudget } from './git-budget.ts';
import { runGit, type GitContext } from './run-git.ts';
import { objectCommands } from './sandbox-gitdir.ts';
import { createScratchDir } from './scratch-dir.ts';

/** More processes gain nothing on small machines and slow down other programs on all. */
const maxProcesses = 4;

/** Starts the git processes of a run, within its budget. */
export interface GitRunner {
  /** Returns what git prints for a repository. Throws `RepositoryError`. */
  readonly run: (repository: OpenRepository, ...args: string[]) => Promise<Buffer>;
  /** Calls `work`, which starts git for several repositories at once. */
  readonly runBatch: <Value>(work: (git: GitContext) => Promise<Value>) => Promise<Value>;
}

export function createGitRunner(
  context: Pick<GitContext, 'system' | 'signal'> & {
    /** See `createRepositoryReader`. */
    readonly scratch: string;
    readonly budget: GitBudget;
    /** Called before git is used. */
    readonly prepare: () => Promise<void>;
    readonly userConfigOf: (workTree: string) => Promise<UserConfig>;
  },
): GitRunner {
  const { system, signal, scratch, budget, prepare, userConfigOf } = context;
  const withScratchDir = createPool(maxProcesses, () => createScratchDir(scratch));
  const withGit = <Value>(
    work: (git: Omit<GitContext, 'timeoutMs'>) => Promise<Value>,
  ): Promise<Value> =>
    withScratchDir(async (scratchDir) => {
      await prepare();
      return work({ system, scratchDir, userConfig: new Map(), signal });
    });
  return {
    run: async (repository, ...args) => {
      budget.assertNotBlocked(repository);
      return withGit(async (gitContext) => {
        // Before git runs: a change while it runs is then detected by the next run.
        const isHistoryCommand = args[0] === 'rev-list' || args[0] === 'log';
        const isObjectCommand = objectCommands.has(args[0] ?? '');
        const userConfig = isObjectCommand
          ? new Map<string, string>()
          : await userConfigOf(repository.workTree);
        const run = (timeoutMs: number): Promise<Buffer> =>
          runGit(repository, args, { ...gitContext, userConfig, timeoutMs });
        // A long history does not affect other facts; that it could not be read is cached with its head.
        return isHistoryCommand ? budget.runBatch(run) : budget.run(repository, run);
      });
    },
    runBatch: (work) =>
      withGit((git) => budget.runBatch((timeoutMs) => work({ ...git, timeoutMs }))),
  };
}
