import { join } from 'node:path';
import type { Repository } from '../git/repository.ts';
import { isMachineProblem } from '../util/errors.ts';
import { FileError, readRegularFile } from '../util/fs.ts';
import type { KnownProject } from './discovery.ts';

/** More than the log of a branch that changes every minute for a year. */
const maxLogBytes = 8 * 1024 * 1024;

/**
 * Whether a repository is that of a known project: it has the same remote or, if one of them has none, contains
 * the project's last commit, which the reflog of HEAD (git-reflog(1)) also lists in a copy with later commits.
 * Null if the project has neither, or the reflog can't be read.
 */
export async function isSameRepository(
  repository: Repository,
  { git }: KnownProject,
): Promise<boolean | null> {
  const knownRemote = normalizeRemote(git?.remote ?? null);
  const remote = normalizeRemote(repository.remote);
  if (knownRemote !== null && remote !== null) return knownRemote === remote;
  const commit = git?.lastCommit?.hash;
  if (commit === undefined) return knownRemote === null && remote === null ? null : false;
  if (repository.head.oid === commit) return true;
  try {
    const path = join(repository.gitDir, 'logs', 'HEAD');
    const log = await readRegularFile(path, { maxBytes: maxLogBytes });
    return log?.bytes.includes(` ${commit} `) === true;
  } catch (error) {
    if (!(error instanceof FileError) || isMachineProblem(error)) throw error;
    return null;
  }
}

/**
 * Returns host and path of a remote's URL, equal for `git@host:a/b.git` and `https://host/a/b`. Null for a
 * relative path, which means another repository in every clone.
 */
function normalizeRemote(remote: string | null): string | null {
  if (remote === null || remote.startsWith('.')) return null;
  const url = remote.replace(/\/+$/, '').replace(/\.git$/, '');
  const parts = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([\w.-]+)(?::\d+)?[:/]\/*(.+)$/i.exec(url);
  return parts?.[1] === undefined ? url : `${parts[1].toLowerCase()}/${parts[2] ?? ''}`;
}
