import type { AttentionCode } from '../schema/attention-codes.ts';
import type { Project } from '../schema/projects.ts';
import { shellQuote } from '../util/shell.ts';

/** Returns a command that can be pasted and shows or fixes the reason; null if there is none. */
export function fixFor(code: AttentionCode, { path, git, state }: Project): string | null {
  const dir = shellQuote(path);
  const onGit = (command: string): string => `git -C ${dir} ${command}`;
  switch (code) {
    case 'unreadable':
      return readFix(git?.error ?? null, { dir, isUntrusted: state === 'untrusted' });
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
      return onGit('push');
    case 'never-pushed':
    case 'no-upstream':
    case 'upstream-gone':
      return onGit(`push -u ${shellQuote(remoteOf(git?.remotes ?? []))} HEAD`);
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

const remoteOf = (remotes: readonly string[]): string =>
  remotes.includes('origin') ? 'origin' : (remotes[0] ?? 'origin');

/** Returns the fix for a `git.error`. */
function readFix(
  error: string | null,
  { dir, isUntrusted }: { readonly dir: string; readonly isUntrusted: boolean },
): string | null {
  switch (error) {
    case 'eacces':
    case 'eperm':
    case 'directory-unreadable':
      return `chmod -R u+rwX ${dir}`;
    case 'dubious-ownership':
      return `sudo chown -R "$(id -u)" ${dir}`;
    case 'foreign-gitfile':
      return `cat ${dir}/.git`;
    case 'invalid-work-tree':
      return `find ${dir} -name '.git*' ! -type f ! -type d`;
    case 'broken-index':
      return `rm ${dir}/.git/index && git -C ${dir} reset`;
    case 'broken-gitfile':
    case 'broken-worktree':
      return `git -C ${dir} worktree repair`;
    case 'unsupported-refs':
      return `git -C ${dir} refs migrate --ref-format=files`;
    case 'git-timeout':
    case 'git-postponed':
    case 'time-limit':
      return `git -C ${dir} gc`;
    case 'broken-head':
    case 'broken-ref':
    case 'broken-repository':
      return `git -C ${dir} fsck`;
    default:
      // In an unsafe repository, git may execute what the repository contains.
      return isUntrusted ? null : `git -C ${dir} status`;
  }
}
