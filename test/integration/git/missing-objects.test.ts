import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import { git, temporaryWorkspace, type TemporaryRepository } from '../../helpers/workspace.ts';
import { anHourLater, runsIn } from './reader-fixture.ts';

/** Reads every fact and returns its value or the code of its error. */
const factsOf =
  (path: string) =>
  async (reader: RepositoryReader): Promise<readonly unknown[]> => {
    await reader.prefetchCommits([path]);
    const repository = await reader.open(path);
    const facts = await Promise.allSettled([
      reader.status(repository),
      reader.files(repository),
      reader.lastCommit(repository),
      reader.commitCount(repository),
    ]);
    return facts.map((fact) =>
      fact.status === 'fulfilled' ? fact.value : (fact.reason as { code: string }).code,
    );
  };

const headObject = (repository: TemporaryRepository): string => {
  const oid = repository.git('rev-parse', 'HEAD').trim();
  return join(repository.path, '.git/objects', oid.slice(0, 2), oid.slice(2));
};

const removals: Record<string, (repository: TemporaryRepository) => void> = {
  'all loose objects': ({ path }) => {
    const objects = join(path, '.git/objects');
    for (const name of readdirSync(objects)) {
      if (name.length === 2) rmSync(join(objects, name), { recursive: true });
    }
  },
  'the object of HEAD': (repository) => {
    rmSync(headObject(repository));
  },
  'the only pack': (repository) => {
    const pack = join(repository.path, '.git/objects/pack');
    for (const name of readdirSync(pack)) rmSync(join(pack, name));
  },
};

describe('a repository with a warm cache reports the same errors as without a cache', () => {
  test.each(Object.entries(removals))('when %s is gone', async (name, remove) => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/alpha', { 'a.ts': 'one\n' });
    if (name === 'the only pack') repository.git('gc', '-q');
    const { path } = repository;
    const runs = runsIn(workspace);
    const ask = factsOf(path);
    await runs.run(ask, { now: anHourLater });
    expect((await runs.run(ask, { now: anHourLater })).started).toEqual([]);
    remove(repository);
    const warm = await runs.run(ask, { now: anHourLater });
    const cold = await runsIn(workspace).run(ask, { now: anHourLater });
    expect(warm.result).toEqual(cold.result);
    expect(cold.result.slice(2)).toEqual(['git-failed', 'git-failed']);
  });

  test('when the objects of the repository that it borrows from are gone', async () => {
    await using workspace = await temporaryWorkspace();
    const origin = await workspace.gitRepository('origin', { 'a.ts': 'one\n' });
    git(workspace.root, 'clone', '-q', '--shared', origin.path, 'code/borrower');
    const runs = runsIn(workspace);
    const ask = factsOf(join(workspace.root, 'code/borrower'));
    await runs.run(ask, { now: anHourLater });
    expect((await runs.run(ask, { now: anHourLater })).started).toEqual([]);
    renameSync(headObject(origin), join(workspace.root, 'gone'));
    const warm = await runs.run(ask, { now: anHourLater });
    const cold = await runsIn(workspace).run(ask, { now: anHourLater });
    expect(warm.result).toEqual(cold.result);
    expect(cold.result.slice(2)).toEqual(['git-failed', 'git-failed']);
  });
});

test('a blobless clone with a staged rename is dirty, its number of changes unknown and its objects are not fetched', async () => {
  await using workspace = await temporaryWorkspace();
  const lines = Array.from({ length: 100 }, (_, line) => `${String(line)}\n`).join('');
  const origin = await workspace.gitRepository('origin', { 'a.txt': lines });
  origin.git('config', 'uploadpack.allowFilter', 'true');
  const url = `file://${origin.path}`;
  git(workspace.root, 'clone', '-q', '--filter=blob:none', '--no-checkout', url, 'code/partial');
  const path = join(workspace.root, 'code/partial');
  git(path, 'read-tree', 'HEAD');
  writeFileSync(join(path, 'b.txt'), `${lines}more\n`);
  git(path, 'rm', '-q', '--cached', 'a.txt');
  git(path, 'add', 'b.txt');
  const objects = git(path, 'count-objects', '-v');
  const runs = runsIn(workspace);
  const ask = async (reader: RepositoryReader): Promise<unknown> => {
    const { changes, dirty, unknown, ahead, behind } = await reader.status(await reader.open(path));
    return { changes, dirty, code: unknown?.code, ahead, behind };
  };
  const expected = { changes: null, dirty: true, code: 'objects-missing', ahead: 0, behind: 0 };
  expect((await runs.run(ask, { now: anHourLater })).result).toEqual(expected);
  expect((await runs.run(ask, { now: anHourLater })).result).toEqual(expected);
  expect(git(path, 'count-objects', '-v')).toBe(objects);
});
