import { execFileSync } from 'node:child_process';
import { rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryWorkspace, type TemporaryRepository } from '../../helpers/workspace.ts';
import { gitFiles, gitStatus } from './git-output.ts';
import { anHourLater, runsIn } from './reader-fixture.ts';

/** Changes that index, stats and ignore files do not show reliably. */
const changes: Record<string, (repository: TemporaryRepository) => Promise<void> | void> = {
  'an edit of the same size with a restored mtime': async (one) => {
    const file = join(one.path, 'a.ts');
    const { atime, mtime } = statSync(file);
    await one.write('a.ts', 'TWO\n');
    utimesSync(file, atime, mtime);
  },
  'a .gitignore file that is skipped by skip-worktree': async (one) => {
    one.git('update-index', '--skip-worktree', '.gitignore');
    rmSync(join(one.path, '.gitignore'));
    await one.write('x.log', '');
  },
  'a FIFO': ({ path }) => {
    execFileSync('mkfifo', [join(path, 'pipe')]);
  },
  'an ignored name in another case with core.ignoreCase': async (one) => {
    one.git('config', 'core.ignoreCase', 'true');
    await one.write('X.LOG', '');
  },
  'an edit of a file that was added empty': (one) => one.write('empty.ts', 'more\n'),
  'a new executable bit': ({ path }) => {
    execFileSync('chmod', ['+x', join(path, 'a.ts')]);
  },
  'a deleted file': ({ path }) => {
    rmSync(join(path, 'a.ts'));
  },
  'a link with another target': ({ path }) => {
    rmSync(join(path, 'link'));
    execFileSync('ln', ['-s', 'elsewhere-and-longer', join(path, 'link')]);
  },
  'a file that was staged and edited again': async (one) => {
    await one.write('a.ts', 'three and more\n');
    one.git('add', 'a.ts');
    await one.write('a.ts', 'four\n');
  },
};

describe('status and files equal those of git after', () => {
  test.each(Object.entries(changes))('%s', async (_name, change) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', {
      ...{ 'a.ts': 'one\n', 'empty.ts': '', '.gitignore': '*.log\n' },
    });
    const { path } = repository;
    execFileSync('ln', ['-s', 'a.ts', join(path, 'link')]);
    repository.git('add', '-A');
    repository.git('commit', '-qm', 'A link');
    // Older than the index, so that the stats of the files are not racy.
    const old = new Date('2026-11-01T00:00:00Z');
    for (const file of ['a.ts', 'empty.ts', '.gitignore']) utimesSync(join(path, file), old, old);
    repository.git('update-index', '-q', '--refresh');
    await change(repository);
    const { result } = await runsIn(workspace).run(
      async (reader) => {
        const opened = await reader.open(path);
        const files = await reader.files(opened);
        const { changes, ahead, behind } = await reader.status(opened);
        return { files: files.map((one) => ({ ...one })), status: { changes, ahead, behind } };
      },
      { now: anHourLater },
    );
    const files = result.files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
    expect({ ...result, files }).toEqual({ files: gitFiles(path), status: gitStatus(path) });
  });
});
