import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemporaryRepository } from './workspace.ts';

/** A repository that blocks the reader or presents files of another one, and the expected error. */
export interface SpoofedRepository {
  readonly name: string;
  readonly plant: (
    repository: TemporaryRepository,
    victim: TemporaryRepository,
  ) => Promise<void> | void;
  /** Code of the `RepositoryError` of `open`, or else of `files`. */
  readonly opened?: string;
  readonly listed?: string;
}

function mkfifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

async function replace(
  repository: TemporaryRepository,
  path: string,
  create: (target: string) => Promise<void> | void,
): Promise<void> {
  const target = join(repository.path, path);
  await rm(target, { recursive: true, force: true });
  await create(target);
}

const linkTo = (repository: TemporaryRepository, victim: TemporaryRepository, path: string) =>
  replace(repository, path, (target) => symlink(join(victim.path, path), target));

/** Repositories in which plain git hangs, or returns the state or files of another repository. */
export const spoofedRepositories: readonly SpoofedRepository[] = [
  {
    name: 'a .git file with millions of spaces',
    plant: (repository) =>
      replace(repository, '.git', (target) =>
        writeFile(target, `gitdir: a${' '.repeat(8 * 1024 * 1024)}b`),
      ),
    opened: 'efbig',
  },
  {
    name: 'a .git that is a link to another repository',
    plant: (repository, victim) => linkTo(repository, victim, '.git'),
    opened: 'invalid-git-dir',
  },
  {
    name: 'a .git file that names another repository',
    plant: (repository, victim) =>
      replace(repository, '.git', (target) =>
        writeFile(target, `gitdir: ${join(victim.path, '.git')}\n`),
      ),
    opened: 'foreign-gitfile',
  },
  {
    name: 'a .git file with a forged linked work tree of another repository',
    plant: async (repository, victim) => {
      await replace(repository, '.git', (target) => writeFile(target, 'gitdir: fake\n'));
      await repository.write('fake/HEAD', 'ref: refs/heads/main\n');
      await repository.write('fake/commondir', join(victim.path, '.git'));
      await repository.write('fake/gitdir', join(repository.path, '.git'));
    },
    opened: 'foreign-gitfile',
  },
  {
    name: 'a .git file that was copied from a linked work tree',
    plant: async (repository, victim) => {
      const linked = `${repository.path}-linked`;
      victim.git('worktree', 'add', '-q', '--detach', linked);
      const gitfile = await readFile(join(linked, '.git'));
      await replace(repository, '.git', (target) => writeFile(target, gitfile));
    },
    opened: 'foreign-gitfile',
  },
  {
    name: 'a link to HEAD of another repository',
    plant: (repository, victim) => linkTo(repository, victim, '.git/HEAD'),
    opened: 'eloop',
  },
  {
    name: 'a link to objects of another repository',
    plant: (repository, victim) => linkTo(repository, victim, '.git/objects'),
    opened: 'invalid-git-dir',
  },
  {
    name: 'a link to branches of another repository',
    plant: (repository, victim) => linkTo(repository, victim, '.git/refs/heads'),
    opened: 'broken-ref',
  },
  {
    name: 'a link to the index of another repository',
    plant: (repository, victim) => linkTo(repository, victim, '.git/index'),
    listed: 'invalid-git-dir',
  },
  {
    name: 'another directory in core.worktree',
    plant: (repository, victim) => void repository.git('config', 'core.worktree', victim.path),
    opened: 'foreign-worktree',
  },
  {
    name: 'a FIFO as config',
    plant: (repository) => replace(repository, '.git/config', mkfifo),
    opened: 'enxio',
  },
  {
    name: 'a FIFO as HEAD',
    plant: (repository) => replace(repository, '.git/HEAD', mkfifo),
    opened: 'enxio',
  },
  {
    name: 'a FIFO as index',
    plant: (repository) => replace(repository, '.git/index', mkfifo),
    listed: 'invalid-git-dir',
  },
  {
    name: 'a FIFO as shared index',
    plant: async (repository) => {
      repository.git('update-index', '--split-index');
      const names = await readdir(join(repository.path, '.git'));
      const shared = names.find((name) => name.startsWith('sharedindex.')) ?? '';
      await replace(repository, `.git/${shared}`, mkfifo);
    },
    listed: 'enxio',
  },
  {
    name: 'a FIFO as info/exclude',
    plant: (repository) => replace(repository, '.git/info/exclude', mkfifo),
    listed: 'enxio',
  },
  {
    name: 'a FIFO as alternates',
    plant: ({ path }) => {
      mkfifo(join(path, '.git/objects/info/alternates'));
    },
    listed: 'invalid-git-dir',
  },
  {
    name: 'a FIFO as .gitignore',
    plant: ({ path }) => {
      mkfifo(join(path, '.gitignore'));
    },
    listed: 'invalid-work-tree',
  },
  {
    name: 'an index that names files outside of the work tree',
    plant: async (repository) => {
      const index = await readFile(join(repository.path, '.git/index'));
      const at = index.indexOf('tracked.txt');
      index.write('../../x.txt', at);
      await repository.write('.git/index', index);
    },
    listed: 'broken-index',
  },
];
