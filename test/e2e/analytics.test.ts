import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyticsFile, type Analytics } from '../../src/schema/analytics.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const run = ({ root }: TemporaryWorkspace): Promise<CliResult> =>
  runCli(['run'], { cwd: root, env: { HOME: root } });

const analyticsOf = ({ paths }: TemporaryWorkspace): Analytics =>
  analyticsFile.parse(JSON.parse(readFileSync(paths.analytics, 'utf8')));

/** Returns a line of a Claude Code log with a million output tokens. */
const logLine = (cwd: string): string =>
  JSON.stringify({
    type: 'assistant',
    sessionId: 's',
    uuid: 'u',
    requestId: 'r',
    timestamp: new Date().toISOString(),
    cwd,
    message: {
      id: 'm',
      model: 'claude-sonnet-4-5-20250929',
      role: 'assistant',
      usage: { input_tokens: 0, output_tokens: 1_000_000 },
    },
  }) + '\n';

test('run joins cost, activity and quality of a project in analytics.json', async () => {
  await using workspace = await temporaryWorkspace({
    projects: { roots: ['code'] },
    tokens: { budget: { monthly: 30 } },
  });
  const { path } = await workspace.gitRepository('code/alpha', { 'a.js': '// TODO: later\n' });
  const dir = join(path, 'packages');
  const log = `.claude/projects/${dir.replace(/[^A-Za-z0-9]/g, '-')}/s.jsonl`;
  await workspace.write(log, logLine(dir));
  const { exitCode, stderr } = await run(workspace);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const { tokens, trend, projects } = analyticsOf(workspace);
  expect(tokens).toMatchObject({
    budget: { monthly: 30, currency: 'USD' },
    sources: [
      {
        name: 'claude-code',
        costBasis: 'calculated',
        month: { costUsd: '15.000000', forecastUsd: null, budgetUsed: 50 },
      },
    ],
  });
  expect(trend).toMatchObject([{ projects: 1, todos: 1, coverage: null }]);
  expect(projects).toMatchObject([
    {
      id: 'alpha',
      costs: [{ source: 'claude-code', days7: '15.000000' }],
      activity: { lastCommit: '2026-11-01T10:00:00.000Z', commits30: null, dirty: false },
      quality: { todos: 1, coverage: null },
    },
  ]);
});

test('run touches neither the analytics nor their caches when nothing has changed', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.gitRepository('code/alpha', { 'a.js': '' });
  const { analytics, cache } = workspace.paths;
  const files = [analytics, cache('derived'), cache('rollups')];
  const identities = (): readonly string[] =>
    files.map((file) => {
      const { ino, mtimeNs } = statSync(file, { bigint: true });
      return `${String(ino)} ${String(mtimeNs)}`;
    });
  await run(workspace);
  const before = { day: analyticsOf(workspace).day, identities: identities() };
  await run(workspace);
  // Around midnight the day may have changed, and the file with it.
  if (analyticsOf(workspace).day === before.day) expect(identities()).toEqual(before.identities);
});

test('run --dry-run writes no analytics', async () => {
  await using workspace = await temporaryWorkspace();
  await runCli(['run', '--dry-run'], { cwd: workspace.root });
  expect(() => analyticsOf(workspace)).toThrow('ENOENT');
});

test('run stores the snapshots and warns when the analytics can not be written', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('data/analytics.json/file', '');
  const { exitCode, stderr } = await run(workspace);
  expect(exitCode).toBe(0);
  expect(stderr).toContain(workspace.paths.analytics);
  expect(statSync(workspace.paths.snapshot('projects')).isFile()).toBe(true);
});
