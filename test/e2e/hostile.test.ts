import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import {
  attacks,
  hostileRepositories,
  specialFileProjects,
} from '../helpers/hostile-repositories.ts';
import { slowdown } from '../helpers/slowdown.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** Returns names, sizes, dates, inodes, modes and checksums of all files, which a run must not change. */
const fingerprint = (dir: string): string =>
  execFileSync(
    'sh',
    ['-c', 'find . -printf "%p %s %T@ %i %m\n" | sort; find . -type f -exec sha256sum {} + | sort'],
    { cwd: dir, encoding: 'utf8' },
  );

const isRoot = process.getuid?.() === 0;

const registry = (workspace: TemporaryWorkspace): Snapshot<'projects'> =>
  JSON.parse(readFileSync(workspace.paths.snapshot('projects'), 'utf8')) as Snapshot<'projects'>;

describe('hostile repositories', () => {
  let workspace: TemporaryWorkspace;
  let canary: string;
  let before: string;
  let result: CliResult;

  beforeAll(async () => {
    workspace = await temporaryWorkspace();
    ({ canary } = await hostileRepositories(workspace));
    before = fingerprint(join(workspace.root, 'code'));
    result = await runCli(['run'], { cwd: workspace.root });
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  test('execute nothing during a run', () => {
    expect(existsSync(canary) ? readFileSync(canary, 'utf8') : 'nothing ran').toBe('nothing ran');
    expect(result.exitCode).toBe(0);
  });

  test('are unchanged after a run: bytes, inodes and dates', () => {
    expect(fingerprint(join(workspace.root, 'code'))).toBe(before);
  });

  test('are read, except those that lack objects', () => {
    const states = Object.fromEntries(
      registry(workspace).projects.map(({ id, state, git }) => [id, git?.error ?? state]),
    );
    for (const [index, { name }] of attacks.entries()) {
      const expected = name.startsWith('a promisor') ? /ok|git-failed/ : /^ok$/;
      expect(states[`attack-${String(index)}`], name).toMatch(expected);
    }
  });

  test('execute their script under plain git', async () => {
    await using other = await temporaryWorkspace();
    const { canary: fired } = await hostileRepositories(other);
    const ran = attacks.filter(({ name }, index) => {
      // With a promisor, plain git waits for output of the script.
      if (name.startsWith('a promisor')) return false;
      const dir = join(other.root, `code/attack-${String(index)}`);
      const script = 'rm -f "$1"; cd "$2"; git status; git log -1; true';
      execFileSync('sh', ['-c', script, 'sh', fired, dir], { stdio: 'ignore' });
      return existsSync(fired);
    });
    // The others need a terminal, a patch or a fetch.
    expect(ran.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'core.fsmonitor',
        'core.fsmonitor through include.path',
        'a clean filter',
        'a process filter',
        'a filter whose name contains an equals sign',
        'hooks',
        'core.hooksPath',
        'log.showSignature with a gpg program',
      ]),
    );
  });
});

describe('projects with special files', () => {
  test('cause one warning for each reason and do not affect other projects', async () => {
    await using workspace = await temporaryWorkspace();
    await specialFileProjects(workspace);
    await workspace.gitRepository('code/good', { 'a.js': '// TODO\n' });
    const started = performance.now();
    const { exitCode, stdout, stderr } = await runCli(['run'], { cwd: workspace.root });
    expect(performance.now() - started).toBeLessThan(20_000 * slowdown());
    expect(exitCode).toBe(0);
    const warnings = stderr.trim().split('\n');
    for (const name of ['fifo', 'device', 'loop', 'huge', 'new line']) {
      expect(
        warnings.filter((line) => line.startsWith('! ') && line.includes(name)),
        name,
      ).toHaveLength(1);
    }
    // `device` and `loop` are links and share a line.
    expect(warnings.filter((line) => line.startsWith('! '))).toHaveLength(4);
    // eslint-disable-next-line no-control-regex -- must not occur
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    const { projects } = registry(workspace);
    expect(projects.find(({ id }) => id === 'good')).toMatchObject({
      state: 'ok',
      git: { branch: 'main' },
    });
    expect(projects).toHaveLength(6);
  });
});

test.skipIf(!isRoot)(
  'run reads no repository of another user unless it is trusted (skipped without root)',
  async () => {
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/foreign', { 'a.js': '// TODO\n' });
    execFileSync('chown', ['-R', '65534', path]);
    const { exitCode, stderr } = await runCli(['run'], { cwd: workspace.root });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('owned by another user');
    expect(registry(workspace).projects).toMatchObject([
      { id: 'foreign', state: 'untrusted', git: { error: 'dubious-ownership' } },
    ]);

    const config = { projects: { roots: ['code'], trustedOwners: [65534] } };
    await writeFile(workspace.paths.config, JSON.stringify(config));
    expect(await runCli(['run'], { cwd: workspace.root })).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    expect(registry(workspace).projects).toMatchObject([
      { id: 'foreign', state: 'ok', git: { branch: 'main', dirty: false, error: null } },
    ]);
    await writeFile(workspace.paths.config, JSON.stringify({ projects: { roots: ['code'] } }));
    await runCli(['run'], { cwd: workspace.root });
    expect(registry(workspace).projects).toMatchObject([{ id: 'foreign', state: 'untrusted' }]);
  },
);

test.skipIf(!isRoot)(
  'run rejects the workspace of another user in a parent directory unless it is named (skipped without root)',
  async () => {
    await using workspace = await temporaryWorkspace();
    const canary = join(workspace.root, 'canary');
    const notify = { command: ['/usr/bin/touch', canary] };
    await workspace.write(
      'data/config/sync.json',
      JSON.stringify({ notify, projects: { roots: ['code'] } }),
    );
    // The run fails, which would start the notification command.
    await workspace.write('data/projects.json', 'broken');
    for (const part of ['data', 'data/config', 'data/config/sync.json']) {
      execFileSync('chown', ['65534', join(workspace.root, part)]);
      const refused = await runCli(['run'], { cwd: join(workspace.root, 'code') });
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toBe(
        `error: the workspace ${workspace.root} belongs to another user\n` +
          `  fix: if you trust its owner, name it: --workspace ${workspace.root}\n`,
      );
      expect(existsSync(canary)).toBe(false);
      execFileSync('chown', ['0', join(workspace.root, part)]);
    }
    execFileSync('chown', ['-R', '65534', join(workspace.root, 'data')]);
    const named = await runCli(['run', '-w', workspace.root]);
    expect(named.exitCode).toBe(1);
    // Named, the data are trusted, but not the programs that its owner chose.
    expect(named.stderr).toContain('belongs to another user, so the program in notify.command');
    expect(existsSync(canary)).toBe(false);
  },
);
