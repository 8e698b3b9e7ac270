import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import { walkWorktree } from '../../../src/git/worktree/walk-worktree.ts';
import { testSystem } from '../../helpers/context.ts';
import { attacks, hostileRepositories } from '../../helpers/hostile-repositories.ts';
import { spoofedRepositories } from '../../helpers/spoofed-repositories.ts';
import {
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../../helpers/workspace.ts';
import { readerIn } from './reader-fixture.ts';

/** Returns a hash of all content, dates and inodes in a directory. */
const fingerprint = (dir: string): string =>
  execFileSync(
    'sh',
    [
      '-c',
      'find . -printf "%p %s %T@ %i %m %l\n" | sort; find . -type f -exec sha256sum {} + | sort',
    ],
    { cwd: dir, encoding: 'utf8' },
  );

/** Reads all facts and returns the codes of those that failed. */
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

describe('reading repositories that execute programs when plain git reads them', () => {
  test('succeeds, executes nothing and changes no file', async () => {
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
    expect(existsSync(canary) ? readFileSync(canary, 'utf8') : 'not executed').toBe('not executed');
    expect(fingerprint(join(workspace.root, 'code'))).toBe(before);
    for (const [name, failures] of codes) {
      expect(failures, name).toEqual([]);
    }
  });
});

describe('the reader', () => {
  let workspace: TemporaryWorkspace;
  let victim: TemporaryRepository;

  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    victim = await workspace.gitRepository('victim', { 'secret.ts': '', 'tracked.txt': '' });
    victim.git('remote', 'add', 'origin', 'https://example.com/secret.git');
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  test.each(spoofedRepositories)('rejects a repository with $name', async (spoofed) => {
    const path = `code/${String(spoofedRepositories.indexOf(spoofed))}`;
    const repository = await workspace.gitRepository(path, { 'tracked.txt': 'mine\n' });
    // Only git supports this rule, so that it has to be run.
    await repository.write('new/.gitignore', '\\#only git supports this\n');
    await spoofed.plant(repository, victim);
    const { exec } = testSystem();
    const reader = await readerIn(workspace, {
      exec: (file, args, options) => exec(file, args, { ...options, timeoutMs: 20_000 }),
    });
    const opening = reader.open(repository.path);
    if (spoofed.opened !== undefined) {
      await expect(opening).rejects.toMatchObject({ code: spoofed.opened });
      return;
    }
    const opened = await opening;
    expect(opened.remote).toBeNull();
    await expect(reader.files(opened)).rejects.toMatchObject({ code: spoofed.listed });
  });

  test('returns the real commit of a repository with replacement objects', async () => {
    const repository = await workspace.gitRepository('code/replaced', {});
    const real = repository.git('rev-parse', 'HEAD').trim();
    const forged = repository.git('commit-tree', '-m', 'Forged', 'HEAD^{tree}').trim();
    repository.git('replace', real, forged);
    expect(repository.git('log', '-1', '--format=%s')).toBe('Forged\n');
    const reader = await readerIn(workspace);
    const opened = await reader.open(repository.path);
    expect(await reader.lastCommit(opened)).toMatchObject({ hash: real, subject: 'First commit' });
  });

  test('does not return the outer repository for a directory with an empty .git', async () => {
    const outer = await workspace.gitRepository('code/outer', {});
    await outer.write('inner/.git/x', '');
    const reader = await readerIn(workspace);
    const inner = join(outer.path, 'inner');
    await expect(reader.open(inner)).rejects.toMatchObject({ code: 'broken-repository' });
  });

  test.runIf(process.getuid?.() === 0).each(['', '.git', '.git/objects'])(
    'rejects a repository whose directory "%s" belongs to another user (skipped without root)',
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

test('walkWorktree returns null for an index with too many directories', async () => {
  const paths = Array.from({ length: 200 }, (_, at) => `${String(at)}${'/a'.repeat(2000)}`);
  const index = {
    ...{
      paths,
      modes: new Uint32Array(200),
      gitlinks: [],
      isComplete: true,
      isPlain: true,
      tree: null,
    },
    statsOf: () => ({ size: 0, mtimeMs: 0, ctimeMs: 0, ino: 0 }),
  };
  const pause = (): Promise<void> => Promise.resolve();
  expect(await walkWorktree('/', index, pause)).toBeNull();
});

test('the reader runs git only once when it blocks on a FIFO in place of an object', async () => {
  await using workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', { 'a.ts': '' });
  const id = alpha.git('rev-parse', 'HEAD^{tree}').trim();
  await alpha.write('staged.ts', '');
  alpha.git('add', 'staged.ts');
  const object = join(alpha.path, '.git/objects', id.slice(0, 2), id.slice(2));
  rmSync(object);
  execFileSync('mkfifo', [object]);
  const started: string[] = [];
  const { exec } = testSystem();
  const reader = await readerIn(workspace, {
    exec: (file, args, options) => {
      if (options.env?.['GIT_WORK_TREE'] !== undefined) started.push(args[0] ?? '');
      return exec(file, args, { ...options, timeoutMs: 2000 });
    },
  });
  const repository = await reader.open(alpha.path);
  await expect(reader.status(repository)).rejects.toMatchObject({ code: 'git-timeout' });
  await expect(reader.hasCommit(repository, id)).resolves.toBeNull();
  expect(await reader.commitCount(repository)).toBe(1);
  expect(started).toEqual(['status']);
});
