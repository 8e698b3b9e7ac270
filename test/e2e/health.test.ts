import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { HealthAssessment } from '../../src/health/assess-health.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { evaluate, hasNoChromium, openPage, startChromium } from '../helpers/browser.ts';
import { schedulerShims } from '../helpers/scheduler-shims.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const cli = ({ root }: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(args, { cwd: root, env: { HOME: root } });

const health = async (workspace: TemporaryWorkspace): Promise<HealthAssessment> =>
  JSON.parse((await cli(workspace, 'status', '--json')).stdout) as HealthAssessment;

async function withConflict(workspace: TemporaryWorkspace): Promise<void> {
  const repository = await workspace.gitRepository('code/alpha', { 'a.txt': 'a' });
  const commit = async (text: string): Promise<void> => {
    await repository.write('a.txt', text);
    repository.git('commit', '-q', '-a', '-m', text);
  };
  repository.git('switch', '-q', '-c', 'other');
  await commit('one');
  repository.git('switch', '-q', 'main');
  await commit('two');
  expect(() => repository.git('merge', 'other')).toThrow('git merge other');
}

test('a merge conflict is a warning in status, the page and the metrics', async () => {
  await using workspace = await temporaryWorkspace({
    projects: { roots: ['code'] },
    metrics: { textfile: 'metrics.prom' },
  });
  await withConflict(workspace);
  await cli(workspace, 'run', '-q');
  expect(await health(workspace)).toMatchObject({
    health: 'warning',
    diagnostics: [
      {
        code: 'could-lose-work',
        message: '1 project could lose work: alpha',
        hint: 'sync-runner status alpha',
      },
    ],
  });
  const exits = [['--check'], ['--fail-on', 'error'], ['--fail-on', 'warning'], []].map(
    async (flags) => (await cli(workspace, 'status', ...flags)).exitCode,
  );
  expect(await Promise.all(exits)).toEqual([0, 0, 1, 0]);
  expect((await cli(workspace, 'status', 'alpha', '--fail-on', 'warning')).exitCode).toBe(1);
  await cli(workspace, 'report', '-q');
  const page = readFileSync(workspace.paths.report, 'utf8');
  expect(page).toContain('<h2 id="health">1 warning</h2>');
  expect(readFileSync(join(workspace.root, 'metrics.prom'), 'utf8')).toMatch(
    /^sync_runner_health\{.*\} 1$/m,
  );
});

test('an outdated schedule is the same diagnostic in status, the page and the metrics', async () => {
  await using workspace = await temporaryWorkspace({
    projects: { roots: ['code'] },
    metrics: { textfile: 'metrics.prom' },
    report: { autoUpdate: true },
  });
  await using shims = await schedulerShims();
  const { root: cwd, paths } = workspace;
  const env = { HOME: cwd, PATH: `${shims.dir}:${process.env['PATH'] ?? ''}` };
  await workspace.gitRepository('code/alpha', { 'a.txt': 'a' });
  await runCli(['install-schedule', '--target', 'crontab'], { cwd, env });
  await workspace.write(
    'data/config/sync.json',
    readFileSync(paths.config, 'utf8').replace('{', '{"intervalMinutes": 45,'),
  );
  await runCli(['run', '-q'], { cwd, env });
  const message = 'the schedule in crontab does not match the configuration';
  const { stdout } = await runCli(['status', '--json'], { cwd, env });
  expect((JSON.parse(stdout) as HealthAssessment).diagnostics).toMatchObject([{ message }]);
  const written = readFileSync(paths.report, 'utf8');
  expect(written).toContain(message);
  expect(readFileSync(join(cwd, 'metrics.prom'), 'utf8')).toMatch(/^sync_runner_health\{.*\} 1$/m);
  await runCli(['report', '-q'], { cwd, env });
  expect(readFileSync(paths.report, 'utf8')).toContain(message);
});

test('a budget above 100 % is a warning in status and the page', async () => {
  await using workspace = await temporaryWorkspace({
    projects: { roots: ['code'] },
    tokens: { budget: { monthly: 10 } },
  });
  const line = {
    ...{ type: 'assistant', sessionId: 's', uuid: 'u', requestId: 'r', cwd: '/code/alpha' },
    timestamp: new Date().toISOString(),
    message: {
      ...{ id: 'm', model: 'claude-sonnet-4-5-20250929', role: 'assistant' },
      usage: { input_tokens: 0, output_tokens: 1_000_000 },
    },
  };
  await workspace.write('.claude/projects/-code-alpha/s.jsonl', `${JSON.stringify(line)}\n`);
  await cli(workspace, 'run', '-q');
  const message = '150 % of the budget of 10 USD is spent';
  expect((await health(workspace)).diagnostics).toMatchObject([
    {
      ...{ severity: 'warning', code: 'budget-exceeded' },
      // Without the usage of every day of the month it is `at least 150 %`.
      message: expect.stringContaining(message) as string,
    },
  ]);
  await cli(workspace, 'report', '-q');
  expect(readFileSync(workspace.paths.report, 'utf8')).toContain(message);
});

test('the page is stale when it is written long after the last run', async () => {
  await using workspace = await temporaryWorkspace();
  await cli(workspace, 'run', '-q');
  const status = readFileSync(workspace.paths.status, 'utf8');
  const older = status.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) =>
    new Date(Date.parse(at) - 40 * 86_400_000).toISOString(),
  );
  await workspace.write('data/sync-status.json', older);
  await cli(workspace, 'report', '-q');
  const page = readFileSync(workspace.paths.report, 'utf8');
  expect(page).toContain('<h2 id="health">3 errors</h2>');
  expect(page).toContain('no success for more than 3 intervals of 15 min');
});

test.skipIf(hasNoChromium)(
  'the verdict of a page becomes stale by the clock of its reader (skipped without Chromium)',
  async () => {
    await using workspace = await temporaryWorkspace();
    await cli(workspace, 'run', '-q');
    await cli(workspace, 'report', '-q');
    const text = readFileSync(workspace.paths.report, 'utf8');
    expect(text).toMatch(/<h2 id="health">No problems as of \d+ \w+ \d{4}, \d\d:\d\d UTC<\/h2>/);
    const browser = await startChromium();
    try {
      const verdictAt = async (minutes: number): Promise<string> => {
        const at = new Date(Date.now() + minutes * 60_000);
        const url = pathToFileURL(workspace.paths.report).href;
        await using watched = await openPage(browser, url, { at });
        expect(watched.pageErrors).toEqual([]);
        return await evaluate(watched.page, "document.querySelector('.health').innerText");
      };
      expect(await verdictAt(30)).toMatch(/No problems as of [^]* UTC\. That is \d+ minutes ago\./);
      expect(await verdictAt(40 * 1440)).toMatch(/The data are stale[^]* That is 40 days ago\./);
    } finally {
      await browser.close();
    }
  },
);
