import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import { walkWorktree } from '../../../src/git/worktree/walk-worktree.ts';
import { testSystem } from '../../helpers/context.ts';
import { attacks, hostileRepositories } from '../../helpers/hostile-repositories.ts';
import { tricks } from '../../helpers/spoofed-repositories.ts';
import {
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../../helpers/workspace.ts';
import { readerIn } from './reader-fixture.ts';

/** Everything in a folder, with content, dates and inodes. */
const fingerprint = (folder: string): string =>
  execFileSync(
    'sh',
    [
      '-c',
      'find . -printf "%p %s %T@ %i %m %l\n" | sort; find . -type f -exec sha256sum {} + | sort',
    ],
    { cwd: folder, encoding: 'utf8' },
  );

/** Asks for every fact there is, and answers the codes of what could not be told. */
async function readAll(reader: RepositoryReader, path: string): Promise<readonly string[]> {
  try {
    const repository = await reader.open(path);
    const facts = await Promise.allSettled([
      reader.status(repository),
      reader.files(repository),
      reader.lastCommit(repository),
      reader.commitCount(repository),
    ]);
    return facts.flatMap((fact) => (fact.status === 'rejected' ? [codeOf(fact.reason)] : []));
  } catch (error) {
    return [codeOf(error)];
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || error.name !== 'RepositoryError') throw error;
  return (error as Error & { code: string }).code;
}

describe('repositories that want to run a program', () => {
  test('run nothing, stay as they are to the last date, and are read', async () => {
    await using workspace = await temporaryWorkspace();
    const { canary } = await hostileRepositories(workspace);
    const split = await workspace.gitRepository('code/split', { 'a.ts': '' });
    split.git('update-index', '--split-index');
    execFileSync('sh', ['-c', 'touch -d 2020-01-01 .git/sharedindex.*'], { cwd: split.path });
    const before = fingerprint(join(workspace.root, 'code'));
    const reader = await readerIn(workspace);
    const codes = await Promise.all(
      attacks.map(async ({ name }, index) => {
        const path = join(workspace.root, `code/attack-${String(index)}`);
        return [name, await readAll(reader, path)] as const;
      }),
    );
    await readAll(reader, split.path);
    expect(existsSync(canary) ? readFileSync(canary, 'utf8') : 'nothing ran').toBe('nothing ran');
    expect(fingerprint(join(workspace.root, 'code'))).toBe(before);
    for (const [name, failures] of codes) {
      expect(failures, name).toEqual([]);
    }
  });
});

describe('a repository with', () => {
  let workspace: TemporaryWorkspace;
  let victim: TemporaryRepository;

  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    victim = await workspace.gitRepository('victim', { 'secret.ts': '', 'tracked.txt': '' });
    victim.git('remote', 'add', 'origin', 'https://example.com/secret.git');
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  test.each(tricks)('$name is told apart, and quickly', async (trick) => {
    const path = `code/${String(tricks.indexOf(trick))}`;
    const repository = await workspace.gitRepository(path, { 'tracked.txt': 'mine\n' });
    // So that git has to be asked what is ignored.
    await repository.write('new/.gitignore', '\\#only git follows this\n');
    await trick.plant(repository, victim);
    const { exec } = testSystem();
    const reader = await readerIn(workspace, {
      exec: (file, args, options) => exec(file, args, { ...options, timeoutMs: 700 }),
    });
    const opening = reader.open(repository.path);
    if (trick.opened !== undefined) {
      await expect(opening).rejects.toMatchObject({ code: trick.opened });
      return;
    }
    const opened = await opening;
    expect(opened.remote).toBeNull();
    await expect(reader.files(opened)).rejects.toMatchObject({ code: trick.listed });
  });

  test('replaced objects tells its own commit', async () => {
    const repository = await workspace.gitRepository('code/replaced', {});
    const real = repository.git('rev-parse', 'HEAD').trim();
    const forged = repository.git('commit-tree', '-m', 'Forged', 'HEAD^{tree}').trim();
    repository.git('replace', real, forged);
    expect(repository.git('log', '-1', '--format=%s')).toBe('Forged\n');
    const reader = await readerIn(workspace);
    const opened = await reader.open(repository.path);
    expect(await reader.lastCommit(opened)).toMatchObject({ hash: real, subject: 'First commit' });
  });

  test('an empty .git inside another repository does not speak for that one', async () => {
    const outer = await workspace.gitRepository('code/outer', {});
    await outer.write('inner/.git/x', '');
    const reader = await readerIn(workspace);
    const inner = join(outer.path, 'inner');
    await expect(reader.open(inner)).rejects.toMatchObject({ code: 'broken-repository' });
  });

  test.runIf(process.getuid?.() === 0).each(['', '.git', '.git/objects'])(
    'another owner of "%s" is not trusted',
    async (part) => {
      const name = `code/foreign${part.replaceAll('/', '-')}`;
      const repository = await workspace.gitRepository(name, { 'a.ts': '' });
      execFileSync('chown', ['65534', join(repository.path, part)]);
      const reader = await readerIn(workspace);
      await expect(reader.open(repository.path)).rejects.toMatchObject({
        code: 'dubious-ownership',
        state: 'untrusted',
      });
    },
  );
});

test('an index that tells of more folders than can be held is left to git', async () => {
  const paths = Array.from({ length: 200 }, (_, at) => `${String(at)}${'/a'.repeat(2000)}`);
  const index = {
    ...{ paths, modes: new Uint32Array(200), isComplete: true, isPlain: true, tree: null },
    statsOf: () => ({ size: 0, mtimeMs: 0, ctimeMs: 0, ino: 0 }),
  };
  const pause = (): Promise<void> => Promise.resolve();
  expect(await walkWorktree('/', index, pause)).toBeNull();
});

test('a repository in which git waits for an object for ever is asked once', async () => {
  await using workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  const id = alpha.git('rev-parse', 'HEAD').trim();
  const object = join(alpha.path, '.git/objects', id.slice(0, 2), id.slice(2));
  rmSync(object);
  execFileSync('mkfifo', [object]);
  const asked: string[] = [];
  const { exec } = testSystem();
  const reader = await readerIn(workspace, {
    exec: (file, args, options) => {
      if (options.env?.['GIT_WORK_TREE'] !== undefined) asked.push(args[0] ?? '');
      return exec(file, args, { ...options, timeoutMs: 700 });
    },
  });
  const repository = await reader.open(alpha.path);
  await expect(reader.lastCommit(repository)).rejects.toMatchObject({ code: 'git-timeout' });
  await expect(reader.commitCount(repository)).rejects.toMatchObject({ code: 'git-failed' });
  expect(asked).toEqual(['cat-file']);
});
