import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Overview } from '../../src/analytics/overview.ts';
import { encodeCache } from '../../src/util/cache.ts';
import type { HealthAssessment } from '../../src/health/assess-health.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { setAge, temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const status = (workspace: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(['status', ...args], { cwd: workspace.root });

const report = async (workspace: TemporaryWorkspace): Promise<HealthAssessment> =>
  JSON.parse((await status(workspace, '--json')).stdout) as HealthAssessment;

/** Shifts every time in the status file into the past. */
async function age(workspace: TemporaryWorkspace, minutes: number): Promise<void> {
  const text = readFileSync(workspace.paths.status, 'utf8');
  const older = text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (at) =>
    new Date(Date.parse(at) - minutes * 60_000).toISOString(),
  );
  await workspace.write('data/sync-status.json', older);
}

describe('status', () => {
  test('reports before the first run that there is none, with the command to start one', async () => {
    await using workspace = await temporaryWorkspace();
    const { stdout, stderr, exitCode } = await status(workspace);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(
      /^error {6}no run yet {3}next run due now\n✗ no run yet\n {2}fix: sync-runner run\n/,
    );
    expect((await status(workspace, '--check')).exitCode).toBe(1);
  });

  test('reports ok with the last run, the next run and the lock', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await runCli(['run', '-q'], { cwd: workspace.root });
    const { stdout, stderr, exitCode } = await status(workspace, '--check');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(
      /^ok {9}last run [\d.]+ m?s ago \([\d.]+ m?s\) {3}next run due in 15 min, \d\d:\d\d\n/,
    );
    expect(stdout).toMatch(/\nlock {7}free\n/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(await report(workspace)).toMatchObject({
      schemaVersion: 1,
      health: 'ok',
      diagnostics: [],
      lock: { type: 'free' },
      nextRunSource: 'interval',
    });
  });

  test('reports an error when the data is older than three intervals', async () => {
    await using workspace = await temporaryWorkspace();
    await runCli(['run', '-q'], { cwd: workspace.root });
    await age(workspace, 46);
    const { stdout, exitCode } = await status(workspace, '--check');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^error .*next run due now\n✗ tokens: no success for more than 3 intervals of 15 min\n/,
    );
  });

  test('reports the errors of a configuration that was edited after the last run', async () => {
    await using workspace = await temporaryWorkspace();
    await runCli(['run', '-q'], { cwd: workspace.root });
    await workspace.write('data/config/sync.json', '{ "intervalMinutes": 30 }');
    const [last, next] = [(await report(workspace)).lastRun, (await report(workspace)).nextRunAt];
    expect(Date.parse(next ?? '') - Date.parse(last?.id ?? '')).toBe(30 * 60_000);
    await workspace.write('data/config/sync.json', '{ "intervalMinutes": 0 }');
    const broken = await status(workspace);
    expect(broken).toMatchObject({ exitCode: 2, stdout: '' });
    expect(broken.stderr).toContain('intervalMinutes: must be an integer from 1 to 1440, not 0');
  });

  test.each(['not json', '{"schemaVersion":1}', '{"schemaVersion":1,"run":7}', '[]'])(
    'names a status file that is damaged: %s',
    async (text) => {
      await using workspace = await temporaryWorkspace();
      await workspace.write('data/sync-status.json', text);
      const { stderr, exitCode } = await status(workspace);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`error: ${workspace.paths.status}`);
      expect(stderr).not.toMatch(/^ {4}at /m);
    },
  );

  test('reports the holder of the lock, and that it has exited when it was killed', async () => {
    await using workspace = await temporaryWorkspace();
    const repository = await workspace.gitRepository('code/hangs', { 'a.txt': 'a' });
    await repository.write('new/deep/a.txt', '');
    execFileSync('mkfifo', [join(repository.path, 'new/deep/.gitignore')]);
    const running = execFileSync(
      'sh',
      [
        '-c',
        '"$0" "$1" run >/dev/null 2>&1 & echo $!',
        process.execPath,
        join(import.meta.dirname, '../../bin/sync-runner.cjs'),
      ],
      { cwd: workspace.root, encoding: 'utf8' },
    ).trim();
    let lock = (await report(workspace)).lock;
    while (lock.type !== 'held') lock = (await report(workspace)).lock;
    expect(lock).toMatchObject({ pid: Number(running), alive: 'yes' });
    expect((await status(workspace)).stdout).toContain(`held by pid ${running} on `);
    process.kill(Number(running), 'SIGKILL');
    while (lock.type === 'held' && lock.alive === 'yes') lock = (await report(workspace)).lock;
    expect(lock).toMatchObject({ type: 'held', alive: 'no' });
    expect((await status(workspace)).stdout).toContain('which has ended: the next run takes over');
  });

  test('lists the warnings of the last run after the errors', async () => {
    await using workspace = await temporaryWorkspace({ projects: { roots: ['code', 'gone'] } });
    await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await runCli(['run', '-q'], { cwd: workspace.root });
    const { diagnostics, health } = await report(workspace);
    expect(health).toBe('warning');
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'root-unreachable' }]);
  });

  test('lists the projects that need attention, most severe first, and counts the others', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/calm', { 'a.js': '// TODO: one\n' });
    const changed = await workspace.gitRepository('code/日本語', { 'a.js': '' });
    await changed.write('b.js', '');
    await setAge(join(changed.path, 'b.js'), 20);
    await workspace.write('code/broken/.git/HEAD', 'nonsense');
    await runCli(['run', '-q'], { cwd: workspace.root });
    const { stdout } = await status(workspace);
    expect(stdout.split('\n').slice(-7)).toEqual([
      '   PROJECT  STATE  BRANCH  CHANGES  COVER  TODO  NOTE',
      'could lose work',
      expect.stringMatching(/^✗ {2}broken {3}error {2}- {13}- {6}- {5}- {2}can't be read \(/),
      expect.stringMatching(
        /^! {2}日本語 {3}ok {5}main {10}1 {6}- {5}0 {2}1 uncommitted change, the oldest 20 days old$/,
      ),
      '  1 more is ok (--all shows them)',
      '  2 without a remote',
      '',
    ]);
    const { projects } = JSON.parse((await status(workspace, '--json')).stdout) as {
      projects: Overview['projects'];
    };
    expect(projects).toMatchObject({ total: 3, attention: [{ id: 'broken' }, { name: '日本語' }] });
    const all = (await status(workspace, '--all')).stdout;
    expect(all).toMatch(/\nok\n {3}calm +ok +main +0 +- +1\n {2}2 without a remote\n$/);
    const records = (await status(workspace, '--plain')).stdout.split('\n');
    expect(records).toContain('health\twarning');
    expect(records.filter((line) => line.startsWith('project\t'))).toHaveLength(2);
  });

  test('prints the same when its cache is missing', async () => {
    await using workspace = await temporaryWorkspace();
    const changed = await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await changed.write('b.js', '');
    await setAge(join(changed.path, 'b.js'), 20);
    await runCli(['run', '-q'], { cwd: workspace.root });
    const overview = async (): Promise<unknown> => {
      const { usage, projects } = JSON.parse(
        (await status(workspace, '--json')).stdout,
      ) as Overview;
      return { usage, projects };
    };
    const before = await overview();
    expect(before).toMatchObject({ projects: { attention: [{ id: 'alpha' }] } });
    await rm(join(workspace.paths.data, 'cache'), { recursive: true });
    expect(await overview()).toEqual(before);
    const older = encodeCache({ name: 'derived', schemaVersion: 0 }, { overview: 7 });
    await workspace.write('data/cache/derived.bin', older);
    expect(await overview()).toEqual(before);
  });

  test('reports a damaged data file and everything else', async () => {
    await using workspace = await temporaryWorkspace();
    await runCli(['run', '-q'], { cwd: workspace.root });
    await rm(join(workspace.paths.data, 'cache'), { recursive: true });
    await workspace.write('data/quality.json', '{');
    const { stdout, stderr, exitCode } = await status(workspace);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(
      /^error .*\n✗ .*quality\.json:1:2.*\n {2}fix: fix quality\.json, or move/,
    );
  });
});
