import { readFileSync } from 'node:fs';
import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRegular, parseIndex } from '../../../src/git/index/parse-index.ts';
import { createYield } from '../../../src/util/async.ts';
import { RepositoryError } from '../../../src/git/repository.ts';
import {
  git,
  temporaryWorkspace,
  type TemporaryRepository,
  type TemporaryWorkspace,
} from '../../helpers/workspace.ts';

const pause = createYield(new AbortController().signal);
/** Returns the regular files of an index. */
async function parse(
  index: Buffer,
  format: 'sha1' | 'sha256' = 'sha1',
): Promise<readonly string[] | null> {
  const parsed = await parseIndex(index, format, pause);
  return parsed?.paths.filter((_, at) => isRegular(parsed.modes[at])) ?? null;
}

let workspace: TemporaryWorkspace;
let repository: TemporaryRepository;
beforeAll(async () => {
  workspace = await temporaryWorkspace();
  repository = await workspace.gitRepository('code/alpha', {
    'a.ts': 'x',
    'folder/b.ts': 'y',
    'folder/ü ñ\n.ts': '',
    [`${'long-folder-name/'.repeat(14)}${'x'.repeat(200)}.ts`]: '',
  });
  await symlink('a.ts', join(repository.path, 'link'));
  await chmod(join(repository.path, 'a.ts'), 0o755);
  git(repository.path, 'init', '-q', 'inner');
  git(join(repository.path, 'inner'), 'commit', '-q', '--allow-empty', '-m', 'x');
  repository.git('-c', 'advice.addEmbeddedRepo=false', 'add', '-A');
});
afterAll(() => workspace[Symbol.asyncDispose]());

const indexOf = (path: string): Buffer => readFileSync(join(path, '.git/index'));
const tracked = (path: string): readonly string[] =>
  git(path, 'ls-files', '-s', '-z')
    .split('\0')
    .filter((line) => line.startsWith('100'))
    .map((line) => line.slice(line.indexOf('\t') + 1));

describe('parseIndex', () => {
  test.each(['2', '3', '4'])(
    'lists the same files as git for an index of version %s',
    async (version) => {
      // git writes version 3 instead of 2 when an entry has extended flags.
      if (version === '3') repository.git('update-index', '--skip-worktree', 'a.ts');
      else repository.git('update-index', '--no-skip-worktree', 'a.ts');
      repository.git('update-index', '--index-version', version === '3' ? '2' : version);
      const index = indexOf(repository.path);
      expect(index.readUInt32BE(4)).toBe(Number(version));
      const paths = await parse(index);
      expect(paths).toEqual(tracked(repository.path));
      expect(paths).toHaveLength(4);
    },
  );

  test.each(['2', '4'])(
    'lists the same files as git for SHA-256 and version %s',
    async (version) => {
      const path = join(workspace.root, `code/sha256-${version}`);
      git(workspace.root, 'init', '-q', '--object-format=sha256', path);
      await workspace.write(`code/sha256-${version}/a/one.ts`, '');
      await workspace.write(`code/sha256-${version}/a/two.ts`, '');
      git(path, 'add', '-A');
      git(path, 'update-index', '--index-version', version);
      expect(await parse(indexOf(path), 'sha256')).toEqual(['a/one.ts', 'a/two.ts']);
    },
  );

  test('returns null for a split index', async () => {
    const split = await workspace.gitRepository('code/split', { 'a.ts': '' });
    split.git('update-index', '--split-index');
    expect(await parse(indexOf(split.path))).toBeNull();
  });

  test('returns null for a sparse index', async () => {
    const sparse = await workspace.gitRepository('code/sparse', { 'a.ts': '', 'folder/b.ts': '' });
    sparse.git('sparse-checkout', 'set', '--cone', '--sparse-index');
    expect(await parse(indexOf(sparse.path))).toBeNull();
  });

  test('leaves out paths that are not UTF-8', async () => {
    const index = Buffer.from(indexOf(repository.path));
    index.write('\xff.ts', index.indexOf('a.ts'), 'latin1');
    expect(await parse(index)).toEqual(tracked(repository.path).slice(1));
  });

  test.each(['../x', '/x/y', './xy', 'a//b', '.git', '.GIT/x', 'a/..', 'a/'])(
    'rejects the path %j',
    async (path) => {
      const files = { ['n'.repeat(Buffer.byteLength(path))]: '' };
      const forged = await workspace.gitRepository(
        `code/forged-${Buffer.from(path).toString('hex')}`,
        files,
      );
      const index = Buffer.from(indexOf(forged.path));
      index.write(path, index.indexOf('nn'));
      // A directory entry means a sparse index, which is left to git.
      if (path === 'a/') expect(await parse(index)).toBeNull();
      else await expect(parse(index)).rejects.toMatchObject({ code: 'broken-index' });
    },
  );
});

describe('parseIndex', () => {
  test.each(['2', '4'])('rejects a truncated index of version %s', async (version) => {
    repository.git('update-index', '--index-version', version);
    const index = indexOf(repository.path);
    const complete = await parse(index);
    let rejected = 0;
    for (let length = 0; length < index.length; length += 1) {
      const outcome = await parse(index.subarray(0, length)).catch((error: unknown) => error);
      if (outcome instanceof RepositoryError && outcome.code === 'broken-index') rejected += 1;
      // Truncation between extensions removes nothing that is read here.
      else expect(outcome).toEqual(complete);
    }
    expect(rejected).toBeGreaterThan(index.length - 3);
  });

  test.each(['2', '4'])(
    'returns a result or throws RepositoryError when a bit of version %s is flipped',
    async (version) => {
      repository.git('update-index', '--index-version', version);
      const index = indexOf(repository.path);
      for (let at = 0; at < index.length; at += 1) {
        const changed = Buffer.from(index);
        changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
        const outcome = await parse(changed).catch((error: unknown) => error);
        const isKnown =
          outcome === null || Array.isArray(outcome) || outcome instanceof RepositoryError;
        expect(isKnown, String(outcome)).toBe(true);
      }
    },
  );

  test('rejects an index that expands to gigabytes of paths', async () => {
    const entry = Buffer.alloc(66);
    entry.writeUInt32BE(0o100644, 24);
    entry.write('x\0', 63);
    const header = Buffer.from('DIRC\0\0\0\x04', 'latin1');
    const count = Buffer.alloc(4);
    count.writeUInt32BE(200_000);
    const bomb = Buffer.concat([
      ...[header, count],
      ...Array.from({ length: 200_000 }, () => entry.subarray(0, 65)),
      Buffer.alloc(20),
    ]);
    await expect(parse(bomb)).rejects.toMatchObject({ code: 'broken-index' });
  });
});

test('parseIndex yields every 1,000 entries and rejects when yielding does', async () => {
  const names = Array.from({ length: 5000 }, (_, index) => `folder/file-${String(index)}.ts`);
  const entries = names.map((name) => {
    const entry = Buffer.alloc((62 + name.length + 8) & ~7);
    entry.writeUInt32BE(0o100644, 24);
    entry.writeUInt16BE(name.length, 60);
    entry.write(name, 62);
    return entry;
  });
  const header = Buffer.from('DIRC\0\0\0\x02\0\0\0\0', 'latin1');
  header.writeUInt32BE(names.length, 8);
  const index = Buffer.concat([header, ...entries, Buffer.alloc(20)]);
  let yields = 0;
  const count = (): Promise<void> => Promise.resolve(void (yields += 1));
  expect(await parseIndex(index, 'sha1', count)).toMatchObject({ paths: names });
  expect(yields).toBe(5);
  const stop = (): Promise<void> => Promise.reject(new Error('stop'));
  await expect(parseIndex(index, 'sha1', stop)).rejects.toThrow('stop');
});
