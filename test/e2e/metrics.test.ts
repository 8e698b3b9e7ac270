import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gaugesOf } from '../../src/metrics/gauges.ts';
import { formatGauges } from '../../src/metrics/text-format.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const measured = (textfile: string): Promise<TemporaryWorkspace> =>
  temporaryWorkspace({ projects: { roots: ['code'] }, metrics: { textfile } });

const run = (workspace: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(['run', ...args], { cwd: workspace.root });

/** Parses the text format into samples by name and labels. Throws at the first invalid line. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const samples = new Map<string, number>();
  let declared: { readonly name: string; readonly typed: boolean } | null = null;
  const names = new Set<string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const help = /^# HELP ([a-z_][a-z0-9_]*) (?:[^\\]|\\[\\n])+$/.exec(line)?.[1];
    if (help !== undefined) {
      if (names.has(help)) throw new Error(`duplicate metric: ${line}`);
      names.add(help);
      declared = { name: help, typed: false };
      continue;
    }
    if (line === `# TYPE ${declared?.name ?? ''} gauge`) {
      declared = { name: declared?.name ?? '', typed: true };
      continue;
    }
    const sample =
      /^([a-z_][a-z0-9_]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,(?!\}))?)+\}) (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(
        line,
      );
    if (sample === null || !declared?.typed || sample[1] !== declared.name) {
      throw new Error(`not in the grammar: ${line}`);
    }
    const key = `${declared.name}${sample[2] ?? ''}`;
    if (samples.has(key)) throw new Error(`stands twice: ${line}`);
    samples.set(key, Number(sample[3]));
  }
  return samples;
}

const promtool = ((): string | null => {
  try {
    return execFileSync('sh', ['-c', 'command -v promtool'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
})();

describe('textfile', () => {
  test('contains the run, every sync and the data, and omits unknown values', async () => {
    await using workspace = await measured('metrics/sync.prom');
    await mkdir(join(workspace.root, 'metrics'));
    await workspace.gitRepository('code/alpha', { 'a.js': '// TODO: one\n' });
    expect(await run(workspace)).toMatchObject({ exitCode: 0, stderr: '' });
    const text = readFileSync(join(workspace.root, 'metrics/sync.prom'), 'utf8');
    const samples = samplesOf(text);
    const value = (name: string, labels = ''): number | undefined =>
      samples.get(`sync_runner_${name}{workspace="${workspace.root}"${labels}}`);
    expect(value('interval_seconds')).toBe(900);
    expect(value('last_run_success')).toBe(1);
    expect(value('last_run_duration_seconds')).toBeGreaterThan(0);
    const { run: last } = JSON.parse(readFileSync(workspace.paths.status, 'utf8')) as {
      run: { id: string };
    };
    const startedAt = Date.parse(last.id) / 1000;
    expect(value('last_run_timestamp_seconds')).toBe(startedAt);
    expect(value('sync_last_success_timestamp_seconds', ',sync="projects"')).toBe(startedAt);
    expect(value('sync_success', ',sync="quality"')).toBe(1);
    expect(value('projects', ',state="ok"')).toBe(1);
    expect(value('projects', ',state="missing"')).toBe(0);
    expect(value('todos')).toBe(1);
    expect(text).not.toMatch(/coverage|NaN|null|cost/);
    if (promtool !== null) {
      execFileSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
    }
  });

  test('contains the failure of a sync and the time of its last success', async () => {
    await using workspace = await measured('sync.prom');
    await run(workspace);
    const path = join(workspace.root, 'sync.prom');
    const before = samplesOf(readFileSync(path, 'utf8'));
    await workspace.write('data/projects.json', '{');
    expect((await run(workspace)).exitCode).toBe(1);
    const samples = samplesOf(readFileSync(path, 'utf8'));
    const labels = `{workspace="${workspace.root}",sync="projects"}`;
    expect(samples.get(`sync_runner_sync_success${labels}`)).toBe(0);
    expect(samples.get(`sync_runner_last_run_success{workspace="${workspace.root}"}`)).toBe(0);
    const success = `sync_runner_sync_last_success_timestamp_seconds${labels}`;
    expect(samples.get(success)).toBe(before.get(success));
  });

  test('is replaced atomically, is readable by the collector and leaves no temporary file', async () => {
    await using workspace = await measured('sync.prom');
    await run(workspace);
    const path = join(workspace.root, 'sync.prom');
    const { ino } = statSync(path);
    await run(workspace);
    expect(statSync(path).ino).not.toBe(ino);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(workspace.root).toSorted()).toEqual(['code', 'data', 'sync.prom']);
  });

  test('that cannot be written causes a warning', async () => {
    await using workspace = await measured('~/gone/sync.prom');
    const { exitCode, stdout, stderr } = await run(workspace);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ All syncs completed');
    expect(stderr).toBe('! /nonexistent/gone/sync.prom: does not exist (ENOENT)\n');
  });

  test('is not written by a dry run and must be named *.prom', async () => {
    await using workspace = await measured('sync.prom');
    await run(workspace, '--dry-run');
    await rm(join(workspace.root, 'code'), { recursive: true });
    expect(readdirSync(workspace.root)).toEqual(['data']);
    await using wrong = await measured('sync.txt');
    const { exitCode, stderr } = await run(wrong);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('metrics.textfile: "sync.txt" does not end in ".prom"');
  });
});

test('formatGauges escapes label values and omits samples with unknown values', () => {
  const text = formatGauges(
    [
      {
        name: 'one',
        help: 'a \\ and\nmore',
        samples: [{ labels: { b: 'x"y\\z\nw' }, value: 1.5 }],
      },
      { name: 'two', help: 'nothing', samples: [{ value: null }, { value: Number.NaN }] },
    ],
    { a: '' },
  );
  expect(text).toBe(
    '# HELP one a \\\\ and\\nmore\n# TYPE one gauge\none{a="",b="x\\"y\\\\z\\nw"} 1.5\n',
  );
  expect([...samplesOf(text).values()]).toEqual([1.5]);
  expect(() => samplesOf('# HELP one x\n# TYPE one gauge\none{a="b"} NaN\n')).toThrow('grammar');
});

test('the duration of a sync is omitted when the run skips the sync', () => {
  const skipped = { outcome: 'skipped', reason: 'disabled' } as const;
  const never = { lastRun: null, lastSuccess: null };
  const at = '2026-11-23T10:00:00.000Z';
  const gauges = gaugesOf({
    health: 'ok',
    intervalMinutes: 15,
    analytics: null,
    status: {
      schemaVersion: 1,
      lastSync: at,
      status: 'success',
      durationMs: 5,
      run: {
        id: at,
        finishedAt: at,
        durationMs: 5,
        outcome: 'success',
        trigger: 'manual',
        results: { tokens: skipped, quality: skipped, projects: skipped },
      },
      syncs: { tokens: never, quality: never, projects: never },
    },
  });
  expect([...samplesOf(formatGauges(gauges, { w: '/' })).keys()]).toEqual([
    'sync_runner_interval_seconds{w="/"}',
    'sync_runner_last_run_timestamp_seconds{w="/"}',
    'sync_runner_last_run_duration_seconds{w="/"}',
    'sync_runner_last_run_success{w="/"}',
    'sync_runner_health{w="/"}',
  ]);
});
