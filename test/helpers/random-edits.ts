import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from './workspace.ts';

/** Tracked, ignored and new files that are edited. */
export const editedFiles = [
  'a.ts',
  'folder/b.ts',
  'folder/deep/c.ts',
  'x.log',
  'dist/d.ts',
  'new/e.ts',
  'f.md',
];

/** Edits of a work tree and git commands; commands that git rejects are skipped. */
export const edits: Record<string, (path: string, file: string, step: number) => void> = {
  write: (path, file, step) => {
    put(path, file, `content ${String(step)}\n`);
  },
  'write the same size': (path, file, step) => {
    put(path, file, `${String(step % 10)}ne\n`);
  },
  'write with an old mtime': (path, file, step) => {
    put(path, file, `${String(step % 10)}ne\n`);
    utimesSync(join(path, file), 1e9, 1e9);
  },
  touch: (path, file) => {
    if (existsSync(join(path, file))) utimesSync(join(path, file), new Date(), new Date());
  },
  remove: (path, file) => {
    rmSync(join(path, file), { force: true, recursive: true });
  },
  'remove a directory': (path, file) => {
    if (file.includes('/')) rmSync(join(path, dirname(file)), { force: true, recursive: true });
  },
  rename: (path, file, step) => {
    if (existsSync(join(path, file))) {
      renameSync(join(path, file), join(path, `moved-${String(step)}.ts`));
    }
  },
  chmod: (path, file, step) => {
    if (existsSync(join(path, file))) chmodSync(join(path, file), step % 2 === 0 ? 0o755 : 0o644);
  },
  'replace by a link': (path, file) => {
    rmSync(join(path, file), { force: true, recursive: true });
    put(path, 'target.ts', '');
    mkdirSync(dirname(join(path, file)), { recursive: true });
    symlinkSync(join(path, 'target.ts'), join(path, file));
  },
  'create an empty directory': (path, _file, step) => {
    mkdirSync(join(path, `empty-${String(step)}`), { recursive: true });
  },
  'add an ignore rule': (path, file, step) => {
    const lines = [
      ...['*.log\n', 'dist/\n', '*.ts\n', '!a.ts\n', '/new\n', '*\n', '!*/\n', '!folder\n'],
      ...['**/deep\r\n', 'folder/**\n', 'folder/deep/\n', '**/d.ts  \n', 'folder/**/c.ts\n'],
      ...['/*.ts\n', '!/folder/*\n', '*.[lt][os]\n', '# none\n\n', '/**/e.ts\n', 'd*t/*\n'],
      ...['\\*.ts\n', '*.l?g\n', '[!a].ts\n', '*.t[a-z]\n', 'b.ts'],
    ];
    const dir = step % 3 === 0 ? dirname(file) : '.';
    append(path, join(dir, '.gitignore'), lines[step % lines.length] ?? '');
  },
  'remove .gitignore': (path) => {
    rmSync(join(path, '.gitignore'), { force: true });
  },
  'add an exclude rule': (path, _file, step) => {
    append(path, '.git/info/exclude', step % 2 === 0 ? 'new/\n' : '!x.log\n');
  },
  'change line end attributes': (path, _file, step) => {
    append(path, '.gitattributes', step % 2 === 0 ? '*.ts text eol=crlf\n' : '*.ts -text\n');
  },
  stage: (path, file) => {
    attempt(path, 'add', '-A', '--', file);
  },
  'stage all': (path) => {
    attempt(path, 'add', '-A');
  },
  'add with intent-to-add': (path, file) => {
    attempt(path, 'add', '-N', '-f', '--', file);
  },
  'assume unchanged': (path, file) => {
    attempt(path, 'update-index', '--assume-unchanged', '--', file);
  },
  commit: (path) => {
    attempt(path, 'commit', '-qm', 'Next');
  },
  'commit all': (path) => {
    attempt(path, 'commit', '-qam', 'All');
  },
  reset: (path) => {
    attempt(path, 'reset', '-q');
  },
  'switch to another branch': (path, _file, step) => {
    attempt(path, 'checkout', '-q', '-B', `branch-${String(step % 3)}`);
  },
  'switch to main': (path) => {
    attempt(path, 'checkout', '-qf', 'main');
  },
  detach: (path) => {
    attempt(path, 'checkout', '-q', '--detach');
  },
  merge: (path) => {
    attempt(path, 'merge', '-q', 'branch-1');
  },
  'set an upstream': (path) => {
    attempt(path, 'branch', '-q', '--set-upstream-to=main');
  },
  stash: (path) => {
    attempt(path, 'stash', '-q');
  },
  'refresh the index': (path) => {
    attempt(path, 'status', '--short');
  },
  'collect garbage': (path) => {
    attempt(path, 'gc', '-q');
  },
  'pack refs': (path) => {
    attempt(path, 'pack-refs', '--all');
  },
  'change the index version': (path, _file, step) => {
    attempt(path, 'update-index', '--index-version', String(2 + (step % 3)));
  },
  'split the index': (path, _file, step) => {
    attempt(path, 'update-index', step % 2 === 0 ? '--split-index' : '--no-split-index');
  },
  'sparse checkout': (path, _file, step) => {
    if (step % 2 === 0) attempt(path, 'sparse-checkout', 'set', 'folder');
    else attempt(path, 'sparse-checkout', 'disable');
  },
  'create a nested repository': (path) => {
    mkdirSync(join(path, 'new'), { recursive: true });
    attempt(path, 'init', '-q', 'new/inner');
    attempt(join(path, 'new/inner'), 'commit', '-q', '--allow-empty', '-m', 'Inner');
  },
  'remove the nested .git': (path) => {
    rmSync(join(path, 'new/inner/.git'), { force: true, recursive: true });
  },
  'add a submodule': (path) => {
    attempt(path, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', './', 'sub');
  },
  'edit the submodule': (path, _file, step) => {
    if (existsSync(join(path, 'sub'))) put(path, 'sub/a.ts', `sub ${String(step)}\n`);
  },
  'add a work tree': (path, _file, step) => {
    attempt(path, 'worktree', 'add', '-q', '--detach', `tree-${String(step)}`);
  },
};

/** The files of a repository before the first edit. */
export const initialFiles = {
  'a.ts': '1ne\n',
  'folder/b.ts': '2ne\n',
  'folder/deep/c.ts': '3ne\n',
  '.gitignore': '*.log\ndist/\n',
  'f.md': '',
};

/** Writes a file; does nothing when a parent of the path is a file. */
function put(path: string, file: string, content: string): void {
  if (tryTo(() => mkdirSync(dirname(join(path, file)), { recursive: true }))) {
    tryTo(() => {
      writeFileSync(join(path, file), content);
    });
  }
}

function append(path: string, file: string, content: string): void {
  if (existsSync(dirname(join(path, file)))) {
    tryTo(() => {
      appendFileSync(join(path, file), content);
    });
  }
}

function attempt(path: string, ...args: string[]): void {
  tryTo(() => git(path, ...args));
}

function tryTo(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
