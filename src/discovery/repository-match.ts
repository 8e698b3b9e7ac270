import { join } from 'node:path';
import { readRegularFile } from '../util/fs.ts';
import type { Repository } from '../git/repository.ts';
import type { KnownProject } from './discovery.ts';

/** Far more than the log of a branch that moves every minute for a year. */
const maxLogBytes = 8 * 1024 * 1024;

/**
 * Whether a repository is the one that a known project was, by what they have in common: the remote, else
 * the last commit that was seen, which a copy's own log of HEAD (git-reflog(1)) still knows after later
 * commits. Null when nothing can be said: nothing is known of the project, or the log can't be read.
 */
export async function isSameRepository(
  repository: Repository,
  { git }: KnownProject,
): Promise<boolean | null> {
  const before = remoteKey(git?.remote ?? null);
  const now = remoteKey(repository.remote);
  if (before !== null && now !== null) return before === now;
  const commit = git?.lastCommit?.hash;
  if (commit === undefined) return before === null && now === null ? null : false;
  if (repository.head.oid === commit) return true;
  try {
    const path = join(repository.gitDir, 'logs', 'HEAD');
    const log = await readRegularFile(path, { maxBytes: maxLogBytes });
    return log?.bytes.includes(` ${commit} `) === true;
  } catch {
    return null;
  }
}

/**
 * The place that a remote's URL names, the same for `git@host:a/b.git` and `https://host/a/b`. Null for a
 * relative path, which is another place for every repository.
 */
export function remoteKey(remote: string | null): string | null {
  if (remote === null || remote.startsWith('.')) return null;
  const plain = remote.replace(/\/+$/, '').replace(/\.git$/, '');
  const place = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([\w.-]+)(?::\d+)?[:/]\/*(.+)$/i.exec(plain);
  return place?.[1] === undefined ? plain : `${place[1].toLowerCase()}/${place[2] ?? ''}`;
}
