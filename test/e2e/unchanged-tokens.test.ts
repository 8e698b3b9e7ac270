import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StatusFile } from '../../src/schema/status.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { claudeCodeSample } from '../helpers/agents/claude-code.ts';
import { blankFile, roundTime } from '../helpers/blank-file.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

const response = (index: number) => ({
  id: `response-${String(index)}`,
  session: 'session',
  timeMs: Date.parse('2026-11-20T10:00:00Z') + index * 1000,
  model: 'unpriced-model',
  project: '/home/dev/app',
  ...{ input: 100, output: 10, cacheRead: 1000, cacheWrite: 50 },
});

const config = (tokens: object = {}) => ({
  syncs: ['tokens'],
  projects: { roots: ['code'] },
  tokens,
});

test('run of tokens loads none of its stored data when nothing changed, and all of it after any change', async () => {
  await using workspace = await temporaryWorkspace(config());
  const { root, paths } = workspace;
  const month = join(
    paths.historyDir('tokens'),
    `tokens-${new Date().toISOString().slice(0, 7)}.jsonl`,
  );
  const stored = [paths.snapshot('tokens'), paths.cache('tokens'), month];
  const run = async (...args: readonly string[]) => {
    const result = await runCli(['run', ...args], { cwd: root, env: { HOME: root } });
    expect(result.exitCode, result.stderr).toBe(0);
    const status = JSON.parse(readFileSync(paths.status, 'utf8')) as StatusFile;
    const { outcome, ...reported } = status.run.results.tokens as Record<string, unknown>;
    expect(outcome).toBe('success');
    return { ...reported, durationMs: 0 };
  };
  const snapshot = (): Snapshot<'tokens'> =>
    JSON.parse(readFileSync(paths.snapshot('tokens'), 'utf8')) as Snapshot<'tokens'>;
  const outputOf = (): number | undefined => snapshot().totals['claude-code']?.tokens?.output;

  await claudeCodeSample.write(root, [response(0)]);
  const first = await run();
  expect(first).toMatchObject({ counts: { entries: 1 }, warnings: [{ code: 'no-price' }] });
  for (const path of stored) roundTime(path);
  // The times have changed.
  expect(await run()).toEqual(first);

  const restore = stored.map(blankFile);
  expect(await run()).toEqual(first);
  for (const one of restore) one();

  await claudeCodeSample.write(root, [response(0), response(1)]);
  expect(await run()).toEqual(first);
  expect(outputOf()).toBe(20);

  await workspace.write('data/config/sync.json', JSON.stringify(config({ hashPaths: true })));
  await run();
  expect(snapshot().daily[0]?.project).toMatch(/^sha256:/);

  writeFileSync(paths.snapshot('tokens'), JSON.stringify({ ...snapshot(), manual: [{ note: 1 }] }));
  expect(await run()).toMatchObject({ counts: { entries: 1, manual: 1 } });

  const lines = readFileSync(month, 'utf8');
  rmSync(month);
  await run();
  expect(readFileSync(month, 'utf8').length).toBeGreaterThan(0);
  expect(readFileSync(month, 'utf8').length).toBeLessThan(lines.length);

  rmSync(paths.cache('tokens'));
  await run();
  expect(statSync(paths.cache('tokens')).size).toBeGreaterThan(0);

  writeFileSync(paths.cache('tokens-result'), 'noise');
  expect(await run()).toMatchObject({ counts: { entries: 1, manual: 1 } });

  writeFileSync(paths.snapshot('tokens'), '{ "daily": ');
  const damaged = await runCli(['run'], { cwd: root, env: { HOME: root } });
  expect(damaged).toMatchObject({ exitCode: 1 });
  expect(damaged.stderr).toContain('tokens.json:1');
});
