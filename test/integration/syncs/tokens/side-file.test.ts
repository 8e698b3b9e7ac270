import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSideJson } from '../../../../src/syncs/tokens/usage-log/reading/side-file.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sync-runner-side-file-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('readSideJson returns the fields of a JSON object, also behind a byte order mark', async () => {
  const path = join(dir, 'good.json');
  await writeFile(path, '\ufeff{"projects":{"/home/dev/caf\u00e9":"cafe"}}');
  expect(readSideJson(path)).toEqual({ projects: { '/home/dev/café': 'cafe' } });
});

test.each([
  ['nothing', ''],
  ['an array', '[1]'],
  ['a number', '1'],
  ['cut JSON', '{"a":'],
  ['text that is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['deep nesting', '['.repeat(1_000_000)],
])('readSideJson returns null for %s', async (_, content) => {
  const path = join(dir, 'bad.json');
  await writeFile(path, content);
  expect(readSideJson(path)).toBeNull();
});

test('readSideJson returns null for a missing file, a directory, a link, a pipe and a file of 17 MiB', async () => {
  const [link, pipe, large] = [join(dir, 'link'), join(dir, 'pipe'), join(dir, 'large')];
  await writeFile(join(dir, 'target.json'), '{}');
  await symlink(join(dir, 'target.json'), link);
  execFileSync('mkfifo', [pipe]);
  await writeFile(large, '{}');
  await truncate(large, 17 * 1024 * 1024);
  for (const path of [join(dir, 'missing'), dir, link, pipe, large]) {
    expect(readSideJson(path)).toBeNull();
  }
});
