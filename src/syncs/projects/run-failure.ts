import type { ProjectRoot } from '../../schema/projects.ts';
import type { Diagnostic } from '../../util/diagnostic.ts';
import { UserError } from '../../util/errors.ts';
import { plural, sanitizeLine } from '../../util/text.ts';
import type { SyncContext } from '../sync.ts';
import { isUnusableGit, type ReadFailure } from './read-failure.ts';

/** Returns the error of a run that left projects unread. */
export const timeLimit = (postponed: number, total: number): UserError =>
  new UserError(
    'timeout',
    `the time limit was reached: ${String(postponed)} of ${plural(total, 'project')} were not read`,
    { hint: 'raise timeoutMinutes in sync.json, or exclude what is slow' },
  );

/** Returns the error of a run that finds no git, or null. */
export async function findGitProblem({
  system,
}: Pick<SyncContext<'projects'>, 'system'>): Promise<UserError | null> {
  try {
    await system.findProgram('git');
    return null;
  } catch (error) {
    if (error instanceof UserError && error.code === 'tool') return error;
    throw error;
  }
}

/** Returns the error of a run without a usable git, which could not update the facts of changed repositories. */
export function withoutGit(
  collected: readonly { readonly failures: readonly ReadFailure[] }[],
  gitProblem: UserError | null,
): UserError | null {
  const unusable = collected.flatMap(({ failures }) => failures.find(isUnusableGit) ?? []);
  const reason = gitProblem?.message ?? unusable[0]?.message;
  if (reason === undefined) return null;
  const repositories = plural(unusable.length, 'repository', 'repositories');
  const message =
    unusable.length === 0
      ? reason
      : `${reason}; facts of ${repositories} are unknown or out of date`;
  return new UserError('tool', message, { hint: gitProblem?.hint ?? gitHint });
}

const gitHint = 'install git 2.32 or newer, or add its directory to PATH';

/** Returns the error of a run to which the system denies a root, or null. */
export function deniedRoot(warnings: readonly Diagnostic[]): UserError | null {
  const denied = warnings.find(({ code }) => code === 'root-denied');
  if (denied === undefined) return null;
  const { subject, message, hint } = denied;
  return new UserError('io', `${subject ?? ''}: ${message}`, hint === null ? {} : { hint });
}

/** Returns the error of a run that knows no project because a root can't be read. */
export function withoutProjects(
  entries: readonly unknown[],
  roots: readonly ProjectRoot[],
): UserError | null {
  const root = roots.find(({ state }) => state === 'unreachable');
  if (entries.length > 0 || root === undefined) return null;
  const message = `no project is known, and the root ${sanitizeLine(root.path)} can't be read`;
  return new UserError('io', message, {
    hint: 'create it, fix its permissions, or change projects.roots in sync.json',
  });
}
