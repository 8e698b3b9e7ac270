import { assertKnownRefs, type OpenRepository } from '../open-repository.ts';
import { RepositoryError, type Repository } from '../repository.ts';
import type { CommitLinksCache, LinkReader } from './commit-links.ts';

/** Of so many repositories, a run reads everything. */
const fewRepositories = 50;
const maxMsForFew = 60_000;
/** Of more, each run but the first one reads for this time, plus that per repository. */
const minMs = 250;
const msPerRepository = 6;

/**
 * Limits the time in which git reads the histories of repositories in a run, for each fact. The first run of many
 * repositories leaves their histories to the following ones.
 */
export interface HistoryBudget {
  /** Announces how many repositories the run will read. */
  readonly expect: (repositories: number) => void;
  /** Returns a function that calls `work` unless the time for the fact is used up. */
  readonly limit: () => <Value>(work: () => Promise<Value>) => Promise<Value | 'pending'>;
}

export function createHistoryBudget({
  isFirstRun,
}: {
  readonly isFirstRun: boolean;
}): HistoryBudget {
  let repositories = 0;
  const limitMs = (): number => {
    if (repositories <= fewRepositories) return maxMsForFew;
    return isFirstRun ? 0 : minMs + msPerRepository * repositories;
  };
  return {
    expect: (count) => {
      repositories = count;
    },
    limit: () => {
      /** In which at least one call is running. */
      let usedMs = 0;
      let running = 0;
      let startedMs = 0;
      return async (work) => {
        if (usedMs + (running > 0 ? performance.now() - startedMs : 0) >= limitMs())
          return 'pending';
        if (running === 0) startedMs = performance.now();
        running += 1;
        try {
          return await work();
        } finally {
          running -= 1;
          if (running === 0) usedMs += performance.now() - startedMs;
        }
      };
    },
  };
}

/** What readers of histories use. */
export interface HistoryContext {
  readonly git: (...args: string[]) => Promise<Buffer>;
  readonly links: LinkReader;
}

type ReadHistory<Fact> = (
  repository: OpenRepository,
  sinceDay: number,
  context: HistoryContext,
) => Promise<Fact>;

/** Returns a function that wraps the reader of a fact about the commits since a day. */
export const createHistoryReader =
  (context: {
    readonly open: (workTree: string) => Promise<OpenRepository>;
    readonly links: CommitLinksCache;
    readonly git: (repository: OpenRepository, ...args: string[]) => Promise<Buffer>;
    readonly budget: HistoryBudget;
  }) =>
  <Fact>(
    read: ReadHistory<Fact>,
  ): ((repository: Repository, sinceDay: number) => Promise<Fact>) => {
    const withinLimit = context.budget.limit();
    return async ({ workTree }, sinceDay) => {
      const repository = await context.open(workTree);
      assertKnownRefs(repository);
      using links = context.links.open(repository);
      const git = async (...args: string[]): Promise<Buffer> => {
        const output = await withinLimit(() => context.git(repository, ...args));
        if (output === 'pending') throw historyPostponed();
        return output;
      };
      return await read(repository, sinceDay, { git, links });
    };
  };

const historyPostponed = (): RepositoryError =>
  new RepositoryError('git-postponed', 'error', 'a later run reads the history');
