import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from '../../helpers/workspace.ts';

/** Returns the output of git; null when it fails. */
function gitOrNull(path: string, ...args: string[]): string | null {
  try {
    return git(path, ...args).trimEnd();
  } catch {
    return null;
  }
}

/** Returns what `RepositoryReader.open` should return. */
export function gitHead(path: string): object {
  const branch = gitOrNull(path, 'branch', '--show-current') || null;
  const tracking = '%(upstream:short)%00%(upstream:track)';
  const [upstream = '', track = ''] = (
    branch === null
      ? ''
      : (gitOrNull(path, 'for-each-ref', `--format=${tracking}`, `refs/heads/${branch}`) ?? '')
  ).split('\0');
  const isGone = track === '[gone]';
  const [gitDir, commonDir = ''] = (
    gitOrNull(path, 'rev-parse', '--path-format=absolute', '--git-dir', '--git-common-dir') ?? ''
  ).split('\n');
  const main = commonDir.endsWith('/.git') ? dirname(commonDir) : commonDir;
  return {
    branch,
    detached: gitOrNull(path, 'symbolic-ref', '-q', 'HEAD') === null,
    unborn: gitOrNull(path, 'rev-parse', '-q', '--verify', 'HEAD') === null,
    oid: gitOrNull(path, 'rev-parse', '-q', '--verify', 'HEAD'),
    upstream:
      upstream === ''
        ? null
        : { name: upstream, oid: isGone ? null : gitOrNull(path, 'rev-parse', '@{upstream}') },
    format: gitOrNull(path, 'rev-parse', '--show-object-format'),
    shallow: gitOrNull(path, 'rev-parse', '--is-shallow-repository') === 'true',
    worktreeOf: gitDir === commonDir ? null : main,
  };
}

/** Returns what `RepositoryReader.status` should return. */
export function gitStatus(path: string): object {
  const changes = { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 };
  const flags = ['-z', '--untracked-files=all'];
  const entries = git(path, '--no-optional-locks', 'status', '--porcelain=v1', ...flags).split(
    '\0',
  );
  while (entries.length > 0) {
    const [inIndex = ' ', inWorkTree = ' '] = entries.shift() ?? '';
    if (inIndex === '?') changes.untracked += 1;
    else if (/^(?:DD|AA|.U|U.)$/.test(inIndex + inWorkTree)) changes.conflicts += 1;
    else {
      if (inIndex !== ' ') changes.staged += 1;
      if (inWorkTree !== ' ') changes.unstaged += 1;
      if (inIndex === 'R' || inWorkTree === 'R') entries.shift();
    }
  }
  const sides = gitOrNull(path, 'rev-list', '--left-right', '--count', 'HEAD...@{upstream}');
  const [ahead = null, behind = null] = sides?.split('\t').map(Number) ?? [];
  return { changes, ahead, behind };
}

/** Returns what `RepositoryReader.files` should return, sorted by path. */
export function gitFiles(path: string): readonly object[] {
  const tracked = git(path, 'ls-files', '-s', '-z')
    .split('\0')
    .filter((line) => line.startsWith('100'))
    .map((line) => line.slice(line.indexOf('\t') + 1));
  const isFile = (file: string): boolean =>
    lstatSync(join(path, file), { throwIfNoEntry: false })?.isFile() === true;
  const untracked = git(path, 'ls-files', '-o', '--exclude-standard', '-z')
    .split('\0')
    .filter((file) => file !== '' && isFile(file));
  return [
    ...[...new Set(tracked)].map((file) => ({ path: file, tracked: true })),
    ...untracked.map((file) => ({ path: file, tracked: false })),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Returns what `lastCommit` and `commitCount` of `RepositoryReader` should return. */
export function gitCommits(path: string): object {
  const [hash, seconds, author, subject] = (
    gitOrNull(path, 'log', '-1', '--format=%H%x00%ct%x00%an%x00%s') ?? ''
  ).split('\0');
  const isShallow = gitOrNull(path, 'rev-parse', '--is-shallow-repository') === 'true';
  return {
    last: hash
      ? {
          hash,
          date: new Date(Number(seconds) * 1000).toISOString(),
          author,
          subject: subject?.replace(/\s+/g, ' '),
        }
      : null,
    count: isShallow ? null : Number(gitOrNull(path, 'rev-list', '--count', 'HEAD') ?? 0),
  };
}
