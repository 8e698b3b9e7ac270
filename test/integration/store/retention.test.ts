import { execFileSync } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { storeFixture, type StoreFixture } from './fixtures.ts';

const now = new Date('2026-11-23T08:00:00.000Z');

async function writeMonths(
  { workspace }: StoreFixture,
  series: 'projects' | 'runs',
  months: readonly string[],
) {
  const dir = workspace.historyDir(series);
  await mkdir(dir, { recursive: true });
  for (const month of months) await writeFile(join(dir, `${series}-${month}.jsonl`), '{}\n');
}

async function monthsOf(
  { workspace }: StoreFixture,
  series: 'projects' | 'runs',
): Promise<string[]> {
  const names = await readdir(workspace.historyDir(series));
  return names.toSorted().map((name) => name.slice(series.length + 1, -'.jsonl'.length));
}

test('removeOldHistory removes the months in which every line is past the retention', async () => {
  await using fixture = await storeFixture();
  const months = ['2025-11', '2026-04', '2026-05', '2026-10', '2026-11'];
  await writeMonths(fixture, 'projects', months);
  await writeMonths(fixture, 'runs', months);
  expect(
    await openStore(fixture.workspace).removeOldHistory({
      now,
      months: 6,
      waitForPublication: false,
    }),
  ).toEqual([]);
  expect(await monthsOf(fixture, 'projects')).toEqual(['2026-05', '2026-10', '2026-11']);
  expect(await monthsOf(fixture, 'runs')).toEqual(['2026-05', '2026-10', '2026-11']);
});

test('removeOldHistory counts months across the end of a year', async () => {
  await using fixture = await storeFixture();
  await writeMonths(fixture, 'runs', ['2026-10', '2026-11', '2026-12', '2027-01']);
  await openStore(fixture.workspace).removeOldHistory({
    now: new Date('2027-01-01T00:00:00.000Z'),
    months: 2,
    waitForPublication: false,
  });
  expect(await monthsOf(fixture, 'runs')).toEqual(['2026-11', '2026-12', '2027-01']);
});

test('removeOldHistory ignores other names, directories and links', async () => {
  await using fixture = await storeFixture();
  await writeMonths(fixture, 'runs', ['2026-10', '2020-01']);
  const dir = fixture.workspace.historyDir('runs');
  const others = [
    'runs-2020-13.jsonl',
    'runs-2020-1.jsonl',
    'projects-2020-01.jsonl',
    'runs-2020-02.jsonl.corrupt-20200201T000000000Z',
    'my-runs-2020-01.jsonl',
    'runs-2020-01.jsonl.bak',
  ];
  for (const name of others) await writeFile(join(dir, name), '');
  await mkdir(join(dir, 'runs-2020-03.jsonl'));
  await symlink('/etc/passwd', join(dir, 'runs-2020-04.jsonl'));
  execFileSync('mkfifo', [join(dir, 'runs-2020-05.jsonl')]);
  expect(
    await openStore(fixture.workspace).removeOldHistory({
      now,
      months: 6,
      waitForPublication: false,
    }),
  ).toEqual([]);
  expect((await readdir(dir)).toSorted()).toEqual(
    [
      ...others,
      ...['2020-03', '2020-04', '2020-05', '2026-10'].map((month) => `runs-${month}.jsonl`),
    ].toSorted(),
  );
});

test.each([
  ['far ahead', '2038-01-19T03:14:08.000Z'],
  ['400 days ahead', '2027-12-28T08:00:00.000Z'],
  ['far behind', '1970-01-01T00:00:00.000Z'],
])(
  'removeOldHistory removes nothing and returns a warning when the clock is %s',
  async (_what, at) => {
    await using fixture = await storeFixture();
    const months = ['1960-01', '2026-04', '2026-11', at.slice(0, 7)].toSorted();
    await writeMonths(fixture, 'runs', months);
    const warnings = await openStore(fixture.workspace).removeOldHistory({
      now: new Date(at),
      months: 6,
      waitForPublication: false,
    });
    expect(warnings).toMatchObject([
      {
        code: 'clock-skew',
        subject: expect.stringContaining('runs-2026-11.jsonl') as string,
      },
    ]);
    expect(await monthsOf(fixture, 'runs')).toEqual(months);
  },
);

test('removeOldHistory returns no warning when no file is old', async () => {
  await using fixture = await storeFixture();
  expect(
    await openStore(fixture.workspace).removeOldHistory({
      now,
      months: 6,
      waitForPublication: false,
    }),
  ).toEqual([]);
  await writeMonths(fixture, 'runs', ['2026-07', '2026-11']);
  expect(
    await openStore(fixture.workspace).removeOldHistory({
      now,
      months: 6,
      waitForPublication: false,
    }),
  ).toEqual([]);
});
