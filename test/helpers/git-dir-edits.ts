import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { git } from './workspace.ts';

const linkedFiles = ['config', 'HEAD', 'info/exclude', 'packed-refs'];

type Edit = (path: string, step: number) => void;

/** Edits of a git directory that affect what its reader returns. Those that are not possible are skipped. */
export const gitDirEdits: Readonly<Record<string, Edit>> = Object.fromEntries(
  Object.entries({
    'set a remote': (path, step) => {
      git(path, 'config', 'remote.origin.url', `https://example.com/r${String(step % 5)}.git`);
    },
    'remove a remote': (path) => git(path, 'config', '--remove-section', 'remote.origin'),
    'set core.bare': (path, step) => git(path, 'config', 'core.bare', String(step % 2 === 0)),
    'set core.worktree': (path) => {
      const elsewhere = join(path, '../../elsewhere');
      mkdirSync(elsewhere, { recursive: true });
      git(path, 'config', 'core.worktree', elsewhere);
    },
    'unset core.worktree': (path) => git(path, 'config', '--unset', 'core.worktree'),
    'set an unknown extension': (path) => {
      git(path, 'config', 'core.repositoryformatversion', '1');
      git(path, 'config', 'extensions.unheardof', 'true');
    },
    'unset an unknown extension': (path) => {
      git(path, 'config', '--unset', 'extensions.unheardof');
    },
    'include a file': (path, step) => {
      const name = join(path, '.git', 'included');
      writeFileSync(name, `[remote "i${String(step % 3)}"]\n\turl = https://example.com/i.git\n`);
      git(path, 'config', 'include.path', name);
    },
    'edit the included file': (path, step) => {
      const name = join(path, '.git', 'included');
      if (existsSync(name)) writeFileSync(name, `[status]\n\tx = ${String(step % 10)}\n`);
    },
    'set an exclude file': (path) => {
      git(path, 'config', 'core.excludesFile', '.git/own-excludes');
    },
    'edit the exclude file': (path, step) => {
      appendFileSync(join(path, '.git/own-excludes'), step % 2 === 0 ? '*.md\n' : '!f.md\n');
    },
    'write HEAD with the same size': (path, step) => {
      const name = join(path, '.git/HEAD');
      const { mtime } = lstatSync(name);
      writeFileSync(name, `ref: refs/heads/${step % 2 === 0 ? 'main' : 'gone'}\n`);
      utimesSync(name, mtime, mtime);
    },
    'damage HEAD': (path) => {
      writeFileSync(join(path, '.git/HEAD'), 'ref: nowhere\n');
    },
    'create a ref': (path, step) => {
      git(path, 'update-ref', `refs/remotes/origin/b${String(step % 3)}`, 'HEAD');
    },
    'delete a ref': (path, step) => {
      git(path, 'update-ref', '-d', `refs/remotes/origin/b${String(step % 3)}`);
    },
    'track a ref': (path, step) => {
      git(path, 'config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
      git(path, 'config', 'branch.main.remote', 'origin');
      git(path, 'config', 'branch.main.merge', `refs/heads/b${String(step % 3)}`);
    },
    'move a branch': (path) => git(path, 'update-ref', 'refs/heads/main', 'HEAD~1'),
    'delete the branch of HEAD': (path) => {
      rmSync(join(path, '.git/refs/heads/main'), { force: true });
    },
    'make shallow': (path) => {
      writeFileSync(join(path, '.git/shallow'), git(path, 'rev-parse', 'HEAD'));
    },
    'make complete': (path) => {
      rmSync(join(path, '.git/shallow'), { force: true });
    },
    'drop a stash': (path) => git(path, 'stash', 'drop', '-q'),
    'add attributes': (path, step) => {
      appendFileSync(join(path, '.git/info/attributes'), `*.x${String(step)} text\n`);
    },
    'remove info': (path) => {
      rmSync(join(path, '.git/info'), { force: true, recursive: true });
    },
    'borrow objects': (path) => {
      writeFileSync(join(path, '.git/objects/info/alternates'), `${path}/.git/more\n`);
      cpSync(join(path, '.git/objects'), join(path, '.git/more'), { recursive: true });
    },
    'own all objects': (path) => {
      rmSync(join(path, '.git/objects/info/alternates'), { force: true });
    },
    'remove refs': (path) => {
      renameSync(join(path, '.git/refs'), join(path, '.git/hidden-refs'));
    },
    'restore refs': (path) => {
      renameSync(join(path, '.git/hidden-refs'), join(path, '.git/refs'));
    },
    'replace .git by a link': (path) => {
      renameSync(join(path, '.git'), join(path, '.hidden-git'));
      symlinkSync('.hidden-git', join(path, '.git'));
    },
    'replace .git by a file': (path) => {
      renameSync(join(path, '.git'), join(path, '.hidden-git'));
      writeFileSync(join(path, '.git'), 'gitdir: .hidden-git\n');
    },
    'restore .git': (path) => {
      if (!existsSync(join(path, '.hidden-git'))) return;
      rmSync(join(path, '.git'), { recursive: true, force: true });
      renameSync(join(path, '.hidden-git'), join(path, '.git'));
    },
    'replace a file by a link': (path, step) => {
      const name = join(path, '.git', linkedFiles[step % linkedFiles.length] ?? '');
      renameSync(name, `${name}.real`);
      symlinkSync(`${name}.real`, name);
    },
    'replace links by files': (path) => {
      for (const file of linkedFiles) {
        const name = join(path, '.git', file);
        if (!lstatSync(name, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
        const content = readFileSync(name);
        rmSync(name);
        writeFileSync(name, content);
      }
    },
    'close the git directory': (path) => {
      chmodSync(join(path, '.git'), 0o000);
    },
    'open the git directory': (path) => {
      chmodSync(join(path, '.git'), 0o755);
    },
    'replace the work tree by a copy': (path) => {
      cpSync(path, `${path}-copy`, {
        recursive: true,
        preserveTimestamps: true,
        verbatimSymlinks: true,
      });
      rmSync(path, { recursive: true });
      renameSync(`${path}-copy`, path);
    },
    'remove an object': (path) => {
      const oid = git(path, 'rev-parse', 'HEAD').trim();
      rmSync(join(path, '.git/objects', oid.slice(0, 2), oid.slice(2)), { force: true });
      git(path, 'commit', '-q', '--allow-empty', '-m', 'After');
    },
    'unpack objects': (path) => {
      git(path, 'repack', '-adq');
      git(path, 'prune-packed');
    },
  } satisfies Record<string, (path: string, step: number) => unknown>).map(
    ([name, edit]): [string, Edit] => [name, skipErrors(edit)],
  ),
);

function skipErrors(edit: (path: string, step: number) => unknown): Edit {
  return (path, step) => {
    try {
      edit(path, step);
    } catch {
      // Not possible in this state.
    }
  };
}
