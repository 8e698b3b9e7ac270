import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { cliPath, runCli, startCli } from '../helpers/cli.ts';
import { canMount, inMountNamespace } from '../helpers/namespace.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

describe('a configuration that is nested too deeply', () => {
  test.each([
    [257, '['],
    [5000, '{"projects":'],
    [300_000, '['],
    [150_000, '{"a":'],
  ])('exits 2 with one line when it has %i levels of %s', async (depth, open) => {
    await using workspace = await temporaryWorkspace();
    const close = open.startsWith('[') ? ']' : '}';
    await workspace.write('data/config/sync.json', `${open.repeat(depth)}1${close.repeat(depth)}`);
    for (const command of ['run', 'status', 'doctor']) {
      const { exitCode, stdout, stderr } = await runCli([command, '-w', workspace.root]);
      expect(exitCode).toBe(command === 'doctor' ? 1 : 2);
      expect(`${stdout}${stderr}`).toMatch(/data\/config\/sync\.json: nested too deeply$/m);
      expect(`${stdout}${stderr}`).not.toMatch(/^ {4}at |RangeError/m);
    }
  });
});

const commands = ['run', 'status', 'projects', 'history', 'export', 'report', 'doctor', 'init'];

test.each(['data', 'data/history', 'data/history/runs', 'data/cache'])(
  'a link to a missing directory at %s, as of a disk that is not mounted, is one line',
  async (dir) => {
    await using workspace = await temporaryWorkspace();
    await rm(join(workspace.root, dir), { recursive: true, force: true });
    await mkdir(dirname(join(workspace.root, dir)), { recursive: true });
    await symlink(join(workspace.root, 'missing'), join(workspace.root, dir));
    for (const command of commands.filter((name) => name !== 'init')) {
      const { exitCode, stdout, stderr } = await runCli([command, '-w', workspace.root]);
      expect({ command, exitCode }).not.toMatchObject({ exitCode: 70 });
      expect(`${stdout}${stderr}`).not.toMatch(/^ {4}at /m);
      if (command === 'run') expect(stderr).toContain('is a link to a missing directory');
    }
    expect(existsSync(join(workspace.root, 'missing'))).toBe(false);
  },
);

describe('a deleted current directory', () => {
  /** Deletes the current directory before the program starts. */
  const prefix = ['sh', '-c', 'rmdir "$PWD" && exec "$0" "$@"'];
  const deletedDir = async (root: string): Promise<string> => {
    const dir = join(root, 'deleted');
    await mkdir(dir);
    return dir;
  };

  test.each([...commands, 'notify-test', 'install-schedule', 'uninstall-schedule'])(
    'ends %s with exit code 2 and one line',
    async (command) => {
      await using workspace = await temporaryWorkspace();
      const cwd = await deletedDir(workspace.root);
      const { exitCode, stdout, stderr } = await runCli([command], { cwd, prefix });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toBe(
        'error: the current directory was deleted, or can not be read\n' +
          '  fix: cd to an existing directory\n',
      );
    },
  );

  test.each(['--version', '--help', 'run', 'status', 'doctor'])(
    'does not matter for %s when the workspace is named by an absolute path',
    async (command) => {
      await using workspace = await temporaryWorkspace();
      await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
      const cwd = await deletedDir(workspace.root);
      const named = command.startsWith('--') ? [] : ['--workspace', workspace.root];
      const { exitCode, stderr } = await runCli([command, ...named], { cwd, prefix });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    },
  );
});

describe.skipIf(process.getuid?.() !== 0)(
  'a user without passwd entry and HOME (skipped without root)',
  () => {
    const prefix = ['setpriv', '--reuid', '12345', '--clear-groups', 'env', '-i'];

    test.each(commands)('ends %s with exit code 2 and one line', async (command) => {
      const { exitCode, stdout, stderr } = await runCli([command, '-w', '/tmp/w'], { prefix });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toBe(
        'error: the home directory is unknown: HOME is not set, and user 12345 has no passwd entry\n' +
          '  fix: export HOME=DIRECTORY\n',
      );
    });

    test.each(['--version', '--help'])('does not matter for %s', async (flag) => {
      const { exitCode, stderr } = await runCli([flag], { prefix });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    });
  },
);

describe('the own directory of the lock', () => {
  test.skipIf(!canMount).each([0, 1, 2, 3, 4, 5])(
    'that can not be created with %i free inodes ends run with exit code 1 and one line (skipped without mount namespaces)',
    async (free) => {
      await using workspace = await temporaryWorkspace();
      const script = `
        cp -a "$W/data" "$W/old"
        mount -t tmpfs -o nr_inodes=200 tmpfs "$W/data"
        cp -a "$W/old/." "$W/data/"
        for i in $(seq 200); do touch "$W/data/config/filler-$i" 2>/dev/null || break; done
        for i in $(seq $FREE); do rm "$W/data/config/filler-$i"; done
        set +e
        "$NODE" "$CLI" run -w "$W" >/dev/null 2>"$W/stderr"; echo "exit $?"
        rm "$W"/data/config/filler-*
        "$NODE" "$CLI" run -w "$W" --quiet; echo "next $?"
        find "$W/data" -name '.sync-lock*'
      `;
      const env = { W: workspace.root, CLI: cliPath, NODE: process.execPath, FREE: String(free) };
      expect(inMountNamespace(script, env)).toEqual({
        exitCode: 0,
        stdout: 'exit 1\nnext 0\n',
        stderr: '',
      });
      const stderr = await readFile(join(workspace.root, 'stderr'), 'utf8');
      expect(stderr).toMatch(/^(error:|✗ \w+:).*no space left on the device \(ENOSPC\)$/m);
      expect(stderr).not.toMatch(/^ {4}at |this is a bug/m);
    },
  );

  test.skipIf(!canTrace).each([
    ['removed', 'ENOENT', 75, /^error: .*\.sync-lock was removed while it was taken; /],
    ['unwritable', 'EIO', 1, /^error: .*\.sync-lock: input\/output error \(EIO\)\n$/],
  ])(
    'that is %s at its first heartbeat (%s) ends run with exit code %i and one line (skipped without strace)',
    async (_kind, errno, exitCode, message) => {
      await using workspace = await temporaryWorkspace();
      const inject = ['-e', 'trace=utimensat', '-e', `inject=utimensat:error=${errno}:when=1`];
      const prefix = ['strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', ...inject];
      const run = await runCli(['run', '-w', workspace.root], {
        prefix,
        env: { UV_THREADPOOL_SIZE: '1' },
      });
      expect(run).toMatchObject({ exitCode, stdout: '' });
      expect(run.stderr).toMatch(message);
      expect(run.stderr).not.toMatch(/^ {4}at /m);
      expect(existsSync(workspace.paths.lock)).toBe(false);
      expect((await runCli(['run', '-w', workspace.root])).exitCode).toBe(0);
    },
  );

  test('that is removed during a run ends it with exit code 75 and one line', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
    const run = startCli(['run', '--quiet', '-w', workspace.root]);
    while (!existsSync(workspace.paths.lock)) await setImmediate();
    // The run may add a file meanwhile.
    await rm(workspace.paths.lock, { recursive: true, force: true, maxRetries: 10 });
    const { exitCode, stderr } = await run.ended;
    expect(exitCode).toBe(75);
    expect(stderr.match(/^error: .*; nothing (more )?was written$/gm)).toHaveLength(1);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect((await runCli(['run', '-w', workspace.root])).exitCode).toBe(0);
  });
});

describe.skipIf(process.platform !== 'linux')(
  'a workspace below /proc or /sys (skipped except on Linux)',
  () => {
    test.each(['/proc/x', '/proc/self/x', '/sys/x'])(
      'ends run and init with exit code 2 and one line: %s',
      async (path) => {
        for (const args of [['run'], ['init', '.']]) {
          const { exitCode, stdout, stderr } = await runCli([...args, '--workspace', path]);
          expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
          expect(stderr).toBe(
            `error: ${dirname(path)}: belongs to the kernel; no directory can be created in it\n` +
              '  fix: choose a directory on a disk\n',
          );
        }
      },
    );
  },
);
