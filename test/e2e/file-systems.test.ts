import { chmod, readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

/** Lets system calls of the program and its children fail, as a file system that lacks them does. */
const failing = (calls: string, errno: string): readonly string[] => [
  'strace',
  '-f',
  '-qq',
  '-o',
  '/dev/null',
  '-e',
  `trace=${calls}`,
  '-e',
  `inject=${calls}:error=${errno}`,
];

describe('run on a file system', () => {
  test.each([
    ['chmod', 'chmod,fchmod,fchmodat', 'EPERM'],
    ['chmod', 'chmod,fchmod,fchmodat', 'EOPNOTSUPP'],
    ['hard links', 'link,linkat', 'EPERM'],
  ])(
    'without %s stores its results and releases the lock (%s: %s)',
    async (_what, calls, errno) => {
      await using workspace = await temporaryWorkspace();
      const alpha = await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
      const prefix = failing(calls, errno);
      for (const files of ['"files": 1', '"files": 2']) {
        const { exitCode, stderr } = await runCli(['run'], { cwd: workspace.root, prefix });
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
        expect(await readFile(workspace.paths.snapshot('projects'), 'utf8')).toContain(files);
        expect(await readdir(workspace.paths.data)).not.toContain('.sync-lock');
        await alpha.write('b.js', '');
        alpha.git('add', '-A');
        await chmod(workspace.paths.snapshot('projects'), 0o664);
      }
    },
  );
});
