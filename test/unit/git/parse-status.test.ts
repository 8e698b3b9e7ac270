import { expect, test } from 'vitest';
import { parseLsFiles } from '../../../src/git/index/parse-ls-files.ts';
import { countGitlinkChanges, parseStatus } from '../../../src/git/worktree/parse-status.ts';

const pause = (): Promise<void> => Promise.resolve();
const zeros = '0'.repeat(40);

test('parseStatus counts all kinds of changes and skips the old paths of renames', async () => {
  const records = [
    '# branch.oid (initial)',
    '# branch.ab +2 -13',
    `1 M. N... 100644 100644 100644 ${zeros} ${zeros} staged.ts`,
    `1 .M N... 100644 100644 100644 ${zeros} ${zeros} unstaged.ts`,
    `1 MM N... 100644 100644 100644 ${zeros} ${zeros} both.ts`,
    `2 R. N... 100644 100644 100644 ${zeros} ${zeros} R100 new.ts`,
    '? old name',
    `2 .R N... 100644 100644 100644 ${zeros} ${zeros} R100 other.ts`,
    '# branch.ab +0 -0',
    `u UU N... 100644 100644 100644 100644 ${zeros} ${zeros} ${zeros} conflict.ts`,
    '? new\n? file.ts',
    '? inner/',
    '! dist/',
    '! x.o',
    '',
  ];
  expect(await parseStatus(Buffer.from(records.join('\0')), pause)).toEqual({
    changes: { staged: 3, unstaged: 3, untracked: 2, conflicts: 1 },
    changed: {
      staged: ['staged.ts', 'both.ts', 'new.ts', 'conflict.ts'],
      unstaged: ['unstaged.ts', 'both.ts', 'other.ts'],
    },
    ...{ ahead: 2, behind: 13, untracked: ['new\n? file.ts'] },
    unscanned: { ignored: ['dist'], repositories: ['inner'] },
  });
});

test('parseStatus accepts empty and truncated output', async () => {
  const none = { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 };
  const empty = {
    changes: none,
    changed: { staged: [], unstaged: [] },
    ahead: null,
    behind: null,
    untracked: [],
    unscanned: { ignored: [], repositories: [] },
  };
  for (const text of ['', '\0', '2', '1 ', '# ']) {
    const { changes, ...rest } = await parseStatus(Buffer.from(text), pause);
    expect({ ...rest, changes: none }, text).toEqual(empty);
    expect(changes.untracked + changes.conflicts, text).toBe(0);
  }
});

test('parseLsFiles returns every regular file and submodule once', async () => {
  const records = [
    `H 100644 ${zeros} 0\ta.ts`,
    `H 100755 ${zeros} 1\tfolder/b\tc.ts`,
    `H 100755 ${zeros} 2\tfolder/b\tc.ts`,
    `H 100755 ${zeros} 3\tfolder/b\tc.ts`,
    `H 120000 ${zeros} 0\tlink`,
    `H 160000 ${zeros} 0\tsubmodule`,
    `S 160000 ${zeros} 0\tskipped`,
    `h 160000 ${zeros} 0\tassumed`,
    `M 160000 ${zeros} 1\tconflict`,
    '',
  ];
  const output = Buffer.from(records.join('\0'));
  expect(await parseLsFiles(output, pause)).toEqual({
    files: ['a.ts', 'folder/b\tc.ts'],
    gitlinks: [{ path: 'submodule', oid: zeros }],
  });
});

test('parseLsFiles rejects a path outside the work tree', async () => {
  const output = Buffer.from(`H 100644 ${zeros} 0\t../x\0`);
  await expect(parseLsFiles(output, pause)).rejects.toMatchObject({ code: 'broken-index' });
});

test('countGitlinkChanges counts added, removed, renamed and moved submodules', () => {
  const records = [
    `:160000 160000 ${zeros} ${zeros} M`,
    'changed',
    `:160000 160000 ${zeros} ${zeros} R100`,
    'old',
    'new',
    `:000000 160000 ${zeros} ${zeros} A`,
    'added',
    `:160000 000000 ${zeros} ${zeros} D`,
    'removed',
    `:160000 000000 ${zeros} ${zeros} U`,
    'conflict',
    `:160000 100644 ${zeros} ${zeros} T`,
    'file',
    `:100644 100644 ${zeros} ${zeros} M`,
    'a.ts',
    '',
  ];
  expect(countGitlinkChanges(Buffer.from(records.join('\0')))).toBe(4);
});
