import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Overview } from '../../src/analytics/overview.ts';
import { analyticsFile } from '../../src/schema/analytics.ts';
import { addDays, dayOf } from '../../src/util/dates.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const today = dayOf(new Date());
const daysAgo = (days: number): string => addDays(today, -days);

const cli = async (workspace: TemporaryWorkspace, ...args: string[]): Promise<string> => {
  const result = await runCli(args, { cwd: workspace.root, env: { HOME: workspace.root } });
  expect(result.stderr).toBe('');
  return result.stdout;
};

/** A workspace with the projects used and unused, and with usage for $15 in `used` on one day. */
async function usedOn(date: string): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace();
  const { path } = await workspace.gitRepository('code/used', { 'a.js': '' });
  await workspace.gitRepository('code/unused', { 'a.js': '' });
  const line = {
    type: 'assistant',
    ...{ sessionId: 's', uuid: 'u', requestId: 'r', cwd: path },
    timestamp: `${date}T10:00:00.000Z`,
    message: {
      ...{ id: 'm', model: 'claude-sonnet-4-5-20250929', role: 'assistant' },
      usage: { input_tokens: 0, output_tokens: 1_000_000 },
    },
  };
  const logDir = `.claude/projects/${path.replace(/[^A-Za-z0-9]/g, '-')}`;
  await workspace.write(`${logDir}/s.jsonl`, `${JSON.stringify(line)}\n`);
  return workspace;
}

test('a covered day or project without usage costs $0.00 in JSON, terminal, CSV and page', async () => {
  await using workspace = await usedOn(daysAgo(3));
  await cli(workspace, 'run', '-q');
  const { tokens, projects } = analyticsFile.parse(
    JSON.parse(readFileSync(workspace.paths.analytics, 'utf8')),
  );
  expect(tokens?.sources[0]?.daily).toMatchObject([
    { date: daysAgo(3), covered: true, costUsd: '15.000000' },
    ...[2, 1, 0].map((days) => ({ date: daysAgo(days), covered: true, costUsd: '0.000000' })),
  ]);
  expect(projects?.map(({ id, cost30Usd }) => [id, cost30Usd])).toEqual([
    ['unused', '0.000000'],
    ['used', '15.000000'],
  ]);
  expect(await cli(workspace, 'status')).toMatch(/\ncost {7}today 0, \$0\.00 /);
  expect(await cli(workspace, 'export', 'costs')).toBe(
    [
      'date,source,covered,costUsd,costMicroUsd',
      `${daysAgo(3)},claude-code,true,15,15000000`,
      ...[2, 1, 0].map((days) => `${daysAgo(days)},claude-code,true,0,0`),
      '',
    ].join('\r\n'),
  );
  await cli(workspace, 'report', '-q');
  const page = readFileSync(workspace.paths.report, 'utf8').replace(/<\/t[dh]>\n?<td[^>]*>/g, ' ');
  expect(page).toContain(`${daysAgo(2)} $0.00`);
});

test('days after the logs were last read are unknown and without a forecast in the page', async () => {
  await using workspace = await usedOn(daysAgo(60));
  await cli(workspace, 'run', '-q');
  const status = readFileSync(workspace.paths.status, 'utf8');
  const older = status.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) =>
    new Date(Date.parse(at) - 40 * 86_400_000).toISOString(),
  );
  await workspace.write('data/sync-status.json', older);
  await cli(workspace, 'report', '-q');
  const page = readFileSync(workspace.paths.report, 'utf8').replace(/<\/t[dh]>\n?<td[^>]*>/g, ' ');
  expect(page).toContain(`${daysAgo(50)} $0.00`);
  expect(page).toContain(`${daysAgo(39)} unknown`);
  expect(page).toContain('no forecast: too few days are known');
  expect(page).toMatch(/\d+ days? unknown/);
});

test('a project without any readable usage data has an unknown cost', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.gitRepository('code/alpha', { 'a.js': '' });
  await cli(workspace, 'run', '-q');
  const { usage } = JSON.parse(await cli(workspace, 'status', '--json')) as Pick<Overview, 'usage'>;
  expect(usage.filter(({ monthUsd }) => monthUsd !== null)).toEqual([]);
  expect(await cli(workspace, 'export', 'projects')).toMatch(/\nalpha,alpha,[^\n]*,0,,,,/);
});

test('export costs has every day since the first usage, as cost and export tokens have', async () => {
  await using workspace = await usedOn(daysAgo(300));
  await cli(workspace, 'run', '-q');
  const rows = (await cli(workspace, 'export', 'costs')).trim().split('\r\n').slice(1);
  expect(rows).toHaveLength(301);
  expect(rows[0]).toBe(`${daysAgo(300)},claude-code,true,15,15000000`);
  const since = ['export', 'costs', '--since', '301d'];
  expect((await cli(workspace, ...since)).trim().split('\r\n').slice(1)).toEqual(rows);
  expect(await cli(workspace, 'cost', '--by', 'agent', '--since', '301d', '--plain')).toMatch(
    /^agents\tclaude-code\t15\.000000\t/,
  );
});
