import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import {
  attacks,
  hostileRepositories,
  specialFileProjects,
} from '../helpers/hostile-repositories.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** Everything in a repository, with content and dates: what a run may not change. */
const fingerprint = (folder: string): string =>
  execFileSync(
    'sh',
    ['-c', 'find . -printf "%p %s %T@ %i %m\n" | sort; find . -type f -exec sha256sum {} + | sort'],
    { cwd: folder, encoding: 'utf8' },
  );

const registry = (workspace: TemporaryWorkspace): Snapshot<'projects'> =>
  JSON.parse(readFileSync(workspace.paths.snapshot('projects'), 'utf8')) as Snapshot<'projects'>;

describe('repositories that attack', () => {
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

  test('run nothing', () => {
    expect(existsSync(canary) ? readFileSync(canary, 'utf8') : 'nothing ran').toBe('nothing ran');
    expect(result.exitCode).toBe(0);
  });

  test('are not changed in a single byte, inode or date', () => {
    expect(fingerprint(join(workspace.root, 'code'))).toBe(before);
  });

  test('are read all the same, but for those that lack objects', () => {
    const states = Object.fromEntries(
      registry(workspace).projects.map(({ id, state, git }) => [id, git?.error ?? state]),
    );
    for (const [index, { name }] of attacks.entries()) {
      const expected = name.startsWith('a promisor') ? /ok|git-failed/ : /^ok$/;
      expect(states[`attack-${String(index)}`], name).toMatch(expected);
    }
  });

  test('would have run their script under plain git, at least most of them', async () => {
    await using other = await temporaryWorkspace();
    const { canary: fired } = await hostileRepositories(other);
    const ran = attacks.filter(({ name }, index) => {
      // With a promisor, plain git would talk to the script and wait for its answer.
      if (name.startsWith('a promisor')) return false;
      const folder = join(other.root, `code/attack-${String(index)}`);
      const script = 'rm -f "$1"; cd "$2"; git status; git log -1; true';
      execFileSync('sh', ['-c', script, 'sh', fired, folder], { stdio: 'ignore', timeout: 10_000 });
      return existsSync(fired);
    });
    // The others need a terminal, a patch or a fetch; these show that the canary works.
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

describe('odd things among the projects', () => {
  test('are one warning each, and the rest is synced', async () => {
    await using workspace = await temporaryWorkspace();
    await specialFileProjects(workspace);
    await workspace.gitRepository('code/good', { 'a.js': '// TODO\n' });
    const started = performance.now();
    const { exitCode, stdout, stderr } = await runCli(['run'], { cwd: workspace.root });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(exitCode).toBe(0);
    const warnings = stderr.trim().split('\n');
    for (const name of ['fifo', 'device', 'loop', 'huge', 'new line']) {
      expect(
        warnings.filter((line) => line.startsWith('! ') && line.includes(name)),
        name,
      ).toHaveLength(1);
    }
    expect(warnings.filter((line) => line.startsWith('! '))).toHaveLength(5);
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    const { projects } = registry(workspace);
    expect(projects.find(({ id }) => id === 'good')).toMatchObject({
      state: 'ok',
      git: { branch: 'main' },
    });
    expect(projects).toHaveLength(6);
  });

  test('such as a repository of another user are not read unless they are trusted', async () => {
    if (process.getuid?.() !== 0) return;
    await using workspace = await temporaryWorkspace();
    const { path } = await workspace.gitRepository('code/foreign', { 'a.js': '// TODO\n' });
    execFileSync('chown', ['-R', '65534', path]);
    const { exitCode, stderr } = await runCli(['run'], { cwd: workspace.root });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('owned by another user');
    expect(registry(workspace).projects).toMatchObject([
      { id: 'foreign', state: 'untrusted', git: { error: 'dubious-ownership' } },
    ]);
  });
});

test.runIf(process.getuid?.() === 0)(
  'the workspace of another user, found on the way up, starts nothing until it is named',
  async () => {
    await using workspace = await temporaryWorkspace();
    const canary = join(workspace.root, 'canary');
    const notify = { command: ['/usr/bin/touch', canary] };
    await workspace.write(
      'data/config/sync.json',
      JSON.stringify({ notify, projects: { roots: ['code'] } }),
    );
    // So that the run fails, and its command is told.
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
    expect(existsSync(canary)).toBe(true);
  },
);
