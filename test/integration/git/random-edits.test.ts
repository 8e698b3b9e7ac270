import { appendFileSync, chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';
import { filesOf, statusOf } from './git-output.ts';
import { runsIn } from './reader-fixture.ts';

/** Files that an edit chooses from: tracked ones, ignored ones, and what is not there yet. */
const names = ['a.ts', 'folder/b.ts', 'folder/deep/c.ts', 'x.log', 'dist/d.ts', 'new/e.ts', 'f.md'];

/** What a person and their tools do to a repository; git may refuse some of it, as it does for them. */
const edits: Record<string, (path: string, file: string, step: number) => void> = {
  write: (path, file, step) => {
    put(path, file, `content ${String(step)}\n`);
  },
  'write the same size': (path, file, step) => {
    put(path, file, `${String(step % 10)}ne\n`);
  },
  'write and set the date back': (path, file, step) => {
    put(path, file, `${String(step % 10)}ne\n`);
    utimesSync(join(path, file), 1e9, 1e9);
  },
  touch: (path, file) => {
    if (existsSync(join(path, file))) utimesSync(join(path, file), new Date(), new Date());
  },
  remove: (path, file) => {
    rmSync(join(path, file), { force: true, recursive: true });
  },
  'remove a folder': (path, file) => {
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
  'put a link in its place': (path, file) => {
    rmSync(join(path, file), { force: true, recursive: true });
    put(path, 'target.ts', '');
    mkdirSync(dirname(join(path, file)), { recursive: true });
    symlinkSync(join(path, 'target.ts'), join(path, file));
  },
  'make an empty folder': (path, _file, step) => {
    mkdirSync(join(path, `empty-${String(step)}`), { recursive: true });
  },
  'ignore something': (path, file, step) => {
    const lines = [
      ...['*.log\n', 'dist/\n', '*.ts\n', '!a.ts\n', '/new\n', '*\n', '!*/\n', '!folder\n'],
      ...['**/deep\r\n', 'folder/**\n', 'folder/deep/\n', '**/d.ts  \n', 'folder/**/c.ts\n'],
      ...['/*.ts\n', '!/folder/*\n', '*.[lt][os]\n', '# none\n\n', '/**/e.ts\n', 'd*t/*\n'],
      ...['\\*.ts\n', '*.l?g\n', '[!a].ts\n', '*.t[a-z]\n', 'b.ts'],
    ];
    const folder = step % 3 === 0 ? dirname(file) : '.';
    append(path, join(folder, '.gitignore'), lines[step % lines.length] ?? '');
  },
  'ignore nothing': (path) => {
    rmSync(join(path, '.gitignore'), { force: true });
  },
  'exclude something': (path, _file, step) => {
    append(path, '.git/info/exclude', step % 2 === 0 ? 'new/\n' : '!x.log\n');
  },
  'turn ends of lines': (path, _file, step) => {
    append(path, '.gitattributes', step % 2 === 0 ? '*.ts text eol=crlf\n' : '*.ts -text\n');
  },
  stage: (path, file) => {
    attempt(path, 'add', '-A', '--', file);
  },
  'stage all': (path) => {
    attempt(path, 'add', '-A');
  },
  'tell that it will come': (path, file) => {
    attempt(path, 'add', '-N', '-f', '--', file);
  },
  'assume that it is the same': (path, file) => {
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
  'go to another branch': (path, _file, step) => {
    attempt(path, 'checkout', '-q', '-B', `branch-${String(step % 3)}`);
  },
  'go back': (path) => {
    attempt(path, 'checkout', '-qf', 'main');
  },
  detach: (path) => {
    attempt(path, 'checkout', '-q', '--detach');
  },
  merge: (path) => {
    attempt(path, 'merge', '-q', 'branch-1');
  },
  'follow a branch': (path) => {
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
  'write another index': (path, _file, step) => {
    attempt(path, 'update-index', '--index-version', String(2 + (step % 3)));
  },
  'split the index': (path, _file, step) => {
    attempt(path, 'update-index', step % 2 === 0 ? '--split-index' : '--no-split-index');
  },
  'check out a part': (path, _file, step) => {
    if (step % 2 === 0) attempt(path, 'sparse-checkout', 'set', 'folder');
    else attempt(path, 'sparse-checkout', 'disable');
  },
  'begin a repository inside': (path) => {
    mkdirSync(join(path, 'new'), { recursive: true });
    attempt(path, 'init', '-q', 'new/inner');
    attempt(join(path, 'new/inner'), 'commit', '-q', '--allow-empty', '-m', 'Inner');
  },
  'end the repository inside': (path) => {
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

const edit = fc.record({
  what: fc.constantFrom(...Object.keys(edits)),
  file: fc.constantFrom(...names),
  /** Whether the reader looks after it, and whether what it sees is old enough to be trusted. */
  look: fc.constantFrom('no', 'at once', 'at once', 'later'),
});

test('whatever is done to a repository, its status and files are those that git tells', async () => {
  await using workspace = await temporaryWorkspace();
  let number = 0;
  let spared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 4, maxLength: 12 }), async (steps) => {
      number += 1;
      spared += await follow(workspace, `code/random-${String(number)}`, steps);
    }),
    { numRuns: 25, interruptAfterTimeLimit: 45_000 },
  );
  // Else nothing would have been shown.
  expect(spared).toBeGreaterThan(10);
}, 90_000);

/** Does the edits, compares after each that is looked at; answers how often no git was needed. */
async function follow(
  workspace: TemporaryWorkspace,
  name: string,
  steps: readonly { readonly what: string; readonly file: string; readonly look: string }[],
): Promise<number> {
  const { path } = await workspace.gitRepository(name, {
    ...{ 'a.ts': '1ne\n', 'folder/b.ts': '2ne\n', 'folder/deep/c.ts': '3ne\n' },
    ...{ '.gitignore': '*.log\ndist/\n', 'f.md': '' },
  });
  const runs = runsIn(workspace);
  let spared = 0;
  const compare = async (): Promise<void> => {
    const { answer, started } = await runs.run(async (reader: RepositoryReader) => {
      const repository = await reader.open(path);
      const files = await reader.files(repository);
      const { changes, ahead, behind } = await reader.status(repository);
      return { files: files.toSorted(byPath), status: { changes, ahead, behind } };
    });
    expect(answer).toEqual({ files: filesOf(path), status: statusOf(path) });
    if (started.length === 0) spared += 1;
  };
  for (const [step, { what, file, look }] of steps.entries()) {
    edits[what]?.(path, file, step);
    if (look === 'no') continue;
    await compare();
    if (look === 'at once') continue;
    // So long is what was written looked at again (`isRacy`); after that it is trusted.
    await setTimeout(110);
    await compare();
    await compare();
  }
  return spared;
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : 1;

/** A file, with its folders; where a file has the place of a folder nothing is written. */
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
