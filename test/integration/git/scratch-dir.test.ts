import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileError } from '../../../src/util/fs.ts';
import { createScratchDir } from '../../../src/git/exec/scratch-dir.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

const files = (contents: Readonly<Record<string, string>>) =>
  new Map(Object.entries(contents).map(([name, text]) => [name, Buffer.from(text)]));

test('fill of a scratch directory replaces its files and rewrites only those that differ', async () => {
  await using workspace = await temporaryWorkspace();
  const { path, fill } = createScratchDir(workspace.root);
  const read = (name: string): string => readFileSync(join(path, name), 'utf8');
  fill(files({ HEAD: 'a long line', 'info/exclude': 'x', config: 'same' }));
  const before = statSync(join(path, 'config'), { bigint: true });
  fill(files({ HEAD: 'short', shallow: '', config: 'same' }));
  expect(readdirSync(path).toSorted()).toEqual(['HEAD', 'config', 'info', 'refs', 'shallow']);
  expect(readdirSync(join(path, 'info'))).toEqual([]);
  expect([read('HEAD'), read('shallow'), read('config')]).toEqual(['short', '', 'same']);
  expect(statSync(join(path, 'config'), { bigint: true }).mtimeNs).toBe(before.mtimeNs);
  const large = 'x'.repeat(100_000);
  fill(files({ HEAD: large }));
  fill(files({ HEAD: `y${large}` }));
  expect(read('HEAD')).toBe(`y${large}`);
});

test('a scratch directory that was removed causes a FileError with its path', async () => {
  await using workspace = await temporaryWorkspace();
  const { path, fill } = createScratchDir(workspace.root);
  rmSync(path, { recursive: true });
  expect(() => {
    fill(files({ HEAD: 'x' }));
  }).toThrow(FileError);
  expect(() => createScratchDir(path)).toThrow(path);
});
