import { expect, test } from 'vitest';
import { refFiles } from '../../../src/git/gitdir/refs.ts';
import { readStash } from '../../../src/git/gitdir/stash.ts';
import { timestamp } from '../../../src/schema/timestamp.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

const oid = 'a'.repeat(40);

test.each([
  ['1750000000', '2025-06-15T15:06:40.000Z'],
  ['253402300799', '9999-12-31T23:59:59.000Z'],
  ['253402300800', null],
  ['999999999999', null],
  ['not-a-time', null],
])('readStash returns a valid age or none for an entry of the time %s', async (time, oldestAt) => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('git/refs/stash', `${oid}\n`);
  const line = `${oid} ${oid} Ada <ada@example.com> ${time} +0000\tWIP\n`;
  await workspace.write('git/logs/refs/stash', line);
  const gitDir = `${workspace.root}/git`;
  expect(readStash(refFiles(gitDir, gitDir))).toEqual({ entries: 1, oldestAt });
  expect(oldestAt === null || timestamp.safeParse(oldestAt).success).toBe(true);
});
