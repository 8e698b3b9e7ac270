import * as fs from 'node:fs';
import * as fsPromises from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fileIdOf } from '../../../src/discovery/file-id.ts';
import { matchKnownProjects } from '../../../src/discovery/match-known-projects.ts';
import { isSameRepository } from '../../../src/discovery/repository-match.ts';
import { walkRoot } from '../../../src/discovery/walk-root.ts';
import type { Repository } from '../../../src/git/repository.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

vi.mock('node:fs', { spy: true });
vi.mock('node:fs/promises', { spy: true });

afterEach(() => {
  vi.mocked(fs.lstatSync).mockRestore();
  vi.mocked(fs.readdirSync).mockRestore();
  vi.mocked(fsPromises.open).mockRestore();
});

const failure = (code: string): Error => Object.assign(new Error(code), { code });

const actual = await vi.importActual<typeof fs>('node:fs');

/** Makes `lstat` fail for one path. */
function failLstat(failing: string, code: string): void {
  vi.mocked(fs.lstatSync).mockImplementation(((path: string, options: object) => {
    if (path === failing) throw failure(code);
    return actual.lstatSync(path, options);
  }) as typeof fs.lstatSync);
}

describe('walkRoot', () => {
  test('rejects when the machine runs out of memory while it looks for .git', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/alpha/.git/HEAD', '');
    const root = join(workspace.root, 'code');
    failLstat(join(root, 'alpha/.git'), 'ENOMEM');
    const walk = walkRoot({
      ...{ root, maxDepth: 4, maxDirs: 10, includeNested: false },
      isExcluded: () => false,
      signal: new AbortController().signal,
    });
    await expect(walk).rejects.toThrow('ENOMEM');
  });
});

test('walkRoot reports a directory whose error is UNKNOWN, as Windows does for a file in the cloud, and reads the others', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('code/alpha/package.json', '{}');
  await workspace.write('code/cloud/package.json', '{}');
  const root = join(workspace.root, 'code');
  vi.mocked(fs.readdirSync).mockImplementation(((path: string, options: object) => {
    if (path === join(root, 'cloud')) throw failure('UNKNOWN');
    return actual.readdirSync(path, options);
  }) as typeof fs.readdirSync);
  const walk = await walkRoot({
    ...{ root, maxDepth: 4, maxDirs: 10, includeNested: false },
    isExcluded: () => false,
    signal: new AbortController().signal,
  });
  expect(walk).toMatchObject({
    found: [{ path: join(root, 'alpha') }],
    unreadable: [{ path: join(root, 'cloud'), code: 'UNKNOWN' }],
  });
});

describe('matchKnownProjects', () => {
  test('does not take a project for moved when its known path is not accessible', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('code/new/package.json', '{}');
    const path = join(workspace.root, 'code/new');
    const fileId = fileIdOf(path);
    const known = { id: 'old', path: join(workspace.root, 'closed/old'), fileId };
    const match = (): Promise<ReadonlyMap<string, string>> =>
      matchKnownProjects([{ path, kind: 'package', fileId }], [known], {
        open: () => Promise.reject(new Error('not opened')),
        hasCommit: () => Promise.reject(new Error('not read')),
        isGone: () => false,
      });
    expect([...(await match())]).toEqual([[path, 'old']]);
    failLstat(known.path, 'EACCES');
    expect([...(await match())]).toEqual([]);
  });
});

describe('isSameRepository', () => {
  const repository = {
    ...{ workTree: '/code/a', gitDir: '/code/a/.git', commonDir: '/code/a/.git' },
    ...{ remote: null, head: { oid: 'b'.repeat(40) } },
  } as unknown as Repository;
  const known = {
    ...{ id: 'a', path: '/code/a', kind: 'git' as const },
    git: { remote: null, lastCommit: { hash: 'a'.repeat(40) } },
  } as unknown as Parameters<typeof isSameRepository>[1];

  test.each([
    ['EACCES', null],
    ['ENOENT', false],
  ])('resolves when opening the reflog fails with %s', async (code, result) => {
    vi.mocked(fsPromises.open).mockRejectedValue(failure(code));
    expect(await isSameRepository(repository, known)).toBe(result);
  });

  test('rejects when opening the reflog fails with EMFILE', async () => {
    vi.mocked(fsPromises.open).mockRejectedValue(failure('EMFILE'));
    await expect(isSameRepository(repository, known)).rejects.toMatchObject({ code: 'EMFILE' });
  });
});
