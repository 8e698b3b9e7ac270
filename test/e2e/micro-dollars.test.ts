import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claudeCodeSample } from '../helpers/agents/claude-code.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

let workspace: TemporaryWorkspace;
beforeAll(async () => {
  workspace = await temporaryWorkspace({
    projects: { roots: ['code'] },
    tokens: { budget: { monthly: 100 }, flatRate: ['claude-sonnet-5'] },
  });
  const { path } = await workspace.gitRepository('code/shop', {});
  const tokens = { input: 1234, output: 567, cacheRead: 89, cacheWrite: 0 };
  const response = { session: 's', project: path, timeMs: Date.now(), ...tokens };
  await claudeCodeSample.write(workspace.root, [
    { ...response, id: '1', model: 'claude-opus-5' },
    { ...response, id: '2', model: 'claude-sonnet-5' },
    { ...response, id: '3', model: 'model-without-a-price' },
  ]);
});
afterAll(() => workspace[Symbol.asyncDispose]());

const run = (...args: string[]) =>
  runCli(args, { cwd: workspace.root, env: { HOME: workspace.root } });

/** Returns the amounts of a document, as the path of each, the amount, and the integer beside it. */
function amountsIn(value: unknown, path = ''): readonly (readonly [string, unknown, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, member]) => {
    const at = `${path}/${key}`;
    const isAmount = /(?<!Micro)Usd$|^days\d+$/.test(key) && !Array.isArray(member);
    const micros = (value as Record<string, unknown>)[`${key.replace(/Usd$/, '')}MicroUsd`];
    return isAmount ? [[at, member, micros] as const] : amountsIn(member, at);
  });
}

function expectIntegers(document: unknown): number {
  const amounts = amountsIn(document);
  for (const [path, amount, micros] of amounts) {
    const expected = amount === null ? null : Math.round(Number(amount) * 1e6);
    expect({ path, micros }).toEqual({ path, micros: expected });
  }
  return amounts.length;
}

test('every amount in a file has an integer of micro-dollars beside it, and a second run changes nothing', async () => {
  expect((await run('run', '-q')).exitCode).toBe(0);
  const data = join(workspace.root, 'data');
  const before = readFileSync(join(data, 'tokens.json'), 'utf8');
  for (const name of ['tokens.json', 'analytics.json']) {
    expect(expectIntegers(JSON.parse(readFileSync(join(data, name), 'utf8')))).toBeGreaterThan(5);
  }
  const [month = ''] = readdirSync(join(data, 'history/tokens'));
  const lines = readFileSync(join(data, 'history/tokens', month), 'utf8')
    .trim()
    .split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(expectIntegers(JSON.parse(line))).toBeGreaterThan(0);
  await run('run', '-q');
  expect(readFileSync(join(data, 'tokens.json'), 'utf8')).toBe(before);
});

test.each([
  ['status', 1],
  ['status shop', 1],
  ['today', 1],
  ['cost --by model --compare', 4],
  ['projects', 1],
  ['statusline', 1],
  ['export costs', 1],
  ['export tokens', 3],
])('every amount of %s --json has an integer of micro-dollars beside it', async (words, least) => {
  const { stdout } = await run(...words.split(' '), '--json');
  expect(expectIntegers(JSON.parse(stdout))).toBeGreaterThanOrEqual(least);
});

test('the document of an error has a schemaVersion', async () => {
  const { stdout, exitCode } = await run('status', 'nothing-like-this', '--json');
  expect(exitCode).not.toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'usage' } });
});

test('the costs of a month that lack usage without a price are reported as minimum', async () => {
  expect((await run('status')).stdout).toMatch(
    / this month at least \$\d+\.\d\d(?: \(\d+ unknown days?\))? of \$100 /,
  );
  expect((await run('statusline')).stdout).toMatch(/ month at least \$\d+\.\d\d of \$100 /);
  const analytics = readFileSync(join(workspace.root, 'data/analytics.json'), 'utf8');
  const { agents } = (JSON.parse(analytics) as { tokens: { agents: { month: object } } }).tokens;
  expect(agents.month).toMatchObject({ unpricedModels: [expect.any(String)] });
});

test('today reports costs that lack usage without a price as minimum, like the budgets', async () => {
  const { stdout } = await run('today');
  const [day, month] = stdout.split('\n');
  expect(day).toMatch(/^Today's cost is at least \$\d+\.\d\d so far, yesterday's is unknown\.$/);
  expect(month).toMatch(/^This month's cost is at least \$\d+\.\d\d of \$100 /);
});
