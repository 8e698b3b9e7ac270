import { chmod, readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { cliPath, runCli } from '../helpers/cli.ts';
import { canMount, inMountNamespace } from '../helpers/namespace.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

/** Lets system calls of the program and its children fail, as a file system that lacks them does. */
const failing = (calls: string, errno: string): readonly string[] => [
  'strace',
  '-f',
  // Without stops at other calls.
  '--seccomp-bpf',
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

describe.skipIf(!canMount)('run on overlayfs (skipped without mount namespaces)', () => {
  test.each([
    ['an abandoned lock', ''],
    ['an abandoned lock with an unfinished commit', 'commit'],
  ])('replaces %s in the lower layer', async (_what, commit) => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
    const lock = 'data/.sync-lock/own.1.4194304.1.abcdef.1.build-host-abcdef.1.0123456789abcdef';
    await workspace.write(`${lock}/stage/left`, '{}');
    if (commit !== '') {
      const files = [{ staged: 'left', target: 'cache/left.bin' }];
      await workspace.write(`${lock}/stage/COMMIT`, JSON.stringify({ version: 1, files }));
    }
    const script = `
      find "$W/data/.sync-lock" -exec touch -d '1 hour ago' {} +
      mkdir "$W/disk"
      mount -t tmpfs tmpfs "$W/disk"
      mkdir "$W/disk/upper" "$W/disk/work" "$W/disk/merged"
      mount -t overlay overlay -o "lowerdir=$W,upperdir=$W/disk/upper,workdir=$W/disk/work" "$W/disk/merged"
      cd "$W/disk/merged"
      for round in 1 2; do "$NODE" "$CLI" run >/dev/null; done
      ls -A data; ls data/cache`;
    const { exitCode, stdout, stderr } = inMountNamespace(script, {
      W: workspace.root,
      NODE: process.execPath,
      CLI: cliPath,
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).not.toContain('EXDEV');
    expect(stdout).toContain('projects.json');
    expect(stdout).not.toContain('.sync-lock');
    expect(stdout.includes('left.bin')).toBe(commit !== '');
  });
});

test.skipIf(!canMount)(
  'run and status need no other writable directory than the workspace and that of temporary files, as in a container (skipped without mount namespaces)',
  async () => {
    await using workspace = await temporaryWorkspace({});
    await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
    const script = `
      chown -R 1000:1000 "$W"
      mount --bind "$W" /mnt
      mount -t tmpfs -o mode=1777 tmpfs /media
      mount -o remount,bind,ro /
      in_container() {
        setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \\
          env HOME=/mnt TMPDIR=/media "$NODE" "$CLI" "$@" --workspace /mnt
      }
      ! in_container status --check --quiet
      in_container run --scheduled --log-to-stdout
      in_container status --check --quiet
      in_container projects --json`;
    const { exitCode, stdout, stderr } = inMountNamespace(script, {
      W: workspace.root,
      NODE: process.execPath,
      CLI: cliPath,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    // The workspace is directly below the root of the file system, which is not searched.
    expect(stdout).toContain('"path":"/mnt/code/alpha"');
  },
);
