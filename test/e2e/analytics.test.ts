import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PageData } from '../../src/report/page-data.ts';
import { commitCounts, dateOf } from '../../src/report/view/model.ts';
import { analyticsFile, type Analytics } from '../../src/schema/analytics.ts';
import { addDays, dayOf } from '../../src/util/dates.ts';
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
      activity: { lastCommit: '2026-11-01T10:00:00.000Z', dirty: false },
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

test('the first run has the commits of 180 days in analytics.json and on the page', async () => {
  await using workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/alpha', { 'a.js': '' });
  const today = dayOf(new Date());
  const days = [400, 179, 60, 60, 20, 3].map((ago) => addDays(today, -ago));
  const commits = days.map(
    (date) =>
      `commit refs/heads/main\ncommitter T <t@example.com> ${String(Date.parse(date) / 1000)} +0000\ndata 1\nx\n`,
  );
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: path,
    input: `reset refs/heads/main\n${commits.join('')}`,
  });
  expect((await run(workspace)).exitCode).toBe(0);
  const [project] = analyticsOf(workspace).projects ?? [];
  expect(project?.activity).toMatchObject({ commits7: 1, commits30: 2, commits90: 4 });

  await runCli(['report'], { cwd: workspace.root, env: { HOME: workspace.root } });
  const page = readFileSync(workspace.paths.report, 'utf8');
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  const data = JSON.parse(json) as PageData;
  const [shown] = data.projects ?? [];
  const counts = shown === undefined ? [] : commitCounts(shown);
  expect(counts.slice(1).map(({ day, commits: number }) => [dateOf(data, day), number])).toEqual([
    [days[1], 1],
    [days[2], 3],
    [days[4], 4],
    [days[5], 5],
  ]);
});
