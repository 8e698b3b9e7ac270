import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHistory } from '../../../src/store/history/read-history.ts';
import { storeFixture, type StoreFixture } from './fixtures.ts';

const now = new Date('2026-11-02T12:00:00.000Z');

const lineOf = (run: string, todos: number) => ({
  run: `${run}T08:00:00.000Z`,
  key: 'alpha',
  todos,
  ...{ head: null, coverage: null, lighthouse: null, techDebt: 'low', debtScore: null },
});

/** Writes the daily lines of one project in the files of two months. */
async function writeLines({ workspace }: StoreFixture): Promise<void> {
  const dir = workspace.historyDir('quality');
  await mkdir(dir, { recursive: true });
  const lines = [lineOf('2026-10-31', 1), lineOf('2026-11-01', 2), lineOf('2026-11-02', 3)];
  for (const month of ['2026-10', '2026-11']) {
    const ofMonth = lines.filter(({ run }) => run.startsWith(month));
    const text = ofMonth.map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(join(dir, `quality-${month}.jsonl`), text);
  }
}

test.each([
  ['since is the start of a month', { since: '2026-11-01T00:00:00.000Z', limit: 10 }],
  ['a month contains exactly limit lines', { since: null, limit: 2 }],
])('readHistory returns the previous line of the previous month when %s', async (_, query) => {
  await using fixture = await storeFixture();
  await writeLines(fixture);
  const changes = await readHistory(fixture.workspace, 'quality', { now, key: null, ...query });
  expect(changes.map(({ entry, before }) => [before?.todos, entry.todos])).toEqual([
    [1, 2],
    [2, 3],
  ]);
});
