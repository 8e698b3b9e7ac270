import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepositoryReader } from '../../../src/repository/repository.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';
import { oddRepositories } from './odd-repositories.ts';
import { readerIn } from './reading.ts';

const build = Object.entries(oddRepositories);

let workspace: TemporaryWorkspace;
let reader: RepositoryReader;
const built = new Map<string, string>();

beforeAll(async () => {
  workspace = await temporaryWorkspace();
  for (const [index, [name, make]] of build.entries()) {
    built.set(name, await make(workspace, `code/odd-${String(index)}`));
  }
  reader = await readerIn(workspace);
});
afterAll(() => workspace[Symbol.asyncDispose]());

describe.each(build)('a repository %s', (name) => {
  const path = (): string => built.get(name) ?? '';

  test('has the HEAD, the upstream and the format that git tells', async () => {
    const { head, upstream, format, shallow, worktreeOf } = await reader.open(path());
    expect({ ...head, upstream, format, shallow, worktreeOf }).toEqual(headOf(path()));
  });

  test('has the changes that git tells', async () => {
    const { changes, ahead, behind } = await reader.status(await reader.open(path()));
    expect({ changes, ahead, behind }).toEqual(statusOf(path()));
  });

  test('has the files that git tells', async () => {
    const files = await reader.files(await reader.open(path()));
    expect(files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(filesOf(path()));
  });

  test('has the commits that git tells', async () => {
    const repository = await reader.open(path());
    expect({
      last: await reader.lastCommit(repository),
      count: await reader.commitCount(repository),
    }).toEqual(commitsOf(path()));
  });
});

/** What git prints; null when it refuses to answer. */
function ask(path: string, ...args: string[]): string | null {
  try {
    return git(path, ...args).trimEnd();
  } catch {
    return null;
  }
}

function headOf(path: string): object {
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

function statusOf(path: string): object {
  const changes = { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 };
  const flags = ['-z', '--untracked-files=all', '--ignore-submodules=all'];
  const entries = git(path, 'status', '--porcelain=v1', ...flags).split('\0');
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

function filesOf(path: string): readonly object[] {
  const tracked = git(path, 'ls-files', '-s', '-z')
    .split('\0')
    .filter((line) => line.startsWith('100'))
    .map((line) => line.slice(line.indexOf('\t') + 1));
  const isFile = (file: string): boolean =>
    !file.endsWith('/') &&
    ask(path, 'hash-object', '--no-filters', file) !== null &&
    !file.includes('link');
  const untracked = git(path, 'ls-files', '-o', '--exclude-standard', '-z')
    .split('\0')
    .filter((file) => file !== '' && isFile(file));
  return [
    ...[...new Set(tracked)].map((file) => ({ path: file, tracked: true })),
    ...untracked.map((file) => ({ path: file, tracked: false })),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function commitsOf(path: string): object {
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
