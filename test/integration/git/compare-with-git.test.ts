import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';
import { gitCommits, gitFiles, gitHead, gitStatus } from './git-output.ts';
import { repositoryFixtures } from './repository-fixtures.ts';
import { readerIn } from './reader-fixture.ts';

const build = Object.entries(repositoryFixtures);

let workspace: TemporaryWorkspace;
let reader: RepositoryReader;
const built = new Map<string, string>();

beforeAll(async () => {
  workspace = await temporaryWorkspace();
  for (const [index, [name, make]] of build.entries()) {
    built.set(name, await make(workspace, `code/fixture-${String(index)}`));
  }
  reader = await readerIn(workspace);
});
afterAll(() => workspace[Symbol.asyncDispose]());

describe.each(build)('like git, a repository %s', (name) => {
  const path = (): string => built.get(name) ?? '';

  test('has its HEAD, upstream and format', async () => {
    const { head, upstream, format, shallow, worktreeOf } = await reader.open(path());
    expect({ ...head, upstream, format, shallow, worktreeOf }).toEqual(gitHead(path()));
  });

  test('has its status', async () => {
    const { changes, ahead, behind } = await reader.status(await reader.open(path()));
    expect({ changes, ahead, behind }).toEqual(gitStatus(path()));
  });

  test('has its files', async () => {
    const files = await reader.files(await reader.open(path()));
    expect(files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(gitFiles(path()));
  });

  test('has its last commit and commit count', async () => {
    // A reader of its own, because the time for counting in a run is limited.
    const ownReader = await readerIn(workspace);
    const repository = await ownReader.open(path());
    expect({
      last: await ownReader.lastCommit(repository),
      count: await ownReader.commitCount(repository),
    }).toEqual(gitCommits(path()));
  });
});
