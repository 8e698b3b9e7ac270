import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StatusFile } from '../../src/schema/status.ts';
import { runCli, startCli, type CliResult } from '../helpers/cli.ts';
import { slowdown } from '../helpers/slowdown.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const run = (workspace: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(['run', ...args], { cwd: workspace.root });

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const statusOf = (workspace: TemporaryWorkspace): StatusFile =>
  json(workspace.paths.status) as StatusFile;

/** Returns the matching files below `data/`, each with a key that changes when it is written. */
function identities(workspace: TemporaryWorkspace, pattern: RegExp): Record<string, string> {
  const files = readdirSync(workspace.paths.data, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    files
      .filter((file) => pattern.test(file))
      .map((file) => {
        const { ino, mtimeNs, size } = statSync(join(workspace.paths.data, file), { bigint: true });
        return [file, `${String(ino)} ${String(mtimeNs)} ${String(size)}`];
      }),
  );
}

/** Creates a workspace with two repositories and a package. */
async function smallWorkspace(config?: object): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace(config);
  await workspace.gitRepository('code/alpha', {
    'package.json': '{ "name": "alpha", "license": "MIT", "description": "The first" }',
    'index.js': '// TODO: more\nexport const a = 1; // FIXME\n',
  });
  const beta = await workspace.gitRepository('code/beta', { 'main.py': 'print(1)\n' });
  await beta.write('new.py', '# TODO\n');
  await workspace.write('code/gamma/Cargo.toml', '[package]\nname = "gamma"\n');
  return workspace;
}

/** Creates a repository in which git blocks, because a .gitignore is a FIFO without a writer. */
async function hangingWorkspace(): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/hangs', { 'a.txt': 'a' });
  // Deep in an untracked directory, because the program itself checks the others before it starts git.
  await repository.write('new/deep/a.txt', '');
  execFileSync('mkfifo', [join(repository.path, 'new/deep/.gitignore')]);
  return workspace;
}

/** Starts a run and waits until the quality sync blocks in git. */
async function startHanging(workspace: TemporaryWorkspace): Promise<ReturnType<typeof startCli>> {
  const started = startCli(['run'], { cwd: workspace.root });
  await started.printed('Starting sync: quality');
  return started;
}

describe('run', () => {
  test('writes snapshots, status and history, and prints the lines that scripts look for', async () => {
    await using workspace = await smallWorkspace();
    const { exitCode, stdout, stderr } = await run(workspace);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\d+ms/, 'Nms').split('\n')).toEqual([
      'Starting sync: tokens...',
      'ANTHROPIC_ADMIN_KEY or ANTHROPIC_ORG_ID not set — skipping token sync',
      'Synced 0 token entries (kept 0 manual entries)',
      'Starting sync: quality...',
      'Synced quality for 3 projects',
      'Starting sync: projects...',
      'Updated 0 projects, added 3 new projects',
      '✓ All syncs completed in Nms',
      'Projects: 3',
      'Changed: 3 new projects',
      'Cost: unknown, no usage was found',
      'Needs you: nothing',
      'Next: sync-runner report --open',
      '',
    ]);
    const { data, snapshot } = workspace.paths;
    expect(json(snapshot('projects'))).toMatchObject({
      summary: { projects: 3, missing: 0, dirty: 1 },
      projects: [
        {
          id: 'alpha',
          license: 'MIT',
          description: 'The first',
          git: { branch: 'main', dirty: false },
        },
        { id: 'beta', git: { dirty: true, changes: { untracked: 1 } } },
        { id: 'gamma', kind: 'package', git: null },
      ],
    });
    expect(json(snapshot('quality'))).toMatchObject({
      summary: { projects: 3, todos: 3 },
      projects: [{ todos: { todo: 1, fixme: 1 } }, { todos: { todo: 1 } }, { id: 'gamma' }],
    });
    expect(json(snapshot('tokens'))).toMatchObject({ daily: [], manual: [] });
    expect(statusOf(workspace)).toMatchObject({ status: 'success' });
    const month = statusOf(workspace).run.id.slice(0, 7);
    for (const series of ['projects', 'quality', 'runs']) {
      expect(existsSync(join(data, 'history', series, `${series}-${month}.jsonl`))).toBe(true);
    }
    expect(existsSync(workspace.paths.lock)).toBe(false);
  });

  test.each([
    ['syncs is empty', { syncs: [] }, []],
    ['--only names a sync that is disabled', { syncs: ['projects'] }, ['--only', 'quality']],
  ])('exits 2 and writes nothing when %s', async (_, config, args) => {
    await using workspace = await temporaryWorkspace(config);
    const { exitCode, stdout, stderr } = await run(workspace, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('error: no enabled sync was selected, so nothing was done');
    expect(stderr).toContain(`\`syncs\` of ${workspace.paths.config}: tokens, quality, projects`);
    expect(readdirSync(workspace.paths.data)).toEqual(['config']);
  });

  test('rewrites no snapshot and no history file when nothing changed', async () => {
    await using workspace = await smallWorkspace();
    await run(workspace);
    const files = /^(projects|quality|tokens)\.json$|^history\/(projects|quality|tokens)\//;
    const before = identities(workspace, files);
    expect(Object.keys(before).length).toBeGreaterThanOrEqual(5);
    const { stdout, exitCode } = await run(workspace);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Updated 3 projects, added 0 new projects');
    expect(identities(workspace, files)).toEqual(before);
  });

  test('prints exactly one document with --json', async () => {
    await using workspace = await smallWorkspace();
    const { stdout, stderr } = await run(workspace, '--json');
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      outcome: 'success',
      run: { results: { projects: { outcome: 'success', counts: { updated: 0, added: 3 } } } },
    });
  });

  test('prints nothing with --quiet and --scheduled, and writes a log with --scheduled', async () => {
    await using workspace = await smallWorkspace();
    expect(await run(workspace, '--quiet')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(existsSync(workspace.paths.log)).toBe(false);
    expect(await run(workspace, '--scheduled')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    const log = await readFile(workspace.paths.log, 'utf8');
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ANTHROPIC_ADMIN_KEY/);
    expect(log).toMatch(/Z synced projects updated=3 added=0 ms=\d+\n/);
    expect(log).toMatch(/Z done run=\S+ ms=\d+ status=success\n$/);
  });

  test('runs only the syncs of --only', async () => {
    await using workspace = await smallWorkspace();
    const { stdout } = await run(workspace, '--only', 'projects');
    expect(stdout).not.toContain('quality');
    expect(existsSync(workspace.paths.snapshot('quality'))).toBe(false);
    expect(statusOf(workspace).run.results).toMatchObject({
      tokens: { outcome: 'skipped', reason: 'not-selected' },
      projects: { outcome: 'success' },
    });
  });

  test('--if-due skips the run until the interval has passed since the last start', async () => {
    await using workspace = await smallWorkspace();
    expect((await run(workspace, '--if-due')).stdout).toContain('All syncs completed');
    const notDue = await run(workspace, '--if-due');
    expect(notDue).toMatchObject({ exitCode: 0, stderr: '' });
    expect(notDue.stdout).toMatch(/^Not due: next run in (14|15) min\n$/);
    expect(JSON.parse((await run(workspace, '--if-due', '--json')).stdout)).toMatchObject({
      outcome: 'skipped',
      reason: 'not-due',
    });
    const status = await readFile(workspace.paths.status, 'utf8');
    const earlier = new Date(Date.parse(statusOf(workspace).run.id) - 15 * 60_000).toISOString();
    await workspace.write(
      'data/sync-status.json',
      status.replaceAll(statusOf(workspace).run.id, earlier),
    );
    expect((await run(workspace, '--if-due')).stdout).toContain('All syncs completed');
  });

  test('--dry-run collects everything and writes nothing', async () => {
    await using workspace = await smallWorkspace();
    const { stdout, exitCode } = await run(workspace, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('added 3 new projects');
    expect(stdout).toMatch(/Dry run: nothing was changed\n$/);
    expect(readdirSync(workspace.paths.data)).toEqual(['config']);
  });

  test('runs the other syncs when one fails, and does not change the snapshot of that one', async () => {
    await using workspace = await smallWorkspace();
    const broken = '{ "projects": [ { "id": "mine", "notes": "precious" ';
    await workspace.write('data/projects.json', broken);
    const { exitCode, stdout, stderr } = await run(workspace);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Synced quality for 3 projects');
    expect(stderr).toContain(workspace.paths.snapshot('projects'));
    expect(stderr).toMatch(/✗ 1 of 3 syncs failed in \d+ms: projects\n$/);
    expect(await readFile(workspace.paths.snapshot('projects'), 'utf8')).toBe(broken);
    expect(statusOf(workspace)).toMatchObject({
      status: 'error',
      error: expect.stringContaining('projects: ') as string,
      run: { results: { quality: { outcome: 'success' }, projects: { outcome: 'error' } } },
      syncs: { projects: { lastSuccess: null } },
    });
  });

  test('preserves the fields of the user and unknown fields', async () => {
    await using workspace = await smallWorkspace();
    await run(workspace);
    const path = workspace.paths.snapshot('projects');
    const registry = json(path) as { projects: Record<string, unknown>[]; mood?: string };
    Object.assign(registry.projects[0] ?? {}, {
      client: 'ACME',
      notes: 'call them',
      colour: 'red',
    });
    registry.mood = 'good';
    await workspace.write('data/projects.json', JSON.stringify(registry, null, 2));
    await workspace.write('code/alpha/other.js', 'export {};\n');
    await run(workspace);
    expect(json(path)).toMatchObject({
      mood: 'good',
      projects: [
        { client: 'ACME', notes: 'call them', colour: 'red', git: { dirty: true } },
        {},
        {},
      ],
    });
  });

  test('exits 2 with file, line and key, and writes nothing, when the configuration is invalid', async () => {
    await using workspace = await temporaryWorkspace({ intervalMinutes: '15' });
    const { exitCode, stdout, stderr } = await run(workspace);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(
      `error: ${workspace.paths.config}:1:20 intervalMinutes: must be an integer from 1 to 1440, not "15"\n`,
    );
    const asJson = await run(workspace, '--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'config' } });
    expect(asJson.stderr).toBe('');
    expect(readdirSync(workspace.paths.data)).toEqual(['config']);
  });
});

describe('run, when the lock exists,', () => {
  test('skips the run, waits with --wait, and exits 75 with --fail-if-locked', async () => {
    await using workspace = await hangingWorkspace();
    const { child, ended } = await startHanging(workspace);
    const second = await run(workspace);
    expect(second).toMatchObject({
      exitCode: 0,
      stdout: 'Sync already in progress (lock file exists) - skipping\n',
    });
    expect(second.stderr).toContain(`pid ${String(child.pid)}`);
    expect(await run(workspace, '--fail-if-locked')).toMatchObject({ exitCode: 75, stdout: '' });
    const waiting = run(workspace, '--wait', '30', '--only', 'tokens');
    child.kill('SIGTERM');
    await ended;
    expect((await waiting).stdout).toContain('All syncs completed');
  });

  test('takes over at once when the owner was killed', async () => {
    await using workspace = await hangingWorkspace();
    const { child, ended } = await startHanging(workspace);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(workspace.paths.lock)).toBe(true);
    const { exitCode, stdout } = await run(workspace, '--only', 'tokens');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Stale lock file detected \(0min old\) - removing\n/);
    expect(existsSync(workspace.paths.lock)).toBe(false);
  });

  test.each(['file', 'directory'] as const)(
    'replaces a lock %s of an earlier program only after an hour',
    async (kind) => {
      await using workspace = await temporaryWorkspace();
      if (kind === 'file') await workspace.write('data/.sync-lock', '{"pid":1}');
      else execFileSync('mkdir', [workspace.paths.lock]);
      expect((await run(workspace)).stdout).toContain('already in progress');
      const old = new Date(Date.now() - 72 * 60_000);
      await utimes(workspace.paths.lock, old, old);
      const { stdout, exitCode } = await run(workspace);
      expect(stdout).toMatch(/^Stale lock file detected \(72min old\) - removing\n/);
      expect(exitCode).toBe(0);
    },
  );
});

describe('run, when it is stopped,', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)(
    'by %s exits %i within two seconds, with its status written and its lock released',
    async (signal, code) => {
      await using workspace = await hangingWorkspace();
      const { child, ended } = await startHanging(workspace);
      const stoppedAt = performance.now();
      child.kill(signal);
      const { exitCode, stderr } = await ended;
      expect(performance.now() - stoppedAt).toBeLessThan(2000 * slowdown());
      expect(exitCode).toBe(code);
      expect(stderr).toContain('Stopped after');
      expect(statusOf(workspace)).toMatchObject({
        status: 'interrupted',
        run: { results: { tokens: { outcome: 'success' }, quality: { reason: 'aborted' } } },
      });
      expect(existsSync(workspace.paths.lock)).toBe(false);
    },
  );

  test('by the time limit of a sync, fails that sync and runs the next one', async () => {
    await using workspace = await hangingWorkspace();
    await workspace.write(
      'data/config/sync.json',
      JSON.stringify({ projects: { roots: ['code'] }, timeoutMinutes: 0.02 }),
    );
    const { exitCode, stderr, stdout } = await run(workspace);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('quality: quality took longer than 0.02 minutes');
    expect(stdout).toContain('Starting sync: projects');
    await rm(workspace.paths.status);
  });
});
