import { join } from 'node:path';
import type { Repository } from '../git/repository.ts';
import { isMachineProblem } from '../util/errors.ts';
import { FileError, readRegularFile } from '../util/fs.ts';
import type { KnownProject } from './discovery.ts';

/** More than the log of a branch that changes every minute for a year. */
const maxLogBytes = 8 * 1024 * 1024;

/**
 * Whether a repository is that of a known project: it has the same remote or, if one of them has none, records the
 * project's last commit. Null if the project has neither, or the reflog can't be read.
 */
export async function isSameRepository(
  repository: Repository,
  known: KnownProject,
): Promise<boolean | null> {
  const isSameRemote = hasSameRemote(repository, known);
  if (isSameRemote !== null) return isSameRemote;
  const commit = known.git?.lastCommit?.hash;
  if (commit !== undefined) return recordsCommit(repository, commit);
  const isWithoutRemote = [known.git?.remote ?? null, repository.remote].every(
    (remote) => normalizeRemote(remote) === null,
  );
  return isWithoutRemote ? null : false;
}

/** Null if one of them has no remote. */
export function hasSameRemote(repository: Repository, { git }: KnownProject): boolean | null {
  const known = normalizeRemote(git?.remote ?? null);
  const remote = normalizeRemote(repository.remote);
  return known === null || remote === null ? null : known === remote;
}

/**
 * Whether a commit is HEAD or in the reflog of HEAD (git-reflog(1)), which also lists it in a copy with later
 * commits. Null if the reflog can't be read.
 */
export async function recordsCommit(
  repository: Repository,
  commit: string,
): Promise<boolean | null> {
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

/** Hosts that ignore the case of paths: the public ones and instances such as `gitlab.example.com`. */
const forge = /(^|\.)(github|gitlab|bitbucket|codeberg|gitea|forgejo|gogs|gitee)\./;

/**
 * Returns host and path of a remote's URL, equal for `git@host:a/b.git` and `https://host/a/b`, in lower case if the
 * host ignores it. Null for a relative path, which means another repository in every clone.
 */
function normalizeRemote(remote: string | null): string | null {
  if (remote === null || remote.startsWith('.')) return null;
  const url = remote.replace(/\/+$/, '').replace(/\.git$/i, '');
  const parts = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([\w.-]+)(?::\d+)?[:/]\/*(.+)$/i.exec(url);
  if (parts === null) return url;
  const [, name = '', path = ''] = parts;
  const host = name.toLowerCase();
  // ssh.github.com and altssh.bitbucket.org accept ssh on the port of https.
  return forge.test(host)
    ? `${host.replace(/^(www|(alt)?ssh)\./, '')}/${path.toLowerCase()}`
    : `${host}/${path}`;
}
