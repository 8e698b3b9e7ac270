import type { AttentionCode } from '../../schema/attention-codes.ts';
import type { Project, ProjectGit } from '../../schema/projects.ts';
import { shellQuote } from '../../util/shell.ts';

/** Returns a command that can be pasted and shows or fixes the reason; null if there is none. */
export function fixFor(code: AttentionCode, project: Project): string | null {
  const { path, git, state } = project;
  const dir = shellQuote(path);
  const onGit = (command: string): string => `git -C ${dir} ${command}`;
  switch (code) {
    case 'unreadable':
      return readFix(git, { dir, isUntrusted: state === 'untrusted' });
    case 'conflicts':
    case 'unsaved-work':
    case 'unborn-with-files':
      return onGit('status');
    case 'detached-commits':
      return onGit(`switch -c saved-${git?.lastCommit?.hash.slice(0, 8) ?? 'commits'}`);
    case 'diverged':
      return onGit('pull --rebase --autostash');
    case 'behind':
      return onGit('pull --ff-only');
    case 'unpushed':
      return onGit(pushToUpstream(git));
    case 'never-pushed':
    case 'no-upstream':
    case 'upstream-gone':
      return onGit(pushToRemote(git));
    case 'stash':
      return onGit('stash list --date=relative');
    case 'no-remote':
    case 'missing':
    case 'cost-without-commits':
    case 'cost-spike':
    case 'over-budget':
    case 'coverage-fell':
    case 'high-debt':
    case 'todos-grew':
    case 'invalid-ignore':
      return null;
  }
}

/** By default, git refuses to push to an upstream of another name, and one on this machine saves nothing. */
function pushToUpstream(git: ProjectGit | null): string {
  const { branch, upstream, remotes } = git ?? {};
  const remote = remotes?.find((one) => upstream?.startsWith(`${one}/`));
  if (remote === undefined) return remotes?.length ? pushToRemote(git) : 'push';
  const target = upstream?.slice(remote.length + 1) ?? '';
  return target === branch ? 'push' : `push ${shellQuote(remote)} ${shellQuote(`HEAD:${target}`)}`;
}

function pushToRemote(git: ProjectGit | null): string {
  const remotes = git?.remotes ?? [];
  const remote = remotes.includes('origin') ? 'origin' : (remotes[0] ?? 'origin');
  return `push -u ${shellQuote(remote)} HEAD`;
}

/** Returns the fix for a `git.error`, or the command that shows what is damaged. */
function readFix(
  git: ProjectGit | null,
  { dir, isUntrusted }: { readonly dir: string; readonly isUntrusted: boolean },
): string | null {
  switch (git?.error) {
    case 'eacces':
    case 'eperm':
    case 'directory-unreadable':
      return `chmod -R u+rwX ${dir}`;
    case 'dubious-ownership':
      return `sudo chown -R "$(id -u)" ${dir}`;
    case 'invalid-work-tree':
      return `find ${dir} -name '.git*' ! -type f ! -type d`;
    case 'broken-index':
      return `git -C ${dir} read-tree HEAD`;
    case 'broken-gitfile':
    case 'broken-worktree':
    case 'foreign-gitfile':
      return `cat ${dir}/.git`;
    case 'unsupported-refs':
      return `git -C ${dir} refs migrate --ref-format=files`;
    case 'git-timeout':
    case 'git-postponed':
    case 'time-limit':
      return `git -C ${dir} gc`;
    case 'broken-head':
      // git does not start without a valid HEAD.
      return git.branch === null || git.worktreeOf !== null
        ? `cat ${dir}/.git/HEAD`
        : `echo ${shellQuote(`ref: refs/heads/${git.branch}`)} > ${dir}/.git/HEAD`;
    case 'broken-ref':
    case 'broken-repository':
      return `git -C ${dir} fsck`;
    default:
      // In an unsafe repository, git may execute what the repository contains.
      return isUntrusted ? null : `git -C ${dir} status`;
  }
}
