import { execFileSync } from 'node:child_process';
import { rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRootFiles } from '../../../../src/syncs/projects/root-files.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';

const { signal } = new AbortController();

describe('readRootFiles with a hostile file', () => {
  test.each<[string, (dir: string) => Promise<void> | void, string]>([
    [
      'a sparse package.json of 1 GB',
      async (dir) => {
        await writeFile(join(dir, 'package.json'), '{');
        await truncate(join(dir, 'package.json'), 1024 ** 3);
      },
      'package.json: is larger than 1 MiB',
    ],
    [
      'a FIFO as Cargo.toml',
      (dir) => void execFileSync('mkfifo', [join(dir, 'Cargo.toml')]),
      'Cargo.toml: is not a regular file',
    ],
    [
      'a FIFO as README.md',
      (dir) => void execFileSync('mkfifo', [join(dir, 'README.md')]),
      'README.md: is not a regular file',
    ],
    [
      'a link out of the project as package.json',
      (dir) => symlink('../secret.json', join(dir, 'package.json')),
      'package.json: is a symbolic link (ELOOP)',
    ],
    [
      'a link to itself as go.mod',
      (dir) => symlink('go.mod', join(dir, 'go.mod')),
      'go.mod: is a symbolic link (ELOOP)',
    ],
    [
      'extremely nested JSON',
      (dir) => writeFile(join(dir, 'package.json'), '{"a":'.repeat(200_000)),
      "package.json can't be parsed",
    ],
    [
      'JSON that is not an object',
      (dir) => writeFile(join(dir, 'package.json'), '["a"]'),
      "package.json can't be parsed",
    ],
    [
      'extremely nested TOML',
      (dir) => writeFile(join(dir, 'Cargo.toml'), `a = ${'['.repeat(60_000)}`),
      "Cargo.toml can't be parsed",
    ],
    [
      'TOML that takes seconds to parse',
      (dir) => writeFile(join(dir, 'pyproject.toml'), `${'a.'.repeat(500_000)}b = 1`),
      "pyproject.toml can't be parsed",
    ],
    [
      'a name with an escape sequence',
      (dir) => writeFile(join(dir, 'a\u001b[31m\n.csproj'), ''),
      "a [31m .csproj can't be parsed",
    ],
  ])('reports %s as one failure and reads the other files', async (_name, attack, message) => {
    await using workspace = await temporaryWorkspace();
    const dir = join(workspace.root, 'code');
    await workspace.write('secret.json', '{"description":"secret"}');
    await workspace.write('code/composer.json', '{"description":"Still here."}');
    await attack(dir);
    const facts = await readRootFiles(dir, null, signal);
    expect(facts.failures.map((failure) => failure.message)).toEqual([message]);
    expect(facts.description).toBe('Still here.');
  });

  test('reads deeply nested valid JSON', async () => {
    await using workspace = await temporaryWorkspace();
    const deep = `{"description":"Deep.","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await workspace.write('code/package.json', deep);
    const facts = await readRootFiles(join(workspace.root, 'code'), null, signal);
    expect(facts).toMatchObject({ description: 'Deep.', failures: [] });
  });

  test('ignores directories and links named like a licence or README', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('secret', 'Reads all secrets.');
    await workspace.write('code/LICENSE/MIT.txt', '');
    await symlink('../secret', join(workspace.root, 'code', 'README'));
    const facts = await readRootFiles(join(workspace.root, 'code'), null, signal);
    expect(facts).toMatchObject({ description: null, license: null, failures: [] });
  });
});

test('readRootFiles reads the licence texts in LICENSES and notices a change there', async () => {
  await using workspace = await temporaryWorkspace();
  const dir = join(workspace.root, 'code');
  await workspace.write('code/LICENSES/LicenseRef-One.txt', 'One.');
  const first = await readRootFiles(dir, null, signal);
  expect(first.license).toBe('LicenseRef-One');
  expect(await readRootFiles(dir, first, signal)).toBe(first);
  await workspace.write('code/LICENSES/LicenseRef-Two.txt', 'Two.');
  expect((await readRootFiles(dir, first, signal)).license).toBeNull();
});

test('readRootFiles does not follow a link named LICENSES', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('secret/LicenseRef-One.txt', 'One.');
  await workspace.write('code/a', '');
  await symlink('../secret', join(workspace.root, 'code', 'LICENSES'));
  const facts = await readRootFiles(join(workspace.root, 'code'), null, signal);
  expect(facts).toMatchObject({ license: null, failures: [] });
});

test('readRootFiles reports a FIFO as LICENSE and leaves the licence unknown', async () => {
  await using workspace = await temporaryWorkspace();
  const dir = join(workspace.root, 'code');
  await workspace.write('code/README.md', '## License\n\nMIT\n');
  execFileSync('mkfifo', [join(dir, 'LICENSE')]);
  const facts = await readRootFiles(dir, null, signal);
  expect(facts.license).toBeNull();
  expect(facts.failures.map(({ message }) => message)).toEqual(['LICENSE: is not a regular file']);
});

describe('readRootFiles with cached facts', () => {
  test('returns them while no file at the root changes', async () => {
    await using workspace = await temporaryWorkspace();
    const dir = join(workspace.root, 'code');
    await workspace.write('code/package.json', '{"description":"One."}');
    const first = await readRootFiles(dir, null, signal);
    const marked = { ...first, description: 'from the cache' };
    await workspace.write('code/src/index.ts', '');
    expect(await readRootFiles(dir, marked, signal)).toBe(marked);
  });

  test.each<[string, (dir: string) => Promise<void>]>([
    ['is edited', (dir) => writeFile(join(dir, 'package.json'), '{"description":"Two."}')],
    ['is touched', (dir) => utimes(join(dir, 'package.json'), 1, 1)],
    ['is added', (dir) => writeFile(join(dir, 'yarn.lock'), '')],
  ])('reads the files again when a file %s', async (_name, change) => {
    await using workspace = await temporaryWorkspace();
    const dir = join(workspace.root, 'code');
    await workspace.write('code/package.json', '{"description":"One."}');
    const first = await readRootFiles(dir, null, signal);
    await change(dir);
    const second = await readRootFiles(dir, { ...first, description: 'stale' }, signal);
    expect(second.description).not.toBe('stale');
    expect(second.signature).not.toBe(first.signature);
  });

  test('reads the files again when one could not be read', async () => {
    await using workspace = await temporaryWorkspace();
    const dir = join(workspace.root, 'code');
    execFileSync('mkfifo', [join(dir, 'README.md')]);
    const first = await readRootFiles(dir, null, signal);
    const second = await readRootFiles(dir, { ...first, description: 'stale' }, signal);
    expect(second).toEqual(first);
  });
});

test('readRootFiles rejects when the directory does not exist', async () => {
  await using workspace = await temporaryWorkspace();
  await expect(readRootFiles(join(workspace.root, 'none'), null, signal)).rejects.toThrow('ENOENT');
});

test('readRootFiles notices new and removed files of a directory whose listing is cached', async () => {
  await using workspace = await temporaryWorkspace();
  const dir = join(workspace.root, 'code');
  await workspace.write('code/README.md', '# One\n\nCounts the words of a text.\n');
  const later = { sinceMs: Date.now() + 10_000 };
  const first = await readRootFiles(dir, null, signal, later);
  expect(first.listing?.names).toEqual(['README.md']);
  expect(await readRootFiles(dir, first, signal, later)).toBe(first);
  await workspace.write('code/package.json', '{"description":"Second"}');
  const second = await readRootFiles(dir, first, signal, later);
  expect(second.description).toBe('Second');
  await rm(join(dir, 'package.json'));
  expect((await readRootFiles(dir, second, signal, later)).description).toBe(
    'Counts the words of a text.',
  );
  const now = await readRootFiles(dir, null, signal, { sinceMs: Date.now() });
  expect(now.listing).toBeNull();
});
