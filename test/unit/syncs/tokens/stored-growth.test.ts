import { expect, test } from 'vitest';
import type { Snapshot } from '../../../../src/schema/syncs.ts';
import type { TokenSource } from '../../../../src/schema/tokens.ts';
import { storedGrowth } from '../../../../src/syncs/tokens/usage-log/running-totals/session-growth.ts';

const snapshotWith = (status: TokenSource['status']): Snapshot<'tokens'> => ({
  schemaVersion: 1,
  updatedAt: '2026-11-20T10:00:00.000Z',
  timeZone: 'UTC',
  sources: {
    droid: {
      status,
      message: null,
      coveredFrom: null,
      coveredTo: null,
      unpricedModels: [],
      warnings: {},
    },
  },
  totals: {},
  daily: [],
  projects: [],
  manual: [],
});

test.each([
  ['the snapshot is lost', null, true],
  ['the source has failed so far', snapshotWith('error'), true],
  ['the source was read without usage', snapshotWith('success'), false],
  ['the source was skipped', snapshotWith('skipped'), false],
])(
  'storedGrowth reads the history as needed when %s',
  async (_condition, previous, readsHistory) => {
    let wasRead = false;
    const readLatestHistory = () => {
      wasRead = true;
      return Promise.resolve([]);
    };
    expect(await storedGrowth({ previous, readLatestHistory }, 'droid')).toEqual([]);
    expect(wasRead).toBe(readsHistory);
  },
);
