import type { YieldToEventLoop } from '../../util/async.ts';
import { RepositoryError, type Repository } from '../repository.ts';
import { countGitlinkChanges, parseStatus, type ParsedStatus } from './parse-status.ts';

export interface GitStatus extends ParsedStatus {
  /** Why `changes` are not those that git reports; null if they are. */
  readonly unknown: RepositoryError | null;
}

interface StatusContext {
  readonly git: (...args: string[]) => Promise<Buffer>;
  readonly yieldToEventLoop: YieldToEventLoop;
  /** See `WorktreeStateContext`. */
  readonly detectsRenames: () => Promise<boolean>;
  /** Whether the index contains submodules. */
  readonly hasGitlinks: boolean;
}

const statusArguments = [
  ...['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all'],
  '--ignored=matching',
];
const emptyTree = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;

/**
 * Runs `git status` without the work trees of submodules: git would run itself in each of them, with the
 * configuration of that repository. So it ignores submodules, and their staged changes are counted separately.
 * Throws `RepositoryError`.
 */
export async function runGitStatus(
  { head, format }: Repository,
  context: StatusContext,
): Promise<GitStatus> {
  const { git, hasGitlinks, detectsRenames, yieldToEventLoop } = context;
  const ignore = hasGitlinks ? 'all' : 'dirty';
  const { output, unknown } = await statusOutput(context, `--ignore-submodules=${ignore}`);
  const status = { ...(await parseStatus(output, yieldToEventLoop)), unknown };
  if (!hasGitlinks) return status;
  const renames = unknown === null && (await detectsRenames()) ? '-M' : '--no-renames';
  const flags = ['--cached', '--raw', renames, '-z', '--ignore-submodules=dirty'];
  const gitlinks = countGitlinkChanges(
    await git('diff-index', ...flags, head.oid ?? emptyTree[format], '--'),
  );
  return { ...status, changes: { ...status.changes, staged: status.changes.staged + gitlinks } };
}

/**
 * To detect renames, git compares the content of files, which a partial clone may lack and which is not fetched.
 * Without renames the number of changes is unknown, but not that there are some.
 */
async function statusOutput(
  { git, detectsRenames }: StatusContext,
  ignoreSubmodules: string,
): Promise<{ readonly output: Buffer; readonly unknown: RepositoryError | null }> {
  const args = [...statusArguments, ignoreSubmodules];
  try {
    return { output: await git(...args), unknown: null };
  } catch (error) {
    const isFailure = error instanceof RepositoryError && error.code === 'git-failed';
    if (!isFailure || !(await detectsRenames())) throw error;
    const output = await git(...args, '--no-renames').catch((second: unknown) => {
      throw second instanceof RepositoryError ? error : second;
    });
    return { output, unknown: objectsMissing(error) };
  }
}

const objectsMissing = (cause: RepositoryError): RepositoryError =>
  new RepositoryError(
    'objects-missing',
    'error',
    'objects that git needs to detect renames are missing, so the number of changes is unknown',
    cause,
  );
