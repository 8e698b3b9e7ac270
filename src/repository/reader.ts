import { join } from 'node:path';
import type { System } from '../system.ts';
import { parseCommit } from './commit.ts';
import { runGit } from './git.ts';
import { parseIndex } from './index-file.ts';
import { parseListing, regularFiles } from './listing.ts';
import { openRepository, type OpenRepository } from './open.ts';
import { createPause } from '../pause.ts';
import { createPool } from './pool.ts';
import { readBytes } from './read-bytes.ts';
import {
  RepositoryError,
  type Repository,
  type RepositoryFile,
  type RepositoryReader,
} from './repository.ts';
import { createScratchFolder } from './scratch-folder.ts';
import { parseStatus } from './status.ts';
import { readUserSettings, type UserSettings } from './user-settings.ts';

/** More git processes at a time gain nothing on small machines and disturb on all. */
const processesAtATime = 4;
const maxIndexBytes = 128 * 1024 * 1024;
const statusArguments = [
  'status',
  '--porcelain=v2',
  '--branch',
  '-z',
  '--untracked-files=all',
  '--ignore-submodules=all',
];

/**
 * The reader of one run. `scratch` is a private folder for synthetic git folders; whoever made it removes
 * it. What is asked twice is read once.
 */
export function createRepositoryReader(context: {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly scratch: string;
}): RepositoryReader {
  const { system, signal, scratch } = context;
  const pause = createPause(signal);
  const inFolder = createPool(processesAtATime, () => createScratchFolder(scratch));
  let settings: Promise<UserSettings> | null = null;

  const git = (repository: OpenRepository, ...args: string[]): Promise<Buffer> =>
    inFolder(async (folder) => {
      settings ??= readUserSettings(system, signal);
      return runGit(repository, args, { system, folder, settings: await settings, signal });
    });

  const open = once(async (workTree) => {
    await pause();
    return openRepository(workTree, system.self.uid);
  });

  const factOf = <Fact>(
    read: (repository: OpenRepository) => Promise<Fact>,
  ): ((repository: Repository) => Promise<Fact>) => {
    const readOnce = once(async (workTree) => read(await open(workTree)));
    return ({ workTree }) => readOnce(workTree);
  };

  const status = factOf(async (repository) => {
    if (repository.bare) {
      throw new RepositoryError('bare-repository', 'error', 'it is bare: it has no work tree');
    }
    return parseStatus(await git(repository, ...statusArguments), pause);
  });

  const trackedFiles = factOf(async (repository): Promise<readonly RepositoryFile[]> => {
    const index = readBytes(join(repository.gitFolder, 'index'), maxIndexBytes);
    if (index === null) return [];
    const paths =
      (await parseIndex(index, repository.format, pause)) ??
      (await parseListing(await git(repository, 'ls-files', '-s', '-z'), pause));
    return paths.map((path) => ({ path, tracked: true }));
  });

  const files = factOf(async (repository): Promise<readonly RepositoryFile[]> => {
    const { untracked } = await status(repository);
    const tracked = await trackedFiles(repository);
    const others = await regularFiles(repository.workTree, untracked, pause);
    return [...tracked, ...others.map((path) => ({ path, tracked: false }))];
  });

  const lastCommit = factOf(async (repository) => {
    const { oid } = repository.head;
    return oid === null ? null : parseCommit(oid, await git(repository, 'cat-file', 'commit', oid));
  });

  const commitCount = factOf(async (repository) => {
    const { head, shallow } = repository;
    if (shallow) return null;
    if (head.oid === null) return 0;
    return Number((await git(repository, 'rev-list', '--count', head.oid)).toString('latin1'));
  });

  return { open, status, trackedFiles, files, lastCommit, commitCount };
}

/** Reads what belongs to a work tree when it is first asked for, and never again. */
function once<Value>(
  read: (workTree: string) => Promise<Value>,
): (workTree: string) => Promise<Value> {
  const values = new Map<string, Promise<Value>>();
  return (workTree) => {
    let value = values.get(workTree);
    if (value === undefined) values.set(workTree, (value = read(workTree)));
    return value;
  };
}
