import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../../../../src/schema/syncs.ts';
import { tokens } from '../../../../../src/syncs/tokens/index.ts';
import { temporaryHome, type Changes, type TemporaryHome, type TokensRun } from '../run-tokens.ts';
import {
  deleteDroidSession as remove,
  totalOf,
  writeDroidSession as write,
} from './droid-sessions.ts';

const firstRun = '2026-11-20T08:00:00.000Z';
const secondRun = '2026-11-22T08:00:00.000Z';
const day10 = '2026-11-10T12:00:00.000Z';
const day21 = '2026-11-21T12:00:00.000Z';

interface Kept {
  readonly cache: boolean;
  readonly snapshot: boolean;
  readonly history: boolean;
}
const everything: Kept = { cache: true, snapshot: true, history: true };

/** Runs the sync at a time, after a run of which only a part is kept. */
async function collectAfter(
  home: TemporaryHome,
  before: TokensRun | null,
  { at = secondRun, kept = everything, ...changes }: Changes & { at?: string; kept?: Kept } = {},
): Promise<TokensRun> {
  const history: readonly HistoryEntry<'tokens'>[] =
    before !== null && kept.history ? tokens.toHistory(before.snapshot) : [];
  const run = await home.collect({
    startedAt: new Date(at),
    previous: kept.snapshot ? (before?.snapshot ?? null) : null,
    cache: kept.cache ? (before?.cache ?? null) : null,
    readLatestHistory: () => Promise.resolve(history),
    ...changes,
  });
  // As the store does: without a new cache, the previous one is kept.
  return run.cache === undefined && kept.cache && before?.cache !== undefined
    ? { ...run, cache: before.cache }
    : run;
}

/** The output tokens by day, with a mark for entries that contain a first total. */
const outputByDay = ({ snapshot }: TokensRun): readonly string[] =>
  snapshot.daily.map(
    ({ date, tokens, sessions }) =>
      `${date} ${String(tokens?.output)}${sessions?.some(({ isFirst }) => isFirst) ? ' first' : ''}`,
  );

const dataOf = ({ snapshot }: TokensRun): object => ({
  daily: snapshot.daily,
  totals: snapshot.totals,
  projects: snapshot.projects,
});

describe('the day of a running total', () => {
  test('the first total of an old session is on its last day and marked', async () => {
    await using home = await temporaryHome();
    await write(home.path, { tokenUsage: totalOf(100), at: day10 });
    const run = await collectAfter(home, null, { at: firstRun });
    expect(outputByDay(run)).toEqual(['2026-11-10 100 first']);
    expect(run.snapshot.daily[0]).toMatchObject({
      source: 'droid',
      project: '/home/dev/app',
      responses: null,
      sessions: [{ id: 'session-1', lastActivityAt: day10, isFirst: true }],
    });
    expect(run.snapshot.totals['droid']?.responses).toBeNull();
    expect(run.snapshot.projects).toMatchObject([
      { projectPath: '/home/dev/app', responses: null },
    ]);
  });

  test('the growth of a total is on the day of the last activity', async () => {
    await using home = await temporaryHome();
    await write(home.path, { tokenUsage: totalOf(100), at: day10 });
    const first = await collectAfter(home, null, { at: firstRun });
    await write(home.path, { tokenUsage: totalOf(130), at: day21 });
    const second = await collectAfter(home, first);
    expect(outputByDay(second)).toEqual(['2026-11-10 100 first', '2026-11-21 30']);
    expect(second.snapshot.totals['droid']?.tokens?.output).toBe(130);
  });

  test('the growth of a session without time stamps is on the day of the run', async () => {
    await using home = await temporaryHome();
    await write(home.path, { tokenUsage: totalOf(100), at: null });
    const first = await collectAfter(home, null, { at: firstRun });
    await write(home.path, { tokenUsage: totalOf(130), at: null });
    const second = await collectAfter(home, first);
    expect(outputByDay(second)).toEqual(['2026-11-20 100 first', '2026-11-22 30']);
  });

  test('a session that is not used between two runs has no growth', async () => {
    await using home = await temporaryHome();
    await write(home.path, { at: null });
    const first = await collectAfter(home, null, { at: firstRun });
    const second = await collectAfter(home, first);
    expect(outputByDay(second)).toEqual(['2026-11-20 100 first']);
  });

  test('many runs on one day store the same as a single one', async () => {
    await using many = await temporaryHome();
    await using single = await temporaryHome();
    let run: TokensRun | null = null;
    for (const [index, total] of [10, 25, 25, 70].entries()) {
      const at = `2026-11-20T1${String(index)}:00:00.000Z`;
      await write(many.path, { tokenUsage: totalOf(total), at });
      run = await collectAfter(many, run, { at });
    }
    await write(single.path, { tokenUsage: totalOf(70), at: '2026-11-20T13:00:00.000Z' });
    const once = await collectAfter(single, null, { at: '2026-11-20T13:00:00.000Z' });
    expect(run?.snapshot.daily).toEqual(once.snapshot.daily);
    expect(once.snapshot.daily[0]?.sessions).toHaveLength(1);
  });

  test('the growth after a change of the model belongs to the new model', async () => {
    await using home = await temporaryHome();
    await write(home.path, { tokenUsage: totalOf(100), at: day21 });
    const first = await collectAfter(home, null, { at: firstRun });
    const model = 'gpt-5.5';
    await write(home.path, { tokenUsage: totalOf(130), at: day21, model, vendor: 'openai' });
    const second = await collectAfter(home, first);
    expect(second.snapshot.daily).toMatchObject([
      { date: '2026-11-21', model: 'claude-opus-5', tokens: { output: 100 } },
      { date: '2026-11-21', model: 'gpt-5.5', tokens: { output: 30 } },
    ]);
  });
});

/** What may happen to the files of a session of 100 tokens between two runs, and the total afterwards. */
const events: readonly (readonly [string, number, (home: string) => Promise<void>])[] = [
  ['is not used', 100, () => Promise.resolve()],
  ['grows', 130, (home) => write(home, { tokenUsage: totalOf(130), at: day21 })],
  ['is deleted', 100, (home) => remove(home)],
  [
    'is moved',
    100,
    async (home) => {
      await remove(home);
      await write(home, { dir: '-home-dev-other', cwd: '/home/dev/other', at: day10 });
    },
  ],
  [
    'is moved and grows',
    130,
    async (home) => {
      await remove(home);
      await write(home, { dir: '.', cwd: '/home/dev/other', tokenUsage: totalOf(130), at: day21 });
    },
  ],
  [
    'is in a second directory with a smaller total',
    100,
    (home) => write(home, { dir: '.', tokenUsage: totalOf(40), at: day21 }),
  ],
  [
    'is in a second directory with a larger total',
    130,
    (home) => write(home, { dir: '.', tokenUsage: totalOf(130), at: day21 }),
  ],
  [
    'is deleted while a smaller copy is left',
    100,
    async (home) => {
      await remove(home);
      await write(home, { dir: '.', tokenUsage: totalOf(60), at: day21 });
    },
  ],
  [
    'has a smaller total than before',
    100,
    (home) => write(home, { tokenUsage: totalOf(60), at: day21 }),
  ],
  [
    'has another distribution of a smaller total',
    100,
    (home) => write(home, { tokenUsage: { inputTokens: 70, outputTokens: 20 }, at: day21 }),
  ],
  ['loses its total', 100, (home) => write(home, { tokenUsage: null, at: day21 })],
  [
    'is joined by a session of 7 tokens',
    107,
    (home) => write(home, { id: 'session-2', tokenUsage: totalOf(7), at: day21 }),
  ],
];

const losses: readonly (readonly [string, Kept])[] = [
  ['the cache', { cache: false, snapshot: true, history: true }],
  ['the history', { cache: true, snapshot: true, history: false }],
  ['the snapshot', { cache: true, snapshot: false, history: true }],
  ['the cache and the history', { cache: false, snapshot: true, history: false }],
  ['the snapshot and the cache', { cache: false, snapshot: false, history: true }],
];

describe.each(events)('a session that %s', (_, total, change) => {
  test.each(losses)('counts the same when %s is lost', async (_loss, kept) => {
    await using home = await temporaryHome();
    await write(home.path, { tokenUsage: totalOf(100), at: day10 });
    const first = await collectAfter(home, null, { at: firstRun });
    await change(home.path);
    const second = await collectAfter(home, first);
    const afterLoss = await collectAfter(home, first, { kept });
    expect(second.snapshot.totals['droid']?.tokens?.output).toBe(total);
    expect(dataOf(afterLoss)).toEqual(dataOf(second));
    const third = await collectAfter(home, afterLoss, { at: '2026-11-23T08:00:00.000Z' });
    expect(third.snapshot.totals).toEqual(second.snapshot.totals);
  });
});

test('a total that exceeds the largest one again counts only the excess', async () => {
  await using home = await temporaryHome();
  let run: TokensRun | null = null;
  for (const [index, total] of [100, 60, 90, 110].entries()) {
    const at = `2026-11-2${String(index)}T08:00:00.000Z`;
    await write(home.path, { tokenUsage: totalOf(total), at });
    run = await collectAfter(home, run, { at });
  }
  expect(run && outputByDay(run)).toEqual(['2026-11-20 100 first', '2026-11-23 10']);
});

test('sessions that are still there count again when all data are lost', async () => {
  await using home = await temporaryHome();
  await write(home.path, { tokenUsage: totalOf(100), at: day10 });
  const first = await collectAfter(home, null, { at: firstRun });
  await write(home.path, { tokenUsage: totalOf(130), at: day21 });
  const second = await collectAfter(home, first);
  const kept = { cache: false, snapshot: false, history: false };
  const third = await collectAfter(home, second, { kept });
  expect(outputByDay(third)).toEqual(['2026-11-21 130 first']);
});

test('the growth while the agent is disabled counts when it is enabled again', async () => {
  await using home = await temporaryHome();
  await write(home.path, { tokenUsage: totalOf(100), at: day10 });
  const first = await collectAfter(home, null, { at: firstRun });
  await write(home.path, { tokenUsage: totalOf(130), at: day21 });
  const options = { agents: { droid: { enabled: false } } };
  const disabled = await collectAfter(home, first, { options });
  expect(dataOf(disabled)).toEqual(dataOf(first));
  const enabled = await collectAfter(home, disabled);
  expect(outputByDay(enabled)).toEqual(['2026-11-10 100 first', '2026-11-21 30']);
});

test('the days are those of the configured time zone, with and without cache', async () => {
  await using home = await temporaryHome();
  await write(home.path, { tokenUsage: totalOf(100), at: '2026-11-10T22:00:00.000Z' });
  const first = await collectAfter(home, null, { at: firstRun });
  const options = { timeZone: 'Pacific/Kiritimati' };
  const second = await collectAfter(home, first, { options });
  expect(outputByDay(second)).toEqual(['2026-11-11 100 first']);
  const kept = { ...everything, cache: false };
  expect(dataOf(await collectAfter(home, first, { options, kept }))).toEqual(dataOf(second));
});

test('stored growth has the current price, with and without cache', async () => {
  await using home = await temporaryHome();
  await write(home.path, { tokenUsage: totalOf(1_000_000), model: 'own-model' });
  const first = await collectAfter(home, null, { at: firstRun });
  expect(first.snapshot.daily[0]).toMatchObject({ costUsd: null, costBasis: 'unknown' });
  await remove(home.path);
  const options = { prices: [{ model: 'own-model', input: 1, output: 2.5 }] };
  for (const kept of [everything, { ...everything, cache: false }]) {
    const second = await collectAfter(home, first, { options, kept });
    expect(second.snapshot.daily[0]).toMatchObject({ costUsd: '2.500000' });
  }
});

test('the growth of hashed projects continues with and without hashPaths', async () => {
  await using home = await temporaryHome();
  await write(home.path, { tokenUsage: totalOf(100), at: day21 });
  const hashed = { options: { hashPaths: true } };
  const first = await collectAfter(home, null, { at: firstRun, ...hashed });
  await write(home.path, { tokenUsage: totalOf(130), at: day21 });
  const second = await collectAfter(home, first, hashed);
  expect(JSON.stringify(second.snapshot)).not.toContain('/home/dev/app');
  expect(outputByDay(second)).toEqual(['2026-11-21 130 first']);
  const third = await collectAfter(home, second);
  expect(third.snapshot.daily).toMatchObject([
    { project: '/home/dev/app', tokens: { output: 130 } },
  ]);
});
