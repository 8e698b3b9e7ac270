import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StatusFile } from '../../src/schema/status.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { blankFile, roundTime } from '../helpers/blank-file.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

const config = (quality: object = {}) => ({
  syncs: ['quality'],
  projects: { roots: ['code'] },
  quality,
});

test('run of quality neither loads nor changes its snapshot when nothing changed, and shows any change', async () => {
  await using workspace = await temporaryWorkspace(config());
  const { root, paths } = workspace;
  const alpha = await workspace.gitRepository('code/alpha', {
    'src/a.ts': '// TODO\n// TODO\n',
    '.gitignore': 'coverage\n*.info\n',
  });
  await alpha.write('lcov.info', 'SF:broken\nDA:1\n');
  mkdirSync(join(alpha.path, 'coverage'));
  const month = join(
    paths.historyDir('quality'),
    `quality-${new Date().toISOString().slice(0, 7)}.jsonl`,
  );
  const stored = [paths.snapshot('quality'), month];
  const run = async () => {
    const result = await runCli(['run'], { cwd: root, env: { HOME: root } });
    expect(result.exitCode, result.stderr).toBe(0);
    const status = JSON.parse(readFileSync(paths.status, 'utf8')) as StatusFile;
    const { outcome, ...reported } = status.run.results.quality as Record<string, unknown>;
    expect(outcome).toBe('success');
    return { ...reported, durationMs: 0 };
  };
  /** Runs until the result is cached: none is shortly after a change. */
  const settle = async (): Promise<void> => {
    rmSync(paths.cache('quality-result'), { force: true });
    while (!existsSync(paths.cache('quality-result'))) await run();
  };
  const read = () =>
    (JSON.parse(readFileSync(paths.snapshot('quality'), 'utf8')) as Snapshot<'quality'>)
      .projects[0];

  const first = await run();
  expect(first).toMatchObject({
    counts: { projects: 1 },
    warnings: [{ code: 'file-skipped', subject: 'alpha: lcov.info' }],
  });
  await settle();
  for (const path of stored) roundTime(path);
  // The times have changed.
  expect(await run()).toEqual(first);
  const before = stored.map((path) => readFileSync(path, 'utf8'));

  const restore = stored.map(blankFile);
  expect(await run()).toEqual(first);
  for (const one of restore) one();
  expect(stored.map((path) => readFileSync(path, 'utf8'))).toEqual(before);

  writeFileSync(join(alpha.path, 'src/a.ts'), '// TODO\n// DONE\n');
  expect(await run()).toEqual(first);
  expect(read()?.todos).toMatchObject({ total: 1 });

  await settle();
  writeFileSync(join(alpha.path, 'coverage/lcov.info'), 'SF:src/a.ts\nDA:1,1\nend_of_record\n');
  await run();
  expect(read()?.coverage).toMatchObject({ percent: 100 });

  await settle();
  await workspace.write('data/config/sync.json', JSON.stringify(config({ exclude: ['src/**'] })));
  await run();
  expect(read()?.todos).toMatchObject({ total: 0 });

  await settle();
  rmSync(alpha.path, { recursive: true });
  await run();
  expect(read()).toMatchObject({ id: 'alpha', todos: { total: 0 } });
});
