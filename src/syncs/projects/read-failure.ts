import type { Project } from '../../schema/projects.ts';
import { sanitizeLine } from '../../util/text.ts';
import { errnoOf, isMachineProblem } from '../../util/errors.ts';
import { RepositoryError } from '../../git/repository.ts';

/** Why a part of a project could not be read. All failures of a project are reported as one warning. */
export interface ReadFailure {
  readonly code: string;
  readonly message: string;
}

/** A failure that leaves facts of the project unknown, and the resulting state of the project. */
export interface StateFailure extends ReadFailure {
  readonly state: Exclude<Project['state'], 'ok' | 'missing' | 'not-observed'>;
}

/** Whether git itself can't be used, so that the failure is not about the repository. */
export const isUnusableGit = ({ code }: ReadFailure): boolean =>
  code === 'git-missing' || code === 'git-too-old';

/** Returns an error of a single project as a failure; rethrows bugs and errors of the machine or the run. */
export function toStateFailure(error: unknown): StateFailure {
  if (error instanceof RepositoryError) {
    return { code: error.code, state: error.state, message: sanitizeLine(error.message, 300) };
  }
  const errno = errnoOf(error);
  if (errno === null || isMachineProblem(error)) throw error;
  const message = `can't be read (${errno})`;
  return { code: errno.toLowerCase(), state: 'unreadable', message };
}
