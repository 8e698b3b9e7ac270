import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cliPath, runCli } from '../helpers/cli.ts';
import { canMount, inMountNamespace } from '../helpers/namespace.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** Creates a workspace with one successful run and with changes that are not yet stored. */
async function workspaceWithNews(): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace();
  const alpha = await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
  expect((await runCli(['run'], { cwd: workspace.root })).exitCode).toBe(0);
  await alpha.write('b.js', '// TODO one\n// TODO two\n');
  return workspace;
}

/** Returns the hash of every file below a directory. */
function contents(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

/** Expects exactly one error line and no stack trace. */
function expectOneClearLine(stderr: string, problem: RegExp): void {
  expect(stderr.match(/^(error:|✗ \w+:).*/gm)).toHaveLength(1);
  expect(stderr).toMatch(problem);
  expect(stderr).not.toMatch(/^ {4}at /m);
}

/** Expects that the next run succeeds and leaves no temporary files. */
async function expectRecovery(workspace: TemporaryWorkspace): Promise<void> {
  const { exitCode, stderr } = await runCli(['run'], { cwd: workspace.root });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const names = readdirSync(workspace.paths.data, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => /lock|stage|scratch|tmp|COMMIT|corrupt/.test(name))).toEqual([]);
  const quality = JSON.parse(readFileSync(workspace.paths.snapshot('quality'), 'utf8')) as {
    summary: { todos: number };
  };
  expect(quality.summary.todos).toBe(3);
}

describe.skipIf(!canMount)('run on a disk (skipped without mount namespaces)', () => {
  test.each([0, 4, 8, 16, 24, 48])(
    'with %i KiB free exits 1 with one error line and leaves the stored data intact',
    async (freeKiB) => {
      await using workspace = await workspaceWithNews();
      const script = `
        cp -a "$W/data" "$W/old"
        mount -t tmpfs -o size=2m tmpfs "$W/data"
        cp -a "$W/old/." "$W/data/"
        dd if=/dev/zero of="$W/data/filler" bs=4k 2>/dev/null || true
        truncate -s -${String(freeKiB)}k "$W/data/filler"
        cd "$W"
        set +e
        "$NODE" "$CLI" run >"$W/stdout" 2>"$W/stderr"; echo "exit $?"
        "$NODE" -e 'for (const file of process.argv.slice(1)) JSON.parse(require("fs").readFileSync(file, "utf8"))' \\
          data/{projects,quality,tokens,sync-status}.json || echo broken
        rm data/filler
        "$NODE" "$CLI" run --quiet; echo "next $?"
        find data -name '*lock*' -o -name 'stage*' -o -name 'scratch*' -o -name COMMIT -o -name '*.corrupt*'
      `;
      const env = { W: workspace.root, CLI: cliPath, NODE: process.execPath };
      const { stdout, stderr, exitCode } = inMountNamespace(script, env);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      const run = readFileSync(join(workspace.root, 'stderr'), 'utf8');
      // With enough space the run may succeed, but never in part.
      if (stdout.startsWith('exit 0')) expect(run).toBe('');
      else expectOneClearLine(run, /no space left on the device \(ENOSPC\)/);
      expect(stdout.replace(/^exit [01]\n/, '')).toBe('next 0\n');
      if (freeKiB <= 4) expect(stdout).toMatch(/^exit 1/);
    },
  );

  test('that is read-only exits 1 with one error line and changes nothing', async () => {
    await using workspace = await workspaceWithNews();
    const before = contents(workspace.paths.data);
    const script = `
      mount --bind "$W/data" "$W/data"
      mount -o remount,bind,ro "$W/data"
      cd "$W"
      exec "$NODE" "$CLI" run
    `;
    const env = { W: workspace.root, CLI: cliPath, NODE: process.execPath };
    const { exitCode, stderr } = inMountNamespace(script, env);
    expect(exitCode).toBe(1);
    expectOneClearLine(stderr, /data.*read-only/);
    expect(contents(workspace.paths.data)).toEqual(before);
    await expectRecovery(workspace);
  });
});

describe('run', () => {
  // Root without capabilities has the permissions of an ordinary user.
  const isRoot = process.getuid?.() === 0;
  const prefix = isRoot ? ['setpriv', '--inh-caps', '-all', '--bounding-set', '-all'] : [];

  test.each(['data', 'data/history/quality'])(
    'exits 1 with one error line when %s is not writable',
    async (dir) => {
      await using workspace = await workspaceWithNews();
      const before = contents(workspace.paths.data);
      await mkdir(join(workspace.root, dir), { recursive: true });
      await chmod(join(workspace.root, dir), 0o555);
      const { exitCode, stderr } = await runCli(['run'], { cwd: workspace.root, prefix });
      await chmod(join(workspace.root, dir), 0o755);
      expect(exitCode).toBe(1);
      expectOneClearLine(stderr, /permission denied \(EACCES\)/);
      expect(contents(workspace.paths.data)).toMatchObject(
        Object.fromEntries(Object.entries(before).filter(([path]) => path.includes('quality'))),
      );
      await expectRecovery(workspace);
    },
  );

  test.each([20, 22, 24, 26, 28, 30, 32, 40])(
    'succeeds, or exits 1 and leaves the data intact, when it can open %i file descriptors',
    async (limit) => {
      await using workspace = await workspaceWithNews();
      const before = contents(workspace.paths.data);
      const prefix = ['prlimit', `--nofile=${String(limit)}`, '--'];
      const { exitCode, stderr, signal } = await runCli(['run'], { cwd: workspace.root, prefix });
      // Node itself needs about 20.
      const nodeDied = signal !== null || (exitCode !== null && exitCode > 1 && exitCode !== 70);
      if (!nodeDied && exitCode !== 0) {
        expect(exitCode).toBe(1);
        expect(stderr).not.toMatch(/^ {4}at /m);
      }
      if (exitCode !== 0) {
        for (const path of Object.keys(before)) expect(existsSync(path)).toBe(true);
      }
      await expectRecovery(workspace);
    },
  );

  test('exits 1 with one error line when a snapshot is a FIFO', async () => {
    await using workspace = await workspaceWithNews();
    const quality = workspace.paths.snapshot('quality');
    await rm(quality);
    execFileSync('mkfifo', [quality]);
    const { exitCode, stderr } = await runCli(['run'], { cwd: workspace.root });
    expect(exitCode).toBe(1);
    expectOneClearLine(stderr, /quality\.json.*is not a regular file/);
    await rm(quality);
    await expectRecovery(workspace);
  });
});
