import { execFileSync } from 'node:child_process';
import { rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryWorkspace, type TemporaryRepository } from '../../helpers/workspace.ts';
import { filesOf, statusOf } from './git-output.ts';
import { anHourLater, runsIn } from './reader-fixture.ts';

/** What the index, the stats and the lists alone would get wrong, each a trap of its own. */
const traps: Record<string, (repository: TemporaryRepository) => Promise<void> | void> = {
  'an edit of the same size whose date was set back before anybody looked': async (one) => {
    const file = join(one.path, 'a.ts');
    const { atime, mtime } = statSync(file);
    await one.write('a.ts', 'TWO\n');
    utimesSync(file, atime, mtime);
  },
  'a list that is left out of the work tree and counts all the same': async (one) => {
    one.git('update-index', '--skip-worktree', '.gitignore');
    rmSync(join(one.path, '.gitignore'));
    await one.write('x.log', '');
  },
  'a pipe, which git passes over': ({ path }) => {
    execFileSync('mkfifo', [join(path, 'pipe')]);
  },
  'names of another case, where case does not matter': async (one) => {
    one.git('config', 'core.ignoreCase', 'true');
    await one.write('X.LOG', '');
  },
  'an edit of what was added empty': (one) => one.write('empty.ts', 'more\n'),
  'a permission that was given': ({ path }) => {
    execFileSync('chmod', ['+x', join(path, 'a.ts')]);
  },
  'a file that is gone': ({ path }) => {
    rmSync(join(path, 'a.ts'));
  },
  'a link that leads elsewhere now': ({ path }) => {
    rmSync(join(path, 'link'));
    execFileSync('ln', ['-s', 'elsewhere-and-longer', join(path, 'link')]);
  },
  'staged and edited again': async (one) => {
    await one.write('a.ts', 'three and more\n');
    one.git('add', 'a.ts');
    await one.write('a.ts', 'four\n');
  },
};

describe('status and files are those that git tells after', () => {
  test.each(Object.entries(traps))('%s', async (_what, set) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', {
      ...{ 'a.ts': 'one\n', 'empty.ts': '', '.gitignore': '*.log\n' },
    });
    const { path } = repository;
    execFileSync('ln', ['-s', 'a.ts', join(path, 'link')]);
    repository.git('add', '-A');
    repository.git('commit', '-qm', 'A link');
    // So that the files are older than the index, and their stats can be trusted.
    const old = new Date('2026-11-01T00:00:00Z');
    for (const file of ['a.ts', 'empty.ts', '.gitignore']) utimesSync(join(path, file), old, old);
    repository.git('update-index', '-q', '--refresh');
    await set(repository);
    const { answer } = await runsIn(workspace).run(
      async (reader) => {
        const opened = await reader.open(path);
        const files = await reader.files(opened);
        const { changes, ahead, behind } = await reader.status(opened);
        return { files: files.map((one) => ({ ...one })), status: { changes, ahead, behind } };
      },
      { now: anHourLater },
    );
    const files = answer.files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
    expect({ ...answer, files }).toEqual({ files: filesOf(path), status: statusOf(path) });
  });
});
