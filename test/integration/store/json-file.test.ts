import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../../src/util/errors.ts';
import { openStore } from '../../../src/store/store.ts';
import { projectOf, registryOf, storeFixture, type StoreFixture } from './fixtures.ts';

const valid = registryOf([projectOf('a'), projectOf('b')]);
const text = JSON.stringify(valid, null, 2);

async function readError({ workspace }: StoreFixture): Promise<UserError> {
  const error: unknown = await openStore(workspace)
    .readSnapshot('projects')
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError))
    throw new Error('the file was read without an error', { cause: error });
  return error;
}

test.each([
  ['is empty', '', ':1:1: is not valid JSON (value expected)'],
  ['ends too early', '{\n  "projects": [', ':2:16: is not valid JSON (close bracket expected)'],
  ['has a trailing comma', '{\n "a": 1,\n}', ':3:1: is not valid JSON (property name expected)'],
  ['contains a comment', '{ // mine\n}', ':1:3: is not valid JSON (invalid comment token)'],
  ['is an array', '[]', ':1:1: must be an object'],
  ['lacks a key', text.replace('"roots"', '"root"'), ':1:1: roots is missing'],
  [
    'has a value of the wrong type',
    text.replace('"MIT"', '7'),
    ':32:18: projects[0].license must be a string',
  ],
  [
    'has an unknown value',
    text.replace('"package"', '"parcel"'),
    ':23:15: projects[0].kind must be "git" or "package"',
  ],
  [
    'has two entries with the same id',
    text.replace('"id": "b"', '"id": "a"'),
    'projects[1] is a duplicate: id "a"',
  ],
])(
  'readSnapshot reports the location of the error in a file that %s',
  async (_what, content, location) => {
    await using fixture = await storeFixture();
    const path = fixture.workspace.snapshot('projects');
    await writeFile(path, content);
    const error = await readError(fixture);
    expect(error.code).toBe('data');
    expect(error.message.startsWith(`${path}:`)).toBe(true);
    expect(error.message).toContain(location);
    expect(error.hint).toBe(`fix projects.json, or move it away: mv ${path} ${path}.bad`);
    expect(await readFile(path, 'utf8')).toBe(content);
  },
);

test('readSnapshot reports a file of a newer version and suggests an update', async () => {
  await using fixture = await storeFixture();
  const newer = { schemaVersion: 2, everything: 'else' };
  await writeFile(fixture.workspace.snapshot('projects'), JSON.stringify(newer));
  const error = await readError(fixture);
  expect(error.message).toContain('was written by a newer version of sync-runner');
  expect(error.hint).toContain('update sync-runner');
});

test('readSnapshot accepts a byte order mark', async () => {
  await using fixture = await storeFixture();
  await writeFile(fixture.workspace.snapshot('projects'), `\ufeff${text}`);
  expect(await openStore(fixture.workspace).readSnapshot('projects')).toEqual(valid);
});

test('readSnapshot rejects bytes that are not UTF-8 instead of replacing them', async () => {
  await using fixture = await storeFixture();
  const bytes = Buffer.concat([
    Buffer.from('{ "notes": "'),
    Buffer.from([0xff]),
    Buffer.from('" }'),
  ]);
  await writeFile(fixture.workspace.snapshot('projects'), bytes);
  expect((await readError(fixture)).message).toContain('is not UTF-8 text');
});

test.each([
  ['a FIFO', (path: string) => Promise.resolve(execFileSync('mkfifo', [path])), 'regular file'],
  ['a directory', (path: string) => mkdir(path), 'is a directory'],
  ['a link', (path: string) => symlink('/etc/passwd', path), 'is a symbolic link'],
  [
    'a huge file',
    async (path: string) => {
      await writeFile(path, '');
      await truncate(path, 8 * 2 ** 30);
    },
    'is larger than',
  ],
])('readSnapshot rejects %s at once', async (_what, create, reason) => {
  await using fixture = await storeFixture();
  await create(fixture.workspace.snapshot('projects'));
  const error = await readError(fixture);
  expect(error).toMatchObject({
    code: 'data',
    message: expect.stringContaining(reason) as string,
  });
});

test('readSnapshot returns a hint that works in a shell when the path has a space and a quote', async () => {
  await using fixture = await storeFixture();
  const data = join(fixture.workspace.root, "it's mine", 'data');
  await mkdir(data, { recursive: true });
  const workspace = { ...fixture.workspace, snapshot: () => join(data, 'projects.json') };
  await writeFile(workspace.snapshot(), '{');
  const error = await readError({ ...fixture, workspace });
  const command = /mv .*$/.exec(error.hint ?? '')?.[0] ?? '';
  execFileSync('sh', ['-c', command]);
  expect(await readFile(`${workspace.snapshot()}.bad`, 'utf8')).toBe('{');
});
