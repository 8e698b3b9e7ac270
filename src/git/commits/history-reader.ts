import { assertKnownRefs, type OpenRepository } from '../open-repository.ts';
import { RepositoryError, type Repository } from '../repository.ts';

/** Each takes a git process, so the first run of a thousand repositories leaves most of them to later runs. */
const maxHistoriesPerRun = 100;

/**
 * Returns a function that wraps the reader of a fact about the commits since a day. Each fact has its own limit, which
 * does not apply to what is read without git.
 */
export const createHistoryReader =
  (context: {
    readonly open: (workTree: string) => Promise<OpenRepository>;
    readonly git: (repository: OpenRepository, ...args: string[]) => Promise<Buffer>;
  }) =>
  <Fact>(
    read: (
      repository: OpenRepository,
      sinceDay: number,
      git: (...args: string[]) => Promise<Buffer>,
    ) => Promise<Fact>,
  ): ((repository: Repository, sinceDay: number) => Promise<Fact>) => {
    let histories = 0;
    return async ({ workTree }, sinceDay) => {
      const repository = await context.open(workTree);
      assertKnownRefs(repository);
      return read(repository, sinceDay, async (...args) => {
        if (histories >= maxHistoriesPerRun) throw historyPostponed();
        histories += 1;
        return context.git(repository, ...args);
      });
    };
  };

const historyPostponed = (): RepositoryError =>
  new RepositoryError('git-postponed', 'error', 'a later run reads the history');
