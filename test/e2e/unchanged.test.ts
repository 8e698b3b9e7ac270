import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** A git on the PATH that notes how it was called, and then is the real one. */
async function notedGit(workspace: TemporaryWorkspace): Promise<{
  readonly env: { readonly PATH: string };
  readonly calls: () => readonly string[];
}> {
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const note = join(workspace.root, 'calls');
  await workspace.write('bin/git', `#!/bin/sh\necho "$*" >> '${note}'\nexec '${real}' "$@"\n`);
  chmodSync(join(workspace.root, 'bin/git'), 0o755);
  return {
    env: { PATH: `${join(workspace.root, 'bin')}:${process.env['PATH'] ?? ''}` },
    calls: () => {
      const lines = existsSync(note) ? readFileSync(note, 'utf8').split('\n').filter(Boolean) : [];
      rmSync(note, { force: true });
      return lines;
    },
  };
}

describe('a run in which nothing has changed', () => {
  test('starts no git process, whatever state the repositories are in', async () => {
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
    const git = await notedGit(workspace);
    const run = async (): Promise<readonly string[]> => {
      const { exitCode } = await runCli(['run'], { cwd: workspace.root, env: git.env });
      expect(exitCode).toBe(0);
      return git.calls();
    };
    expect(await run()).not.toEqual([]);
    // By now all files are old enough to be trusted.
    await run();
    const before = readFileSync(workspace.paths.snapshot('projects'), 'utf8');
    expect(await run()).toEqual([]);
    expect(withoutDate(readFileSync(workspace.paths.snapshot('projects'), 'utf8'))).toBe(
      withoutDate(before),
    );

    await dirty.write('another.ts', '');
    expect(await run()).toEqual([]);
    // A line that only git itself follows.
    await dirty.write('.gitignore', 'x\n\\#y\n');
    expect((await run()).filter((call) => call.startsWith('status'))).toHaveLength(1);
  });

  test('that has lost what it remembered costs time only', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.ts': '// TODO\n' });
    const run = async (): Promise<string> => {
      const { exitCode } = await runCli(['run'], { cwd: workspace.root });
      expect(exitCode).toBe(0);
      return withoutDate(readFileSync(workspace.paths.snapshot('projects'), 'utf8'));
    };
    const before = await run();
    const memory = workspace.paths.cache('repositories');
    expect(existsSync(memory)).toBe(true);
    writeFileSync(memory, 'noise');
    expect(await run()).toBe(before);
    rmSync(memory);
    expect(await run()).toBe(before);
  });
});

const withoutDate = (json: string): string => json.replace(/"updatedAt": "[^"]*"/, '');
