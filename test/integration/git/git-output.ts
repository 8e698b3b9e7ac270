import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from '../../helpers/workspace.ts';

/** What git prints; null when it refuses to answer. */
function ask(path: string, ...args: string[]): string | null {
  try {
    return git(path, ...args).trimEnd();
  } catch {
    return null;
  }
}

/** What `RepositoryReader.open` should tell. */
export function headOf(path: string): object {
  const branch = ask(path, 'branch', '--show-current') || null;
  const tracking = '%(upstream:short)%00%(upstream:track)';
  const [upstream = '', track = ''] = (
    branch === null
      ? ''
      : (ask(path, 'for-each-ref', `--format=${tracking}`, `refs/heads/${branch}`) ?? '')
  ).split('\0');
  const isGone = track === '[gone]';
  const [gitFolder, commonFolder = ''] = (
    ask(path, 'rev-parse', '--path-format=absolute', '--git-dir', '--git-common-dir') ?? ''
  ).split('\n');
  const main = commonFolder.endsWith('/.git') ? dirname(commonFolder) : commonFolder;
  return {
    branch,
    detached: ask(path, 'symbolic-ref', '-q', 'HEAD') === null,
    unborn: ask(path, 'rev-parse', '-q', '--verify', 'HEAD') === null,
    oid: ask(path, 'rev-parse', '-q', '--verify', 'HEAD'),
    upstream:
      upstream === ''
        ? null
        : { name: upstream, oid: isGone ? null : ask(path, 'rev-parse', '@{upstream}') },
    format: ask(path, 'rev-parse', '--show-object-format'),
    shallow: ask(path, 'rev-parse', '--is-shallow-repository') === 'true',
    worktreeOf: gitFolder === commonFolder ? null : main,
  };
}

/** What `RepositoryReader.status` should tell. */
export function statusOf(path: string): object {
  const changes = { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 };
  const flags = ['-z', '--untracked-files=all', '--ignore-submodules=all'];
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
  const sides = ask(path, 'rev-list', '--left-right', '--count', 'HEAD...@{upstream}');
  const [ahead = null, behind = null] = sides?.split('\t').map(Number) ?? [];
  return { changes, ahead, behind };
}

/** What `RepositoryReader.files` should tell, sorted by path. */
export function filesOf(path: string): readonly object[] {
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

/** What `RepositoryReader.lastCommit` and `commitCount` should tell. */
export function commitsOf(path: string): object {
  const [hash, seconds, author, subject] = (
    ask(path, 'log', '-1', '--format=%H%x00%ct%x00%an%x00%s') ?? ''
  ).split('\0');
  const isShallow = ask(path, 'rev-parse', '--is-shallow-repository') === 'true';
  return {
    last: hash
      ? {
          hash,
          date: new Date(Number(seconds) * 1000).toISOString(),
          author,
          subject: subject?.replace(/\s+/g, ' '),
        }
      : null,
    count: isShallow ? null : Number(ask(path, 'rev-list', '--count', 'HEAD') ?? 0),
  };
}
