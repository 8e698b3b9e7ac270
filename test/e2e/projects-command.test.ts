import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProjectRow } from '../../src/analytics/overview.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { setAge, temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

describe('projects', () => {
  let workspace: TemporaryWorkspace;

  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', {
      'package.json': '{ "name": "alpha" }',
      'index.ts': '// TODO: one\n// TODO: two\n',
    });
    const beta = await workspace.gitRepository('code/beta', { 'main.py': '# TODO: one\n' });
    await beta.write('new.py', '');
    await setAge(join(beta.path, 'new.py'), 20);
    await workspace.gitRepository('code/gone', { 'a.go': '' });
    await workspace.write('code/日本語/Cargo.toml', '[package]\nname = "nihongo"\n');
    await runCli(['run', '-q'], { cwd: workspace.root });
    await rm(join(workspace.root, 'code/gone'), { recursive: true });
    await runCli(['run', '-q'], { cwd: workspace.root });
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  const projects = (...args: string[]): Promise<CliResult> =>
    runCli(['projects', ...args], { cwd: workspace.root });

  const names = async (...args: string[]): Promise<readonly string[]> => {
    const { stdout, stderr, exitCode } = await projects('--json', ...args);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const { projects: rows } = JSON.parse(stdout) as { projects: readonly ProjectRow[] };
    return rows.map(({ name }) => name);
  };

  test('lists projects that need attention first', async () => {
    expect(await names()).toEqual(['beta', 'alpha', '日本語']);
  });

  test.each([
    [['ALPHA'], ['alpha']],
    [['typescript'], ['alpha']],
    [
      ['code', 'main'],
      ['beta', 'alpha'],
    ],
    [['nothing like it'], []],
    [['--dirty'], ['beta']],
    [['--missing'], ['gone']],
    [
      ['--sort', 'name'],
      ['alpha', 'beta', '日本語'],
    ],
    [
      ['--sort', 'name', '--reverse'],
      ['日本語', 'beta', 'alpha'],
    ],
    [
      ['--sort', 'todos'],
      ['alpha', 'beta', '日本語'],
    ],
    [
      ['--sort', 'changes'],
      ['beta', 'alpha', '日本語'],
    ],
    // Unknown values sort last in both directions.
    [
      ['--sort', 'changes', '--reverse'],
      ['alpha', 'beta', '日本語'],
    ],
  ])('finds with %j %j', async (args, expected) => {
    expect(await names(...args)).toEqual(expected);
  });

  test('prints one untruncated record per line to a pipe', async () => {
    const { stdout } = await projects('--sort', 'name');
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(records.map(([id, name]) => [id, name])).toEqual([
      ['alpha', 'alpha'],
      ['beta', 'beta'],
      [expect.any(String), '日本語'],
    ]);
    expect(records[1]?.slice(2, 9)).toEqual([
      join(workspace.root, 'code/beta'),
      'git',
      'ok',
      'main',
      '1',
      '',
      '',
    ]);
    expect((await projects('--sort', 'name', '--plain')).stdout).toBe(stdout);
  });

  test('rejects an unknown sort order and lists the valid ones', async () => {
    const { stderr, exitCode } = await projects('--sort', 'size');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Expected one of attention, name, path');
  });

  test('prints only the columns of --columns, in their order', async () => {
    const { stdout, stderr } = await projects('--sort', 'name', '--columns', 'todos,name, branch');
    expect(stderr).toBe('');
    expect(stdout).toBe('2\talpha\tmain\n1\tbeta\tmain\n0\t日本語\t\n');
  });

  test.each([
    [['--columns', 'name,size'], "Unknown column 'size'. Known: id, name, path, kind, state"],
    [['--columns', ''], "Unknown column ''. Known: id"],
    [['--columns', 'name', '--json'], '--json always has all fields'],
    [['--columns', 'name', '--by', 'client'], 'not for the sums of --by'],
  ])('rejects %j', async (args, message) => {
    const { stderr, exitCode } = await projects(...args);
    expect(exitCode).toBe(2);
    expect(stderr + (await projects(...args)).stdout).toContain(message);
  });

  test('prints how to start when no run has stored data yet', async () => {
    await using empty = await temporaryWorkspace();
    expect(await runCli(['projects'], { cwd: empty.root })).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'No projects yet: no run has finished\n  fix: sync-runner run\n',
    });
  });

  test('reports the path of a damaged registry', async () => {
    await using damaged = await temporaryWorkspace();
    await damaged.write('data/projects.json', '{"schemaVersion":1');
    const { stdout, exitCode } = await runCli(['projects', '--json'], { cwd: damaged.root });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'data', message: expect.stringContaining('projects.json:1:') as string },
    });
  });

  describe('status PROJECT', () => {
    const status = (...args: string[]): Promise<CliResult> =>
      runCli(['status', ...args], { cwd: workspace.root });

    test('prints the problems, facts, history and log of the project', async () => {
      const { stdout, stderr, exitCode } = await status('beta', '--check');
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(stdout).toMatch(/^warning {4}beta {3}\/.*\/code\/beta\n! 1 uncommitted change/);
      expect(stdout).toContain(`  fix: git -C ${workspace.root}/code/beta status\n`);
      expect(stdout).toMatch(/\ncommit {5}\d+ \w+ ago, [0-9a-f]{8} First commit \(Ada Example\)\n/);
      expect(stdout).toContain(`log        ${workspace.paths.log}\n`);
      expect(stdout).toMatch(/ {2}quality {3}head [0-9a-f]{8}, todos 1\n/);
      expect(stdout).toContain('\nlighthouse - (no Lighthouse report was found)\n');
      expect(stdout).toContain('\ndebt       - (neither coverage nor Lighthouse is known)\n');
    });

    test('prints one JSON document with --json', async () => {
      expect(JSON.parse((await status('BETA', '--json')).stdout)).toMatchObject({
        schemaVersion: 1,
        project: { id: 'beta' },
        quality: { id: 'beta' },
        diagnostics: [{ code: 'unsaved-work' }, { severity: 'info', code: 'no-remote' }],
        history: [{ sync: 'quality' }, { sync: 'projects' }],
      });
    });

    test('suggests similar names for an unknown project', async () => {
      const { stdout, stderr, exitCode } = await status('alfa');
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      expect(stderr).toBe(
        'error: unknown project alfa (did you mean alpha?)\n  fix: sync-runner status alpha\n',
      );
    });
  });
});
