import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyticsFile } from '../../src/schema/analytics.ts';
import { tokensSnapshot } from '../../src/schema/tokens.ts';
import { loadSqlite } from '../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { crushSample } from '../helpers/agents/crush.ts';
import { gooseSample } from '../helpers/agents/goose.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

test.skipIf(loadSqlite() === null)(
  'unknown tokens of an agent that keeps only costs are null in every file and output (skipped without node:sqlite)',
  async () => {
    await using workspace = await temporaryWorkspace({
      syncs: ['tokens'],
      metrics: { textfile: 'sync.prom' },
    });
    const home = join(workspace.root, 'home');
    await mkdir(home);
    const response = {
      ...{ id: 'a', session: 's', timeMs: Math.floor(Date.now() / 1000) * 1000 },
      ...{ model: 'claude-sonnet-4-5', project: join(home, 'app') },
      ...{ input: 100_000, output: 0, cacheRead: 0, cacheWrite: 0 },
    };
    await crushSample.write(home, [response]);
    await gooseSample.write(home, [response]);
    const cli = async (...args: readonly string[]): Promise<string> => {
      const result = await runCli(args, { cwd: workspace.root, env: { HOME: home } });
      expect(result.stderr).toBe('');
      return result.stdout;
    };
    await cli('run', '-q');
    const parse = async (path: string): Promise<unknown> =>
      JSON.parse(await readFile(join(workspace.root, path), 'utf8'));

    const snapshot = tokensSnapshot.parse(await parse('data/tokens.json'));
    expect(snapshot.totals['crush']).toMatchObject({ tokens: null, costUsd: '0.010000' });
    expect(snapshot.projects.find(({ source }) => source === 'crush')?.tokens).toBeNull();
    const entry = snapshot.daily.find(({ source }) => source === 'crush');
    expect(entry).toMatchObject({ tokens: null, sessions: [{ tokens: null }] });

    const { tokens } = analyticsFile.parse(await parse('data/analytics.json'));
    expect(tokens?.agents?.windows[0]).toMatchObject({
      ...{ tokens: { input: 100_000 }, withoutTokens: ['crush'], costUsd: '0.310000' },
    });
    const crush = tokens?.sources.find(({ name }) => name === 'crush');
    expect(crush?.windows[0]).toMatchObject({ tokens: null, costUsd: '0.010000' });

    expect(await cli('status')).toMatch(/today 100k without Crush, \$0\.31 /);
    expect(JSON.parse(await cli('status', '--json'))).toMatchObject({
      usage: [
        { source: 'agents', dayTokens: 100_000, dayWithoutTokens: ['crush'] },
        { source: 'goose', dayTokens: 100_000, dayWithoutTokens: [] },
        { source: 'crush', dayTokens: null, dayWithoutTokens: ['crush'], dayUsd: '0.010000' },
      ],
    });
    expect(await cli('export', 'tokens')).toMatch(/,crush,unknown,,[^,]+,,,,,,,,0\.01,reported,/);
    const metrics = await readFile(join(workspace.root, 'sync.prom'), 'utf8');
    expect(metrics).toContain('source="goose",kind="input"');
    expect(metrics).not.toContain('source="crush",kind');
    await cli('report', '-q');
    const page = await readFile(workspace.paths.report, 'utf8');
    expect(page).toMatch(/>Goose<[^]*\$0\.30[^]*>Crush<[^]*\$0\.01/);

    // The growth is stored without tokens and continues from its cost.
    await crushSample.write(home, [response, { ...response, id: 'b' }]);
    await cli('run', '-q');
    const next = tokensSnapshot.parse(await parse('data/tokens.json'));
    expect(next.totals['crush']).toMatchObject({ tokens: null, costUsd: '0.020000' });
  },
);
