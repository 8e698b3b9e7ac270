import { appendFile, chmod, mkdir, rename, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { git, type TemporaryRepository, type TemporaryWorkspace } from '../../helpers/workspace.ts';

/** Creates a repository in a workspace and returns its work tree. */
type Build = (workspace: TemporaryWorkspace, path: string) => Promise<string>;

const files = { 'a.ts': 'one\n', 'folder/b.ts': 'two\n', 'folder/c.md': 'three\n' };

/** A repository with three files, modified by `change`. */
const plain =
  (change: (repository: TemporaryRepository) => Promise<void> | void): Build =>
  async (workspace, path) => {
    const repository = await workspace.gitRepository(path, files);
    await change(repository);
    return repository.path;
  };

/** A clone; `change` modifies it and its origin. */
const clone =
  (
    change: (cloned: TemporaryRepository, origin: TemporaryRepository) => Promise<void> | void,
    options: readonly string[] = [],
  ): Build =>
  async (workspace, path) => {
    const origin = await workspace.gitRepository(`origin/${path}`, files);
    commit(origin, 'second');
    const target = join(workspace.root, path);
    git(workspace.root, 'clone', '-q', ...options, `file://${origin.path}`, target);
    await change(at(workspace, path), origin);
    return target;
  };

const commit = (repository: TemporaryRepository, message: string): string =>
  repository.git('commit', '-q', '--allow-empty', '-m', message);

const at = (workspace: TemporaryWorkspace, path: string): TemporaryRepository => ({
  path: join(workspace.root, path),
  write: (file, content) => workspace.write(join(path, file), content),
  git: (...args) => git(join(workspace.root, path), ...args),
});

/** Writes a commit that git itself would not create, and points HEAD at it. */
export async function writeRawCommit(
  repository: TemporaryRepository,
  lines: readonly (string | Buffer)[],
) {
  const tree = repository.git('rev-parse', 'HEAD^{tree}').trim();
  const text = [`tree ${tree}\n`, ...lines].map((line) => Buffer.from(line));
  await repository.write('.git/raw-commit', Buffer.concat(text));
  const options = ['-t', 'commit', '-w', '--literally'];
  const oid = repository.git('hash-object', ...options, join(repository.path, '.git/raw-commit'));
  repository.git('update-ref', '--no-deref', 'HEAD', oid.trim());
}

const dated = (seconds: number): Build =>
  plain((repository) =>
    writeRawCommit(
      repository,
      ['author', 'committer']
        .map((who) => `${who} Ada <ada@example.com> ${String(seconds)} +0100\n`)
        .concat('\n', 'Some day\n'),
    ),
  );

export const repositoryFixtures: Readonly<Record<string, Build>> = {
  'that is clean': plain(() => undefined),
  'with changes of every kind': plain(async (repository) => {
    await repository.write('a.ts', 'changed\n');
    repository.git('add', 'a.ts');
    await repository.write('a.ts', 'changed again\n');
    repository.git('mv', 'folder/b.ts', 'folder/renamed\nwith a line.ts');
    await rm(join(repository.path, 'folder/c.md'));
    await repository.write('new/x.ts', '');
    await repository.write('new/y é.ts', '');
    await repository.write('added.ts', 'added\n');
    repository.git('add', '-N', 'added.ts');
    await repository.write('.git/info/exclude', 'ignored\n');
    await repository.write('ignored', '');
    await repository.write('.gitignore', '*.log\n');
    await repository.write('a.log', '');
  }),
  'with links, an executable file and a nested repository': plain(async (repository) => {
    await symlink('a.ts', join(repository.path, 'link.ts'));
    await chmod(join(repository.path, 'a.ts'), 0o755);
    git(repository.path, 'init', '-q', 'inner');
    repository.git('add', 'link.ts');
    await symlink('/etc', join(repository.path, 'untracked-link'));
  }),
  'without a commit': async (workspace, path) => {
    git(workspace.root, 'init', '-q', '-b', 'näch/ste', path);
    await workspace.write(join(path, 'a.ts'), '');
    await workspace.write(join(path, 'b.ts'), '');
    git(join(workspace.root, path), 'add', 'b.ts');
    return join(workspace.root, path);
  },
  'without commits and files': async (workspace, path) => {
    git(workspace.root, 'init', '-q', path);
    return Promise.resolve(join(workspace.root, path));
  },
  'with a detached HEAD': plain((repository) => void repository.git('checkout', '-q', '--detach')),
  'with packed refs': plain((repository) => {
    repository.git('checkout', '-q', '-b', 'feature/x');
    commit(repository, 'second');
    repository.git('pack-refs', '--all');
    repository.git('branch', 'feature/x2');
  }),
  'whose branch is a symbolic ref': plain((repository) => {
    repository.git('symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/alias');
  }),
  'whose branch name has quotes and an umlaut': clone((cloned) => {
    cloned.git('checkout', '-q', '-b', 'say-"ü"-$(x)', '--track', 'origin/main');
    commit(cloned, 'third');
  }),
  'with SHA-256 object ids': async (workspace, path) => {
    const folder = join(workspace.root, path);
    git(workspace.root, 'init', '-q', '-b', 'main', '--object-format=sha256', path);
    await workspace.write(join(path, 'a.ts'), 'one\n');
    git(folder, 'add', 'a.ts');
    git(folder, 'commit', '-q', '-m', 'First');
    await workspace.write(join(path, 'a.ts'), 'two\n');
    return folder;
  },
  'that is shallow': clone(() => undefined, ['--depth=1']),
  'that is shallow and ahead': clone((cloned) => void commit(cloned, 'third'), ['--depth=1']),
  'that is ahead and behind': clone((cloned, origin) => {
    commit(origin, 'third');
    commit(origin, 'fourth');
    cloned.git('fetch', '-q');
    commit(cloned, 'mine');
  }),
  'whose upstream is gone': clone((cloned) => {
    cloned.git('update-ref', '-d', 'refs/remotes/origin/main');
  }),
  'whose upstream is a local branch': plain((repository) => {
    repository.git('checkout', '-q', '-b', 'topic', '--track', 'main');
    commit(repository, 'second');
  }),
  'with a custom refspec': clone((cloned) => {
    cloned.git('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/elsewhere/up-*');
    cloned.git('fetch', '-q');
    commit(cloned, 'third');
  }),
  'that is a blobless clone': clone(() => undefined, ['--filter=blob:none', '--no-checkout']),
  'that borrows objects from another one': clone(
    (cloned) => void commit(cloned, 'third'),
    ['--shared'],
  ),
  'with a split index': plain(async (repository) => {
    repository.git('update-index', '--split-index');
    await repository.write('d.ts', '');
    repository.git('add', 'd.ts');
  }),
  'with an index of version 4': plain(async (repository) => {
    await repository.write('folder/b-two.ts', '');
    repository.git('add', '-A');
    repository.git('update-index', '--index-version', '4');
  }),
  'with a sparse checkout and a file outside of it': plain(async (repository) => {
    repository.git('sparse-checkout', 'set', '--no-cone', '/a.ts');
    await repository.write('folder/b.ts', 'changed\n');
  }),
  'with a sparse index': plain(async (repository) => {
    repository.git('sparse-checkout', 'set', '--cone', '--sparse-index');
    await repository.write('a.ts', 'changed\n');
  }),
  'with conflicts': plain(async (repository) => {
    repository.git('checkout', '-q', '-b', 'other');
    await repository.write('a.ts', 'theirs\n');
    repository.git('commit', '-qam', 'Theirs');
    repository.git('checkout', '-q', 'main');
    await repository.write('a.ts', 'ours\n');
    repository.git('commit', '-qam', 'Ours');
    expectFailure(() => repository.git('merge', '-q', 'other'));
  }),
  'in the middle of a rebase': plain(async (repository) => {
    repository.git('checkout', '-q', '-b', 'other');
    await repository.write('a.ts', 'theirs\n');
    repository.git('commit', '-qam', 'Theirs');
    repository.git('checkout', '-q', 'main');
    await repository.write('a.ts', 'ours\n');
    repository.git('commit', '-qam', 'Ours');
    expectFailure(() => repository.git('rebase', '-q', 'other'));
  }),
  'whose index is locked': plain(async (repository) => {
    await repository.write('.git/index.lock', '');
    await repository.write('a.ts', 'changed\n');
  }),
  'with an outdated mtime in the index': plain(async (repository) => {
    await utimes(join(repository.path, 'a.ts'), 1e9, 1e9);
  }),
  'whose attributes convert line ends': plain(async (repository) => {
    await repository.write('.git/info/attributes', '*.md text eol=crlf\n');
    await repository.write('folder/c.md', 'three\r\nfour\r\n');
    repository.git('commit', '-qam', 'Turned');
    await utimes(join(repository.path, 'folder/c.md'), 1e9, 1e9);
  }),
  'with core.fileMode=false': plain(async (repository) => {
    repository.git('config', 'core.fileMode', 'false');
    await chmod(join(repository.path, 'a.ts'), 0o755);
  }),
  'that is a linked work tree': async (workspace, path) => {
    const main = await workspace.gitRepository(`main/${path}`, files);
    main.git('worktree', 'add', '-q', '-b', 'linked', join(workspace.root, path));
    await workspace.write(join(path, 'new.ts'), '');
    return join(workspace.root, path);
  },
  'that is a linked work tree of a bare repository': async (workspace, path) => {
    const main = await workspace.gitRepository(`main/${path}`, files);
    git(workspace.root, 'clone', '-q', '--bare', main.path, `bare/${path}`);
    const bare = join(workspace.root, `bare/${path}`);
    git(bare, 'worktree', 'add', '-q', '-b', 'linked', join(workspace.root, path));
    return join(workspace.root, path);
  },
  'that is a submodule': async (workspace, path) => {
    const inner = await workspace.gitRepository(`inner/${path}`, files);
    const outer = await workspace.gitRepository(path, { 'outer.ts': '' });
    const local = ['-c', 'protocol.file.allow=always'];
    outer.git(...local, 'submodule', '--quiet', 'add', inner.path, 'sub');
    return join(outer.path, 'sub');
  },
  'that contains a submodule with changes': async (workspace, path) => {
    const inner = await workspace.gitRepository(`inner/${path}`, files);
    const outer = await workspace.gitRepository(path, { 'outer.ts': '' });
    const local = ['-c', 'protocol.file.allow=always'];
    outer.git(...local, 'submodule', '--quiet', 'add', inner.path, 'sub');
    await outer.write('sub/new.ts', '');
    return outer.path;
  },
  'whose .git file names a directory in the work tree': plain(async ({ path }) => {
    await rename(join(path, '.git'), join(path, '.bare'));
    await appendFile(join(path, '.git'), 'gitdir: ./.bare\n');
    await appendFile(join(path, '.bare/info/exclude'), '.bare\n');
  }),
  'with a commit in the encoding Latin-1': plain((repository) =>
    writeRawCommit(repository, [
      Buffer.from('author J\xfcrgen <j@example.com> 1793530800 +0000\n', 'latin1'),
      Buffer.from('committer J\xfcrgen <j@example.com> 1793530800 +0000\n', 'latin1'),
      'encoding ISO-8859-1\n\n',
      Buffer.from('Gr\xfc\xdfe an alle\n\nMehr\n', 'latin1'),
    ]),
  ),
  'with a subject of two lines': plain((repository) => {
    commit(repository, '\n\nThis subject\n  has two lines   \n\nbody\n');
  }),
  'with a commit from 1970': dated(0),
  'with a commit after 2038': dated(2 ** 33),
  'with a signed commit': plain(async (repository) => {
    const signature =
      'gpgsig -----BEGIN PGP SIGNATURE-----\n \n xx\n -----END PGP SIGNATURE-----\n';
    const person = 'Ada <ada@example.com> 1793530800 +0000\n';
    await writeRawCommit(repository, [
      `author ${person}`,
      `committer ${person}`,
      signature,
      '\nSigned\n',
    ]);
  }),
  'whose HEAD is a link to its branch': plain(async (repository) => {
    await rm(join(repository.path, '.git/HEAD'));
    await symlink('refs/heads/main', join(repository.path, '.git/HEAD'));
  }),
  'whose branch is a link to another one': plain(async (repository) => {
    repository.git('branch', '-q', '-m', 'other');
    await symlink('refs/heads/other', join(repository.path, '.git/refs/heads/main'));
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/main');
  }),
  'with untracked files in a directory named like a git directory': plain(async (repository) => {
    await repository.write('folder/.GIT/x', '');
    await repository.write('.gitignore', 'a\\?b\n');
  }),
  'with numbers and empty values for booleans': plain(async (repository) => {
    await appendFile(
      join(repository.path, '.git/config'),
      '[core]\n\tfileMode = +0\n\tignoreCase = -1\n\tbare =\n',
    );
    await chmod(join(repository.path, 'a.ts'), 0o755);
    await repository.write('.gitignore', '*.LOG\n');
    await repository.write('x.log', '');
  }),
  'with an empty directory at the path of a packed ref': plain(async (repository) => {
    commit(repository, 'second');
    repository.git('pack-refs', '--all');
    await mkdir(join(repository.path, '.git/refs/heads/main'));
  }),
};

function expectFailure(work: () => void): void {
  try {
    work();
  } catch {
    return;
  }
  throw new Error('git was expected to fail');
}
