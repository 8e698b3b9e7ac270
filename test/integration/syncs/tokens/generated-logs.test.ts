import { readFileSync } from 'node:fs';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../../src/schema/syncs.ts';
import type { TokenCounts } from '../../../../src/schema/tokens.ts';
import {
  afterRun,
  temporaryHome,
  type Changes,
  type TemporaryHome,
  type TokensRun,
} from './run-tokens.ts';
import { generatedLogs, type GeneratedLogs, type Sums, type GroundTruth } from './generate-logs.ts';

const sizes = [
  { mb: 4, sessions: 25, projects: 7, seed: 1 },
  { mb: 6, sessions: 40, projects: 13, seed: 20 },
];

const newYork = { options: { timeZone: 'America/New_York' } };

describe.each(sizes)('generated logs $mb MB, seed $seed', (size) => {
  let logs: GeneratedLogs;
  let home: TemporaryHome;
  let truth: GroundTruth;
  let first: TokensRun;
  const collect = (changes: Changes = {}): Promise<TokensRun> =>
    home.collect({ env: { CLAUDE_CONFIG_DIR: logs.dir }, ...changes });

  beforeAll(async () => {
    logs = await generatedLogs(size);
    home = await temporaryHome();
    truth = logs.generate(1);
    first = await collect();
  });
  afterAll(async () => {
    await logs[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  test('usage equals the ground truth in total and by UTC day, model, directory and path', () => {
    expectTruth(first.snapshot, truth);
    expect(first.snapshot.sources['claude-code']).toMatchObject({
      status: 'success',
      unpricedModels: [],
      warnings: truth.traps.junk > 0 ? { json: truth.traps.junk } : {},
    });
  });

  test('usage equals the ground truth by day in New York, from the logs and from the cache', async () => {
    const fresh = await collect(newYork);
    expect(sumsBy(fresh.snapshot, ({ date }) => date)).toEqual(tokensOfAll(truth.byDayTz));
    const before = bytesRead();
    const regrouped = await collect({ ...newYork, ...afterRun(first) });
    expect(regrouped.snapshot).toEqual(fresh.snapshot);
    expect(bytesRead() - before).toBeLessThan(truth.traps.bytes / 20);
  });

  test('the tokens sync reads no log when nothing has changed', async () => {
    const before = bytesRead();
    const again = await collect(afterRun(first));
    expect(again.snapshot).toEqual(first.snapshot);
    expect(again.cache).toBeUndefined();
    expect(bytesRead() - before).toBeLessThan(truth.traps.bytes / 20);
  });

  test('the tokens sync reads only the new lines of logs that have grown, with the result of a full read', async () => {
    const grown = logs.generate(2);
    const before = bytesRead();
    const next = await collect(afterRun(first));
    const read = bytesRead() - before;
    expectTruth(next.snapshot, grown);
    const newBytes = grown.traps.bytes - truth.traps.bytes;
    expect(newBytes).toBeGreaterThan(50_000);
    expect(read).toBeLessThan(newBytes + truth.traps.bytes / 20);
    const scratch = await collect();
    expect(JSON.stringify(next.snapshot)).toBe(JSON.stringify(scratch.snapshot));
  });
});

/** Returns how many bytes this process has read from files; 0 except on Linux. */
function bytesRead(): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

type Entry = Snapshot<'tokens'>['daily'][number];
type TokenSums = Omit<Sums, 'costUsd'>;

function expectTruth(snapshot: Snapshot<'tokens'>, truth: GroundTruth): void {
  const { daily, projects } = snapshot;
  const totals = snapshot.totals['claude-code'];
  expect(totals && sumsOf([totals])).toEqual(tokensOf(truth.total));
  expect(sumsBy(snapshot, ({ date }) => date)).toEqual(tokensOfAll(truth.byDayUtc));
  expect(sumsBy(snapshot, ({ model }) => model)).toEqual(tokensOfAll(truth.byModel));
  expect(sumsBy(snapshot, ({ date, model }) => `${date}|${model}`)).toEqual(
    tokensOfAll(truth.byDayModel),
  );
  expect(sumsBy(snapshot, ({ project }) => project ?? '')).toEqual(tokensOfAll(truth.byCwd));
  expect(groupSums(projects, ({ projectPath }) => projectPath ?? '')).toEqual(
    tokensOfAll(truth.byCwd),
  );
  expect(groupSums(projects, ({ logDir }) => logDir ?? '')).toEqual(
    tokensOfAll(truth.byProjectDir),
  );
  // The ground truth is without searches, at one cent each, and a sum of binary fractions.
  const searches = totals?.tokens?.webSearches ?? 0;
  expect(searches).toBe(truth.traps.webSearchRequests);
  expect(Number(totals?.searchCostUsd ?? 0)).toBe(searches / 100);
  const withoutSearches = Number(totals?.costUsd) - Number(totals?.searchCostUsd ?? 0);
  expect(withoutSearches).toBeCloseTo(truth.total.costUsd, 5);
  for (const entry of daily) expect(entry.costBasis).toBe('calculated');
}

const sumsBy = (
  { daily }: Snapshot<'tokens'>,
  keyOf: (entry: Entry) => string,
): Readonly<Record<string, TokenSums>> => groupSums(daily, keyOf);

interface Counted {
  readonly tokens: TokenCounts | null;
  readonly responses: number | null;
}

function groupSums<Item extends Counted>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Readonly<Record<string, TokenSums>> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return Object.fromEntries([...groups].map(([key, group]) => [key, sumsOf(group)]));
}

function sumsOf(items: readonly Counted[]): TokenSums {
  const sum = (of: (item: Counted) => number): number =>
    items.reduce((total, item) => total + of(item), 0);
  return {
    in: sum(({ tokens }) => tokens?.input ?? 0),
    out: sum(({ tokens }) => tokens?.output ?? 0),
    cw5m: sum(({ tokens }) => tokens?.cacheWrite5m ?? 0),
    cw1h: sum(({ tokens }) => tokens?.cacheWrite1h ?? 0),
    cr: sum(({ tokens }) => tokens?.cacheRead ?? 0),
    responses: sum(({ responses }) => responses ?? 0),
  };
}

function tokensOf({ in: input, out, cw5m, cw1h, cr, responses }: Sums): TokenSums {
  return { in: input, out, cw5m, cw1h, cr, responses };
}

const tokensOfAll = (groups: Readonly<Record<string, Sums>>): Readonly<Record<string, TokenSums>> =>
  Object.fromEntries(Object.entries(groups).map(([key, sums]) => [key, tokensOf(sums)]));
