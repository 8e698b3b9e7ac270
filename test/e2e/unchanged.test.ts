import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** Puts a git on the PATH that records its arguments and executes the real git. */
async function recordGitCalls(workspace: TemporaryWorkspace): Promise<{
  readonly env: { readonly PATH: string };
  readonly calls: () => readonly string[];
}> {
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const log = join(workspace.root, 'calls');
  await workspace.write('bin/git', `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`);
  chmodSync(join(workspace.root, 'bin/git'), 0o755);
  return {
    env: { PATH: `${join(workspace.root, 'bin')}:${process.env['PATH'] ?? ''}` },
    calls: () => {
      const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
      rmSync(log, { force: true });
      return lines;
    },
  };
}

describe('run, when nothing changed,', () => {
  test('starts no git process for clean, dirty and linked worktrees', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/clean', { 'a.ts': '// TODO\n' });
    const dirty = await workspace.gitRepository('code/dirty', {
      'a.ts': 'old',
      '.gitignore': 'x\n',
    });
    await dirty.write('a.ts', 'changed');
    await dirty.write('x/ignored.ts', '');
    await dirty.write('new.ts', '// FIXME\n');
    await workspace.gitRepository('code/main', { 'a.ts': '' });
    dirty.git('worktree', 'add', '-q', '--detach', join(workspace.root, 'code/linked'));
    const git = await recordGitCalls(workspace);
    const run = async (): Promise<readonly string[]> => {
      const { exitCode } = await runCli(['run'], { cwd: workspace.root, env: git.env });
      expect(exitCode).toBe(0);
      return git.calls();
    };
    expect(await run()).not.toEqual([]);
    // After this run all files are older than the resolution of the timestamps.
    await run();
    const before = readFileSync(workspace.paths.snapshot('projects'), 'utf8');
    expect(await run()).toEqual([]);
    expect(withoutDate(readFileSync(workspace.paths.snapshot('projects'), 'utf8'))).toBe(
      withoutDate(before),
    );

    await dirty.write('another.ts', '');
    expect(await run()).toEqual([]);
    // The program does not support this pattern and asks git.
    await dirty.write('.gitignore', 'x\n\\#y\n');
    expect((await run()).filter((call) => call.startsWith('status'))).toHaveLength(1);
  });

  test('writes the same snapshot without the cache and with a damaged one', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.ts': '// TODO\n' });
    const run = async (): Promise<string> => {
      const { exitCode } = await runCli(['run'], { cwd: workspace.root });
      expect(exitCode).toBe(0);
      return withoutDate(readFileSync(workspace.paths.snapshot('projects'), 'utf8'));
    };
    const before = await run();
    const cache = workspace.paths.cache('repositories');
    expect(existsSync(cache)).toBe(true);
    writeFileSync(cache, 'noise');
    expect(await run()).toBe(before);
    rmSync(cache);
    expect(await run()).toBe(before);
  });
});

const withoutDate = (json: string): string => json.replace(/"updatedAt": "[^"]*"/, '');
