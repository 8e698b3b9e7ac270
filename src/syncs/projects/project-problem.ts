import type { Project } from '../../schema/projects.ts';
import { sanitizeLine } from '../../util/text.ts';
import { errnoOf, isMachineProblem } from '../../util/errors.ts';
import { RepositoryError } from '../../git/repository.ts';

/** Something about one project that could not be read; it goes into the project's one warning. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** A problem that leaves facts of the project unknown, and the state that it puts the project in. */
export interface StateProblem extends Problem {
  readonly state: Exclude<Project['state'], 'ok' | 'missing'>;
}

/** What went wrong with one project; anything that is not about the project itself is thrown on. */
export function problemOf(error: unknown): StateProblem {
  if (error instanceof RepositoryError) {
    return { code: error.code, state: error.state, message: sanitizeLine(error.message, 300) };
  }
  const errno = errnoOf(error);
  // `ENOENT`, but neither `ERR_INVALID_ARG_TYPE` nor a code of ours.
  if (errno === null || !/^E[A-Z0-9]+$/.test(errno) || isMachineProblem(error)) throw error;
  const message = `can't be read (${errno})`;
  return { code: errno.toLowerCase(), state: 'unreadable', message };
}
