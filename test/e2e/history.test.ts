import { describe, expect, test } from 'vitest';
import type { RunLine } from '../../src/schema/status.ts';
import { cliPath, runCli, type CliResult } from '../helpers/cli.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const history = (workspace: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(['history', ...args], { cwd: workspace.root });

const lines = async (workspace: TemporaryWorkspace, ...args: string[]): Promise<unknown> =>
  (JSON.parse((await history(workspace, '--json', ...args)).stdout) as { lines: unknown }).lines;

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

const runAt = (run: string): RunLine => ({
  run,
  finishedAt: run,
  durationMs: 5,
  outcome: 'success',
  trigger: 'scheduled',
  syncs: {},
});

/** Writes three runs in the files of two months. */
async function withRuns(workspace: TemporaryWorkspace): Promise<readonly string[]> {
  const runs = [daysAgo(40), daysAgo(3), daysAgo(1)];
  for (const run of runs) {
    const path = `data/history/runs/runs-${run.slice(0, 7)}.jsonl`;
    const same = runs.filter((one) => one.slice(0, 7) === run.slice(0, 7));
    await workspace.write(path, same.map((one) => `${JSON.stringify(runAt(one))}\n`).join(''));
  }
  return runs;
}

describe('history', () => {
  test('lists runs, newest last, up to --limit, and reports on stderr how many there are', async () => {
    await using workspace = await temporaryWorkspace();
    const runs = await withRuns(workspace);
    expect(await lines(workspace)).toEqual(runs.map(runAt));
    expect(await lines(workspace, '--limit', '2')).toEqual(runs.slice(1).map(runAt));
    expect(await lines(workspace, '--since', '2d')).toEqual(runs.slice(2).map(runAt));
    expect(await lines(workspace, '--since', (runs[1] ?? '').slice(0, 10))).toHaveLength(2);
    const { stdout, stderr } = await history(workspace, '--limit', '1');
    expect(stdout).toBe(`${runs[2] ?? ''}\tsuccess\t5\tscheduled\t\n`);
    expect(stderr).toBe('1 of 3, --limit all\n');
  });

  test('lists the changes of a project', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', { 'a.js': '// TODO: one\n' });
    await workspace.gitRepository('code/beta', { 'a.js': '' });
    await runCli(['run', '-q'], { cwd: workspace.root });
    await alpha.write('b.js', '// TODO: two\n');
    await runCli(['run', '-q'], { cwd: workspace.root });
    expect(await lines(workspace, 'alpha')).toMatchObject([
      { sync: 'quality', key: 'alpha', todos: 1 },
      { sync: 'projects', key: 'alpha', dirty: false },
      { sync: 'quality', key: 'alpha', todos: 2 },
      { sync: 'projects', key: 'alpha', dirty: true },
    ]);
    expect(await lines(workspace, 'quality', '--limit', '2')).toMatchObject([
      { key: 'beta' },
      { key: 'alpha', todos: 2 },
    ]);
    expect((await runCli(['status', 'alpha'], { cwd: workspace.root })).stdout).toMatch(
      /quality {3}todos 1 → 2\n.*projects {2}dirty false → true\n$/,
    );
  });

  test('names what changed, and counts all lines, in the histories of the syncs', async () => {
    await using workspace = await temporaryWorkspace();
    const run = daysAgo(1);
    const usage = {
      ...{ run, key: '["codex","2026-11-27"]', date: '2026-11-27', source: 'codex' },
      ...{
        model: 'gpt-5',
        project: '/old/site',
        id: 'site',
        responses: 3,
        costBasis: 'calculated',
      },
      tokens: {
        ...{ input: 1200, output: 300, cacheRead: 0 },
        ...{ cacheWrite5m: 0, cacheWrite1h: 0, webSearches: 0 },
      },
    };
    const costs = ['1.250000', '2.500000'].map((costUsd) => ({
      ...usage,
      ...{ costUsd, costMicroUsd: Number(costUsd) * 1e6 },
    }));
    await workspace.write(
      `data/history/tokens/tokens-${run.slice(0, 7)}.jsonl`,
      costs.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
    const { stdout } = await history(workspace, 'tokens', '--limit', '1');
    expect(stdout.split('\t').slice(0, 3)).toEqual([run, 'tokens', '2026-11-27 gpt-5 codex site']);
    const document = JSON.parse(
      (await history(workspace, 'tokens', '--limit', '1', '--json')).stdout,
    ) as { total: number; lines: readonly object[] };
    expect(document).toMatchObject({ total: 2, lines: [{ costUsd: '2.500000' }] });
    expect(document.lines).toHaveLength(1);
    expect((await history(workspace, 'tokens', '--limit', 'all')).stdout.split('\n')).toHaveLength(
      3,
    );
    using terminal = openTerminal({
      columns: 100,
      command: [
        ...['sh', '-c', '"$@"; printf "<%s>" end', 'sh'],
        ...[process.execPath, cliPath, 'history', 'tokens', '--limit', '1'],
      ],
      cwd: workspace.root,
    });
    const screen = await terminal.waitFor(/<end>/);
    expect(screen).toMatch(
      /2026-11-27 gpt-5 codex site {2}cost \$1\.25 → \$2\.50\n1 of 2, --limit all/,
    );
  });

  test('omits damaged lines and prints no control characters', async () => {
    await using workspace = await temporaryWorkspace();
    const line = {
      ...runAt(daysAgo(1)),
      syncs: { tokens: { outcome: 'error', error: 'a\u001b[2Jb\tc' } },
    };
    await workspace.write(
      `data/history/runs/runs-${line.run.slice(0, 7)}.jsonl`,
      `{"run":7}\nnot json\n${JSON.stringify(line)}\n{"torn`,
    );
    const { stdout, stderr, exitCode } = await history(workspace);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toBe(`${line.run}\tsuccess\t5\tscheduled\ttokens: a [2Jb c\n`);
  });

  test.each([
    [['--since', 'yesterday'], 'Expected a duration such as 90m, 12h or 7d'],
    [['--limit', '0'], 'Expected a number of lines'],
    [['nowhere'], 'unknown project nowhere'],
    [['qualty'], ' (did you mean quality?)\n  fix: sync-runner history quality'],
  ])('refuses %j', async (args, message) => {
    await using workspace = await temporaryWorkspace();
    const { stderr, exitCode } = await history(workspace, ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
