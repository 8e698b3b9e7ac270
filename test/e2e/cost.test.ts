import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deriveCurrentAnalytics } from '../../src/analytics/derive-current-analytics.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Analytics } from '../../src/schema/analytics.ts';
import type { TokenEntry } from '../../src/schema/tokens.ts';
import { openStore } from '../../src/store/store.ts';
import { addDays } from '../../src/util/dates.ts';
import { cliPath, runCli, type CliResult } from '../helpers/cli.ts';
import { writeSixMonths } from '../helpers/six-months.ts';
import { projectOf, projectsSnapshot, tokensSnapshot, usageOf } from '../helpers/snapshots.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

interface Amount {
  readonly costUsd: string | null;
  readonly costMicroUsd: number | null;
  readonly listPriceMicroUsd?: number | null;
  readonly cacheShare: number | null;
  readonly uncoveredDays: number;
}
interface Row extends Amount {
  readonly key: string | null;
  readonly from: string;
  readonly to: string;
  readonly previous?: Pick<Amount, 'costUsd' | 'uncoveredDays'>;
  readonly changeUsd?: string | null;
}
interface LedgerDocument extends Row {
  readonly name: string;
  readonly unpricedModels: readonly string[];
  readonly rows: readonly Row[];
}

const micros = (money: string | null): number => Math.round(Number(money ?? 0) * 1e6);
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

async function costOf(
  workspace: TemporaryWorkspace,
  ...args: string[]
): Promise<readonly LedgerDocument[]> {
  const { stdout, stderr, exitCode } = await runCli(['cost', '--json', ...args], {
    cwd: workspace.root,
  });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return (JSON.parse(stdout) as { ledgers: readonly LedgerDocument[] }).ledgers;
}

const today = new Date().toISOString().slice(0, 10);
const ago = (days: number): string => addDays(today, -days);

/** Writes usage of the days 0 to 9 before today with known costs. */
async function writeUsage(workspace: TemporaryWorkspace): Promise<void> {
  const bill = (date: string, costUsd: string): TokenEntry =>
    usageOf(date, { source: 'openai', project: null, costUsd, costBasis: 'billed' });
  const cached = { input: 1, output: 5, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 3 };
  const daily = [
    usageOf(ago(9), { costUsd: '1.000001' }),
    usageOf(ago(3), { costUsd: '0.100000', tokens: { ...cached, webSearches: 0 } }),
    usageOf(ago(3), { model: 'haiku', project: '/code/beta/src', costUsd: '0.200000' }),
    usageOf(ago(1), {
      source: 'codex',
      model: 'gpt-5',
      project: '/elsewhere',
      costUsd: '0.400000',
    }),
    usageOf(ago(1), { model: 'secret', costUsd: null, costBasis: 'unknown' }),
    usageOf(ago(1), { model: 'flat', costUsd: '0.000000', listPriceUsd: '7.500000' }),
    bill(ago(3), '5.000000'),
  ];
  const snapshot = tokensSnapshot(daily);
  const sources = Object.fromEntries(
    Object.entries(snapshot.sources).map(([name, state]) => [
      name,
      name === 'openai' ? { ...state, coveredFrom: ago(3), coveredTo: ago(2) } : state,
    ]),
  );
  const updatedAt = new Date().toISOString();
  await workspace.write('data/tokens.json', JSON.stringify({ ...snapshot, sources, updatedAt }));
  const projects = [
    projectOf('alpha', { client: 'ACME', tags: ['web'] }),
    projectOf('beta', { client: 'Globex' }),
  ];
  await workspace.write('data/projects.json', JSON.stringify(projectsSnapshot(...projects)));
}

describe('cost', () => {
  let workspace: TemporaryWorkspace;
  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    await writeUsage(workspace);
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  test('lists the days with 0 for a covered day without usage, and never adds bills to logs', async () => {
    const [logs, bill, ...others] = await costOf(workspace, '--since', '5d');
    expect(others).toEqual([]);
    expect(logs).toMatchObject({ name: 'agents', costUsd: '0.700000', costMicroUsd: 700_000 });
    expect(logs?.rows.map(({ key, costUsd }) => [key, costUsd])).toEqual([
      [ago(4), '0.000000'],
      [ago(3), '0.300000'],
      [ago(2), '0.000000'],
      [ago(1), '0.400000'],
      [today, '0.000000'],
    ]);
    expect(bill).toMatchObject({ name: 'openai', costUsd: '5.000000', costBasis: 'billed' });
    expect(bill?.rows.map(({ key, costUsd }) => [key, costUsd])).toEqual([
      [ago(3), '5.000000'],
      [ago(2), '0.000000'],
      [ago(1), null],
      [today, null],
    ]);
    expect(bill?.uncoveredDays).toBe(3);
  });

  test('names models without a price, list prices of a flat rate and the share of the cache', async () => {
    const [logs] = await costOf(workspace, '--since', '5d', '--by', 'model');
    expect(logs).toMatchObject({
      unpricedModels: ['secret'],
      listPriceUsd: '7.500000',
      listPriceMicroUsd: 7_500_000,
    });
    expect(logs?.rows.map(({ key, costUsd, cacheShare }) => [key, costUsd, cacheShare])).toEqual([
      ['gpt-5', '0.400000', 0],
      ['haiku', '0.200000', 0],
      ['opus', '0.100000', 75],
      ['flat', '0.000000', 0],
      ['secret', null, 0],
    ]);
  });

  test.each([
    ['project', [null, '0.400000'], ['beta', '0.200000'], ['alpha', '0.100000']],
    ['client', [null, '0.400000'], ['Globex', '0.200000'], ['ACME', '0.100000']],
    ['agent', ['codex', '0.400000'], ['claude-code', '0.300000']],
  ])('groups the local logs by %s', async (by, ...expected) => {
    const ledgers = await costOf(workspace, '--since', '5d', '--by', by);
    expect(ledgers.map(({ name }) => name)).toEqual(['agents']);
    expect(ledgers[0]?.rows.map(({ key, costUsd }) => [key, costUsd])).toEqual(expected);
  });

  test('compares with as many days before, and not with days that are not covered', async () => {
    const [logs, bill] = await costOf(workspace, '--since', '5d', '--by', 'model', '--compare');
    expect(logs).toMatchObject({ previous: { costUsd: '1.000001' }, changeUsd: '-0.300001' });
    expect(logs?.rows.find(({ key }) => key === 'opus')).toMatchObject({
      costUsd: '0.100000',
      previous: { costUsd: '1.000001', uncoveredDays: 0 },
      changeUsd: '-0.900001',
    });
    expect(bill).toMatchObject({ previous: { costUsd: null, uncoveredDays: 5 }, changeUsd: null });
    const [days] = await costOf(workspace, '--since', '3d', '--compare');
    expect(days?.rows.map(({ changeUsd }) => changeUsd)).toEqual(['-0.300000', '0.400000', null]);
  });

  test('prints records to a pipe', async () => {
    const { stdout } = await runCli(['cost', '--by', 'agent', '--since', '5d'], {
      cwd: workspace.root,
    });
    expect(stdout).toBe(
      'agents\tcodex\t0.400000\t\t0\t0\nagents\tclaude-code\t0.300000\t7.500000\t42.9\t0\n',
    );
  });

  test('rejects a group that does not exist and a day in the future', async () => {
    const cost = (...args: string[]): Promise<CliResult> =>
      runCli(['cost', ...args], { cwd: workspace.root });
    expect(await cost('--by', 'size')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Expected one of day, week, month, project') as string,
    });
    expect(await cost('--since', '2999-01-01')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('2999-01-01 is after today') as string,
    });
  });

  test('prints how to start when no run has stored data yet', async () => {
    await using empty = await temporaryWorkspace();
    expect(await runCli(['cost'], { cwd: empty.root })).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'No token usage yet: no run has finished\n  fix: sync-runner run\n',
    });
    expect(await costOf(empty)).toEqual([]);
  });

  test.each([80, 60, 40])('fits a terminal of %d columns, with bars', async (columns) => {
    for (const args of [[], ['--by', 'project', '--compare'], ['--by', 'week', '--compare']]) {
      const command = [process.execPath, cliPath, 'cost', ...args];
      using terminal = openTerminal({
        columns,
        command: ['sh', '-c', '"$@"; printf "<%s>" end', 'sh', ...command],
        cwd: workspace.root,
      });
      const screen = await terminal.waitFor(/<end>/);
      for (const line of screen.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      expect(screen).toContain('█');
      expect(screen).toMatch(/^Local logs \(c/);
    }
  });
});

describe('six months of usage', () => {
  let workspace: TemporaryWorkspace;
  let analytics: Analytics;
  let daily: readonly TokenEntry[];
  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    const now = new Date();
    writeSixMonths(workspace.paths, { projects: 40, days: 184, now });
    analytics = await deriveCurrentAnalytics({
      workspace: workspace.paths,
      store: openStore(workspace.paths),
      config: await readConfig(workspace.paths),
      now,
      signal: new AbortController().signal,
    });
    const text = await readFile(workspace.paths.snapshot('tokens'), 'utf8');
    daily = (JSON.parse(text) as { daily: readonly TokenEntry[] }).daily;
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  const billsAndLogs = ['claude-code', 'anthropic-admin'];
  const rowsOf = async (index: number, ...args: string[]): Promise<readonly Row[]> =>
    (await costOf(workspace, ...args))[index]?.rows ?? [];

  test.each([0, 1])(
    'cost by day equals tokens.json, export and the page in ledger %d',
    async (index) => {
      const source = billsAndLogs[index];
      const rows = await rowsOf(index, '--since', '184d');
      const known = rows.map(({ key, costUsd }) => [key, costUsd]);
      const days = analytics.tokens?.sources.find(({ name }) => name === source)?.daily ?? [];
      expect(known).toEqual(days.map(({ date, costUsd }) => [date, costUsd]));
      for (const { key, costMicroUsd } of rows) {
        const ofDay = daily.filter((one) => one.date === key && one.source === source);
        expect(costMicroUsd).toBe(sum(ofDay.map(({ costUsd }) => micros(costUsd))));
      }
      const exported = await runCli(['export', 'tokens', '--json', '--since', '184d'], {
        cwd: workspace.root,
      });
      const exportedRows = (
        JSON.parse(exported.stdout) as { rows: readonly { source: string; costMicroUsd: number }[] }
      ).rows.filter((one) => one.source === source);
      expect(sum(exportedRows.map(({ costMicroUsd }) => costMicroUsd))).toBe(
        sum(rows.map(({ costMicroUsd }) => costMicroUsd ?? 0)),
      );
    },
  );

  test.each([7, 30, 90])('cost of %d days by model and project equals the page', async (days) => {
    const window = analytics.tokens?.agents?.windows.find((one) => one.days === days);
    const since = `${String(days)}d`;
    const models = await rowsOf(0, '--by', 'model', '--since', since);
    expect(models.map(({ key, costUsd }) => [key, costUsd])).toEqual(
      window?.models.map(({ model, costUsd }) => [model, costUsd]),
    );
    const projects = await rowsOf(0, '--by', 'project', '--since', since);
    expect(projects.map(({ key, costUsd }) => [key, costUsd])).toEqual(
      window?.projects.map(({ id, costUsd }) => [id, costUsd]),
    );
    const [logs] = await costOf(workspace, '--by', 'project', '--since', since);
    expect(logs?.costUsd).toBe(window?.costUsd);
    expect(sum(projects.map(({ costMicroUsd }) => costMicroUsd ?? 0))).toBe(logs?.costMicroUsd);
  });

  test('weeks and months add up to the days, and the current month equals the page', async () => {
    for (const by of ['week', 'month']) {
      const rows = await rowsOf(0, '--by', by, '--since', '120d');
      const days = await rowsOf(0, '--since', rows[0]?.from ?? '');
      expect(sum(rows.map(({ costMicroUsd }) => costMicroUsd ?? 0))).toBe(
        sum(days.map(({ costMicroUsd }) => costMicroUsd ?? 0)),
      );
    }
    const months = await rowsOf(0, '--by', 'month');
    expect(months).toHaveLength(6);
    expect(months.at(-1)?.costUsd).toBe(analytics.tokens?.agents?.month.costUsd);
  });
});
