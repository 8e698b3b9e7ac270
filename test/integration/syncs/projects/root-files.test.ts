import { execFileSync } from 'node:child_process';
import { symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRootFiles } from '../../../../src/syncs/projects/root-files.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';

const { signal } = new AbortController();

describe('a hostile file at the root of a project', () => {
  test.each<[string, (folder: string) => Promise<void> | void, string]>([
    [
      'a sparse package.json of 1 GB',
      async (folder) => {
        await writeFile(join(folder, 'package.json'), '{');
        await truncate(join(folder, 'package.json'), 1024 ** 3);
      },
      'package.json: is larger than 1 MiB',
    ],
    [
      'a FIFO as Cargo.toml',
      (folder) => void execFileSync('mkfifo', [join(folder, 'Cargo.toml')]),
      'Cargo.toml: is not a regular file',
    ],
    [
      'a FIFO as README.md',
      (folder) => void execFileSync('mkfifo', [join(folder, 'README.md')]),
      'README.md: is not a regular file',
    ],
    [
      'a link out of the project as package.json',
      (folder) => symlink('../secret.json', join(folder, 'package.json')),
      'package.json: is a symbolic link (ELOOP)',
    ],
    [
      'a link to itself as go.mod',
      (folder) => symlink('go.mod', join(folder, 'go.mod')),
      'go.mod: is a symbolic link (ELOOP)',
    ],
    [
      'JSON of a depth without end',
      (folder) => writeFile(join(folder, 'package.json'), '{"a":'.repeat(200_000)),
      "package.json can't be understood",
    ],
    [
      'JSON that is no object',
      (folder) => writeFile(join(folder, 'package.json'), '["a"]'),
      "package.json can't be understood",
    ],
    [
      'TOML of a depth without end',
      (folder) => writeFile(join(folder, 'Cargo.toml'), `a = ${'['.repeat(60_000)}`),
      "Cargo.toml can't be understood",
    ],
    [
      'TOML that would take seconds',
      (folder) => writeFile(join(folder, 'pyproject.toml'), `${'a.'.repeat(500_000)}b = 1`),
      "pyproject.toml can't be understood",
    ],
    [
      'a name with an escape sequence',
      (folder) => writeFile(join(folder, 'a\u001b[31m\n.csproj'), ''),
      "a [31m .csproj can't be understood",
    ],
  ])('%s is one problem and hides nothing else', async (_name, attack, message) => {
    await using workspace = await temporaryWorkspace();
    const folder = join(workspace.root, 'code');
    await workspace.write('secret.json', '{"description":"secret"}');
    await workspace.write('code/composer.json', '{"description":"Still here."}');
    await attack(folder);
    const facts = await readRootFiles(folder, null, signal);
    expect(facts.problems.map((problem) => problem.message)).toEqual([message]);
    expect(facts.description).toBe('Still here.');
  });

  test('deep but valid JSON is read', async () => {
    await using workspace = await temporaryWorkspace();
    const deep = `{"description":"Deep.","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await workspace.write('code/package.json', deep);
    const facts = await readRootFiles(join(workspace.root, 'code'), null, signal);
    expect(facts).toMatchObject({ description: 'Deep.', problems: [] });
  });

  test('a folder or a link is no licence and no README, and no problem', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('secret', 'Reads all secrets.');
    await workspace.write('code/LICENSE/MIT.txt', '');
    await symlink('../secret', join(workspace.root, 'code', 'README'));
    const facts = await readRootFiles(join(workspace.root, 'code'), null, signal);
    expect(facts).toMatchObject({ description: null, license: null, problems: [] });
  });
});

describe('what an earlier run worked out', () => {
  test('is the answer as long as no file at the root changes', async () => {
    await using workspace = await temporaryWorkspace();
    const folder = join(workspace.root, 'code');
    await workspace.write('code/package.json', '{"description":"One."}');
    const first = await readRootFiles(folder, null, signal);
    const marked = { ...first, description: 'from the cache' };
    await workspace.write('code/src/index.ts', '');
    expect(await readRootFiles(folder, marked, signal)).toBe(marked);
  });

  test.each<[string, (folder: string) => Promise<void>]>([
    ['is edited', (folder) => writeFile(join(folder, 'package.json'), '{"description":"Two."}')],
    ['is touched', (folder) => utimes(join(folder, 'package.json'), 1, 1)],
    ['is added', (folder) => writeFile(join(folder, 'yarn.lock'), '')],
  ])('is void when a file %s', async (_name, change) => {
    await using workspace = await temporaryWorkspace();
    const folder = join(workspace.root, 'code');
    await workspace.write('code/package.json', '{"description":"One."}');
    const first = await readRootFiles(folder, null, signal);
    await change(folder);
    const second = await readRootFiles(folder, { ...first, description: 'stale' }, signal);
    expect(second.description).not.toBe('stale');
    expect(second.signature).not.toBe(first.signature);
  });

  test('is tried again when a file could not be read', async () => {
    await using workspace = await temporaryWorkspace();
    const folder = join(workspace.root, 'code');
    execFileSync('mkfifo', [join(folder, 'README.md')]);
    const first = await readRootFiles(folder, null, signal);
    const second = await readRootFiles(folder, { ...first, description: 'stale' }, signal);
    expect(second).toEqual(first);
  });
});

test('a folder that is not there is an error of the folder', async () => {
  await using workspace = await temporaryWorkspace();
  await expect(readRootFiles(join(workspace.root, 'none'), null, signal)).rejects.toThrow('ENOENT');
});
