import fs, { existsSync, readdirSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, test } from 'vitest';
import { withLock } from '../../../src/lock/index.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { dataOf, optionsFor } from './locked-workspace.ts';

/**
 * Performs the first rename and reports that it failed, as a network file system does when the reply is lost and the
 * request is repeated (RFC 1813, section 4.3).
 */
async function withMisreportedRename<Result>(
  code: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { renameSync } = fs;
  let isFirst = true;
  fs.renameSync = (from, to) => {
    renameSync(from, to);
    if (!isFirst) return;
    isFirst = false;
    throw Object.assign(new Error(code), { code });
  };
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    fs.renameSync = renameSync;
    syncBuiltinESMExports();
  }
}

describe('a rename that is performed but reported as failed', () => {
  test('takes the lock when the error is that the source does not exist', async () => {
    await using workspace = await temporaryWorkspace();
    const result = await withMisreportedRename('ENOENT', () =>
      withLock(optionsFor(workspace), ({ stage }) => {
        expect(readdirSync(stage)).toEqual([]);
        return Promise.resolve('done');
      }),
    );
    expect(result).toEqual({ held: true, value: 'done' });
    expect(dataOf(workspace)).toEqual([]);
  });

  test('leaves no lock behind when the error ends the run', async () => {
    await using workspace = await temporaryWorkspace();
    const taken = withMisreportedRename('EIO', () =>
      withLock(optionsFor(workspace), () => Promise.resolve()),
    );
    await expect(taken).rejects.toMatchObject({ code: 'io' });
    expect(existsSync(workspace.paths.lock)).toBe(false);
    expect(dataOf(workspace)).toEqual([]);
  });
});
