import type { ProjectGit } from '../../schema/projects.ts';
import { plural } from '../../util/text.ts';
import { agoText, daysSince, unsavedDays, type Context } from './attention-context.ts';

/** Whether HEAD is a branch whose commits a remote could have. */
const isOnBranch = (git: ProjectGit | null): git is ProjectGit =>
  git !== null && git.detached === false && git.unborn === false;

export function neverPushed(context: Context): string | null {
  const { git, project } = context;
  if (!isOnBranch(git) || !hasOldUnpushed(context) || !git.remotes?.length) return null;
  // All commits are unpushed if no branch of a remote exists.
  const isEverything = git.upstream === null || git.upstreamGone === true;
  return isEverything && git.unpushed?.commits === project.counts.commits
    ? `never pushed: ${unpushedText(context)}`
    : null;
}

export function upstreamGone(context: Context): string | null {
  const { git } = context;
  if (!isOnBranch(git) || git.upstreamGone !== true || !hasOldUnpushed(context)) return null;
  if (neverPushed(context) !== null) return null;
  return `${git.upstream ?? 'the upstream'} is gone: ${unpushedText(context)}`;
}

export function noUpstream(context: Context): string | null {
  const { git } = context;
  if (!isOnBranch(git) || git.upstream !== null || !git.remotes?.length) return null;
  if (!hasOldUnpushed(context) || neverPushed(context) !== null) return null;
  return `no upstream: ${unpushedText(context)}`;
}

export function unpushed(context: Context): string | null {
  const { git } = context;
  if (!isOnBranch(git) || !git.ahead || git.behind || !hasOldUnpushed(context)) return null;
  return unpushedText(context);
}

/** Whether the oldest commit that only HEAD has is too old. Without its age, that of the last commit decides. */
function hasOldUnpushed({ git, today }: Context): boolean {
  const commits = git?.unpushed?.commits ?? git?.ahead ?? 0;
  const since = git?.unpushed?.oldestAt ?? git?.lastCommit?.date ?? null;
  return commits > 0 && since !== null && daysSince(since, today) >= unsavedDays;
}

function unpushedText({ git, today }: Context): string {
  const { commits, oldestAt } = git?.unpushed ?? { commits: git?.ahead ?? 0, oldestAt: null };
  const age = oldestAt === null ? '' : `, the oldest ${agoText(oldestAt, today)}`;
  return `${plural(commits, 'unpushed commit')}${age}`;
}
