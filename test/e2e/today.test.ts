import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays } from '../../src/util/dates.ts';
import { cliPath, runCli } from '../helpers/cli.ts';
import { tokensSnapshot, usageOf } from '../helpers/snapshots.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const day = new Date().toISOString().slice(0, 10);
const config = {
  syncs: ['projects', 'quality'],
  projects: { roots: ['code'] },
  tokens: { budget: { monthly: 200 } },
};

/** A workspace with usage today and yesterday and a project with an uncommitted change, after a run. */
async function usedWorkspace(): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace(config);
  const beta = await workspace.gitRepository('code/beta', { 'a.ts': '' });
  await beta.write('new.ts', '');
  const old = new Date(Date.now() - 20 * 86_400_000);
  await utimes(join(beta.path, 'new.ts'), old, old);
  await workspace.gitRepository('code/alpha', {});
  const snapshot = tokensSnapshot([
    usageOf(addDays(day, -1), { costUsd: '6.200000' }),
    usageOf(day, { costUsd: '4.100000' }),
    usageOf(day, { source: 'openai', project: null, costUsd: '9.000000', costBasis: 'billed' }),
  ]);
  await workspace.write('data/tokens.json', JSON.stringify(snapshot));
  await runCli(['run', '-q'], { cwd: workspace.root });
  return workspace;
}

let workspace: TemporaryWorkspace;
beforeAll(async () => {
  workspace = await usedWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

describe('today', () => {
  test('prints three sentences and the things to do with their fixes', async () => {
    const { stdout, stderr, exitCode } = await runCli(['today'], { cwd: workspace.root });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const [first, second, third, empty, ...tasks] = stdout.split('\n');
    expect(first).toMatch(
      /^Today's cost is \$4\.10 so far, yesterday's was \$6\.20; openai billed (-|\$0\.00) yesterday\.$/,
    );
    expect(second).toMatch(
      /^This month's cost is \$(10\.30|4\.10) of \$200 \([25] %\).*; openai billed \$9\.00\.$/,
    );
    expect(third).toMatch(/^Of 2 projects, 1 has uncommitted changes/);
    expect(empty).toBe('');
    expect(tasks.filter((line) => /^\d\. /.test(line)).length).toBeLessThanOrEqual(2);
    expect(stdout).toContain(`git -C ${workspace.root}/code/beta`);
  });

  test('prints the same amounts with --json, in integer microdollars too', async () => {
    const { stdout } = await runCli(['today', '--json'], { cwd: workspace.root });
    const cost = await runCli(['cost', '--json', '--by', 'month'], { cwd: workspace.root });
    const months = (
      JSON.parse(cost.stdout) as { ledgers: { rows: { costMicroUsd: number }[] }[] }
    ).ledgers.map(({ rows }) => rows.at(-1)?.costMicroUsd);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      day,
      sentences: [expect.any(String), expect.any(String), expect.any(String)],
      projects: { total: 2, dirty: 1 },
      ledgers: [
        {
          name: 'agents',
          today: { costUsd: '4.100000', costMicroUsd: 4_100_000 },
          yesterday: { costUsd: '6.200000', costMicroUsd: 6_200_000 },
          month: { costMicroUsd: months[0] },
        },
        { name: 'openai', month: { costMicroUsd: months[1] } },
      ],
    });
  });

  test('prints that everything is unknown, and what to do, before the first run', async () => {
    await using empty = await temporaryWorkspace();
    const { stdout, exitCode } = await runCli(['today'], { cwd: empty.root });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      'The cost is unknown: no token usage was found.\n' +
        "This month's cost is unknown, too.\nNo projects are known yet.\n\n" +
        '1. no run yet\n   fix: sync-runner run\n',
    );
    expect(stdout).not.toContain('$0');
  });

  test.each([80, 60, 40])('fits a terminal of %d columns', async (columns) => {
    using terminal = openTerminal({
      columns,
      command: ['sh', '-c', '"$@"; printf "<%s>" end', 'sh', process.execPath, cliPath, 'today'],
      cwd: workspace.root,
    });
    const screen = await terminal.waitFor(/<end>/);
    // Commands are not wrapped, so that they can be copied.
    for (const line of screen.split('\n').filter((one) => !one.startsWith('   fix: '))) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });
});

describe('statusline', () => {
  const withInput = (input: string, cwd = workspace.root): string =>
    spawnSync(process.execPath, [cliPath, 'statusline'], {
      cwd,
      input,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    }).stdout;
  const session = JSON.stringify({
    hook_event_name: 'Status',
    model: { id: 'claude-opus-4-5', display_name: 'Opus' },
    cost: { total_cost_usd: 0.4213, total_duration_ms: 45_000 },
  });

  test('prints cost, budget and what needs you as one line', async () => {
    const { stdout, stderr, exitCode } = await runCli(['statusline'], { cwd: workspace.root });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(
      /^today \$4\.10 · month (?:at least )?\$(10\.30|4\.10) of \$200 \([25] %\) · 1 needs you\n$/,
    );
  });

  test('adds the cost of the session that Claude Code writes to stdin', () => {
    expect(withInput(session)).toContain(' · session $0.42 · ');
  });

  test.each([
    ['no JSON', '{"cost":'],
    ['another type', '{"cost":{"total_cost_usd":"1; rm"}}'],
    ['null', 'null'],
    ['a negative cost', '{"cost":{"total_cost_usd":-1}}'],
    ['more than 64 KiB', `{"x":"${'x'.repeat(1024 * 1024)}","cost":{"total_cost_usd":1}}`],
  ])('ignores %s on stdin', (_, input) => {
    expect(withInput(input)).toMatch(/^today \$4\.10 · month [^\n]* · 1 needs you\n$/);
  });

  test('does not wait for a pipe that stays open without data', async () => {
    const child = spawn(process.execPath, [cliPath, 'statusline'], {
      cwd: workspace.root,
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [exitCode] = (await once(child, 'close')) as [number];
    child.stdin.destroy();
    expect({ exitCode, output }).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('today $4.10') as string,
    });
  });

  test('prints the same with --json, and without a cache', async () => {
    const { stdout } = await runCli(['statusline', '--json'], { cwd: workspace.root });
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      today: { costUsd: '4.100000', costMicroUsd: 4_100_000 },
      session: { costUsd: null, costMicroUsd: null },
      needAttention: 1,
      outcome: 'success',
    });
    await using other = await usedWorkspace();
    const before = withInput('', other.root);
    await rm(join(other.paths.data, 'cache'), { recursive: true });
    expect(withInput('', other.root)).toBe(before);
  });

  test('prints dashes for unknown amounts, and never an error', async () => {
    await using empty = await temporaryWorkspace();
    expect(withInput('', empty.root)).toBe('today - · month - · no run yet\n');
    await empty.write('data/tokens.json', '{');
    expect(withInput(session, empty.root)).toBe('today - · month - · session $0.42 · no run yet\n');
  });

  test('prints a dash for the cost of today on the day after the last run', async () => {
    await using other = await usedWorkspace();
    const path = other.paths.analytics;
    const text = await readFile(path, 'utf8');
    const analytics = JSON.parse(text) as { tokens: object };
    const tokens = { ...analytics.tokens, today: addDays(day, -1) };
    await other.write('data/analytics.json', JSON.stringify({ ...analytics, tokens }));
    expect(withInput('', other.root)).toMatch(/^today - · month (?:at least )?\$/);
  });
});
