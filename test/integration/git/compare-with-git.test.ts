import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepositoryReader } from '../../../src/git/repository.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';
import { commitsOf, filesOf, headOf, statusOf } from './git-output.ts';
import { oddRepositories } from './repository-fixtures.ts';
import { readerIn } from './reader-fixture.ts';

const build = Object.entries(oddRepositories);

let workspace: TemporaryWorkspace;
let reader: RepositoryReader;
const built = new Map<string, string>();

beforeAll(async () => {
  workspace = await temporaryWorkspace();
  for (const [index, [name, make]] of build.entries()) {
    built.set(name, await make(workspace, `code/odd-${String(index)}`));
  }
  reader = await readerIn(workspace);
});
afterAll(() => workspace[Symbol.asyncDispose]());

describe.each(build)('a repository %s', (name) => {
  const path = (): string => built.get(name) ?? '';

  test('has the HEAD, the upstream and the format that git tells', async () => {
    const { head, upstream, format, shallow, worktreeOf } = await reader.open(path());
    expect({ ...head, upstream, format, shallow, worktreeOf }).toEqual(headOf(path()));
  });

  test('has the changes that git tells', async () => {
    const { changes, ahead, behind } = await reader.status(await reader.open(path()));
    expect({ changes, ahead, behind }).toEqual(statusOf(path()));
  });

  test('has the files that git tells', async () => {
    const files = await reader.files(await reader.open(path()));
    expect(files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual(filesOf(path()));
  });

  test('has the commits that git tells', async () => {
    const repository = await reader.open(path());
    expect({
      last: await reader.lastCommit(repository),
      count: await reader.commitCount(repository),
    }).toEqual(commitsOf(path()));
  });
});
