import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemporaryRepository } from './workspace.ts';

/** A repository that lies, leads elsewhere or never ends, and what the reader must say of it. */
export interface Trick {
  readonly name: string;
  readonly plant: (
    repository: TemporaryRepository,
    victim: TemporaryRepository,
  ) => Promise<void> | void;
  /** The code of `RepositoryError` when it is opened, or else when its status or its files are asked for. */
  readonly opened?: string;
  readonly listed?: string;
}

function mkfifo(place: string): void {
  execFileSync('mkfifo', [place]);
}

async function replace(
  repository: TemporaryRepository,
  path: string,
  make: (place: string) => Promise<void> | void,
): Promise<void> {
  const place = join(repository.path, path);
  await rm(place, { recursive: true, force: true });
  await make(place);
}

const leadTo = (repository: TemporaryRepository, victim: TemporaryRepository, path: string) =>
  replace(repository, path, (place) => symlink(join(victim.path, path), place));

/** The tricks of which plain git was seen to hang, or to tell of another repository or of other files. */
export const tricks: readonly Trick[] = [
  {
    name: 'a .git file of millions of blanks',
    plant: (repository) =>
      replace(repository, '.git', (place) =>
        writeFile(place, `gitdir: a${' '.repeat(8 * 1024 * 1024)}b`),
      ),
    opened: 'efbig',
  },
  {
    name: 'a .git that is a link to another repository',
    plant: (repository, victim) => leadTo(repository, victim, '.git'),
    opened: 'invalid-git-dir',
  },
  {
    name: 'a .git file that names another repository',
    plant: (repository, victim) =>
      replace(repository, '.git', (place) =>
        writeFile(place, `gitdir: ${join(victim.path, '.git')}\n`),
      ),
    opened: 'foreign-gitfile',
  },
  {
    name: 'a .git file with a work tree of its own making for another repository',
    plant: async (repository, victim) => {
      await replace(repository, '.git', (place) => writeFile(place, 'gitdir: fake\n'));
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
      await replace(repository, '.git', (place) => writeFile(place, gitfile));
    },
    opened: 'foreign-gitfile',
  },
  {
    name: 'a HEAD of another repository, through a link',
    plant: (repository, victim) => leadTo(repository, victim, '.git/HEAD'),
    opened: 'eloop',
  },
  {
    name: 'objects of another repository, through a link',
    plant: (repository, victim) => leadTo(repository, victim, '.git/objects'),
    opened: 'invalid-git-dir',
  },
  {
    name: 'branches of another repository, through a link',
    plant: (repository, victim) => leadTo(repository, victim, '.git/refs/heads'),
    opened: 'broken-ref',
  },
  {
    name: 'an index of another repository, through a link',
    plant: (repository, victim) => leadTo(repository, victim, '.git/index'),
    listed: 'invalid-git-dir',
  },
  {
    name: 'core.worktree',
    plant: (repository, victim) => void repository.git('config', 'core.worktree', victim.path),
    opened: 'foreign-worktree',
  },
  {
    name: 'a FIFO for its settings',
    plant: (repository) => replace(repository, '.git/config', mkfifo),
    opened: 'enxio',
  },
  {
    name: 'a FIFO for its HEAD',
    plant: (repository) => replace(repository, '.git/HEAD', mkfifo),
    opened: 'enxio',
  },
  {
    name: 'a FIFO for its index',
    plant: (repository) => replace(repository, '.git/index', mkfifo),
    listed: 'invalid-git-dir',
  },
  {
    name: 'a FIFO for the other half of its index',
    plant: async (repository) => {
      repository.git('update-index', '--split-index');
      const names = await readdir(join(repository.path, '.git'));
      const shared = names.find((name) => name.startsWith('sharedindex.')) ?? '';
      await replace(repository, `.git/${shared}`, mkfifo);
    },
    listed: 'enxio',
  },
  {
    name: 'a FIFO for its list of what is ignored',
    plant: (repository) => replace(repository, '.git/info/exclude', mkfifo),
    listed: 'enxio',
  },
  {
    name: 'a FIFO for its alternates',
    plant: ({ path }) => {
      mkfifo(join(path, '.git/objects/info/alternates'));
    },
    listed: 'invalid-git-dir',
  },
  {
    name: 'a FIFO for .gitignore',
    plant: ({ path }) => {
      mkfifo(join(path, '.gitignore'));
    },
    listed: 'invalid-work-tree',
  },
  {
    name: 'an index that names files outside',
    plant: async (repository) => {
      const index = await readFile(join(repository.path, '.git/index'));
      const at = index.indexOf('tracked.txt');
      index.write('../../x.txt', at);
      await repository.write('.git/index', index);
    },
    listed: 'broken-index',
  },
];
