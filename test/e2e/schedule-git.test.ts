import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { cliPath, runCli, type CliResult } from '../helpers/cli.ts';
import { inSchedulerNamespace, isMissing } from '../helpers/scheduler-namespace.ts';
import { schedulerShims } from '../helpers/scheduler-shims.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

const realGit = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();

test('run without git fails and keeps the last known facts of repositories that need git', async () => {
  await using workspace = await temporaryWorkspace({ projects: { roots: ['code'] } });
  const repositories = [
    await workspace.gitRepository('code/alpha', { a: '1' }),
    await workspace.gitRepository('code/beta', { b: '1' }),
  ];
  await mkdir(join(workspace.root, 'empty'));
  const run = (path = process.env['PATH'] ?? ''): Promise<CliResult> =>
    runCli(['run', '--only', 'projects', '--scheduled'], {
      cwd: workspace.root,
      env: { PATH: path },
    });
  const facts = async () => {
    const text = await readFile(workspace.paths.snapshot('projects'), 'utf8');
    return (JSON.parse(text) as Snapshot<'projects'>).projects.map(({ git, state, lastSeen }) => ({
      state,
      hash: git?.lastCommit?.hash,
      wasReadBefore: lastSeen !== null,
    }));
  };
  expect((await run()).exitCode).toBe(0);
  const before = await facts();
  expect(before.map(({ hash }) => typeof hash)).toEqual(['string', 'string']);

  // Unchanged repositories are read without git, but the run must not look like a success.
  const unchanged = await run(join(workspace.root, 'empty'));
  expect(unchanged).toMatchObject({ exitCode: 1 });
  expect(unchanged.stderr).toContain('✗ projects: git was not found\n');
  expect(await facts()).toEqual(before);

  for (const repository of repositories) {
    repository.git('commit', '-q', '--allow-empty', '-m', 'new');
  }
  // Only git can determine whether a file of the same size has changed. The other repository is read without it.
  await writeFile(join(workspace.root, 'code/beta/b'), '2');
  const headOf = (at: number): string | undefined =>
    repositories[at]?.git('rev-parse', 'HEAD').trim();
  for (let runs = 0; runs < 2; runs += 1) {
    expect(await run(join(workspace.root, 'empty'))).toMatchObject({ exitCode: 1 });
    const [alpha, beta] = await facts();
    expect(alpha).toEqual({ state: 'ok', hash: headOf(0), wasReadBefore: false });
    expect(beta).toEqual({ state: 'error', hash: before[1]?.hash, wasReadBefore: true });
  }
  expect((await run()).exitCode).toBe(0);
  expect((await facts()).every(({ hash }, at) => hash !== before[at]?.hash)).toBe(true);
});

test('install-schedule records the directory of git, and status and doctor report when it is gone', async () => {
  await using workspace = await temporaryWorkspace();
  await using shims = await schedulerShims();
  const tools = join(workspace.root, 'my tools');
  await mkdir(tools);
  await symlink(realGit, join(tools, 'git'));
  const env = {
    PATH: `${tools}:${shims.dir}:${process.env['PATH'] ?? ''}`,
    HOME: join(workspace.root, 'home'),
  };
  const cli = (...args: readonly string[]): Promise<CliResult> =>
    runCli(args, { cwd: workspace.root, env });
  const installed = await cli('install-schedule', '--target', 'crontab');
  expect(installed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(installed.stdout).toContain(`\ngit: ${tools}/git\n`);
  expect(shims.read('table')).toContain(`/usr/bin/env 'PATH=${tools}:/usr/bin:/bin' `);

  // Another shell, in which git is elsewhere, does not make the schedule outdated.
  const other = await runCli(['install-schedule', '--check'], {
    cwd: workspace.root,
    env: { ...env, PATH: `${shims.dir}:${process.env['PATH'] ?? ''}` },
  });
  expect(other.exitCode).toBe(1);
  const status = await runCli(['status', '--json'], {
    cwd: workspace.root,
    env: { ...env, PATH: `${shims.dir}:${process.env['PATH'] ?? ''}` },
  });
  expect(JSON.parse(status.stdout)).toMatchObject({
    schedule: { state: 'installed', git: join(tools, 'git'), gitExists: true },
  });

  await unlink(join(tools, 'git'));
  const problem = `scheduled runs use ${tools}/git, which no longer exists or is not usable`;
  expect((await cli('status')).stdout).toContain(`✗ ${problem}\n`);
  const doctor = await cli('doctor', '--json');
  const { findings } = JSON.parse(doctor.stdout) as { findings: readonly object[] };
  expect(findings).toContainEqual({
    check: 'schedule',
    severity: 'error',
    code: 'schedule-git-missing',
    subject: null,
    message: problem,
    hint: 'install git, then sync-runner install-schedule',
  });

  await cli('install-schedule');
  expect(shims.read('table')).toContain(`/usr/bin/env PATH=/usr/bin:/bin `);
  expect((await cli('status')).stdout).not.toContain('scheduled runs use');
});

test('install-schedule warns when no git is found and renders no PATH', async () => {
  await using workspace = await temporaryWorkspace();
  await using shims = await schedulerShims();
  const env = { PATH: shims.dir, HOME: join(workspace.root, 'home') };
  const cli = (...args: readonly string[]): Promise<CliResult> =>
    runCli(args, { cwd: workspace.root, env });
  const print = await cli('install-schedule', '--print', '--target', 'systemd');
  expect(print.stdout).not.toContain('PATH=');
  const { stderr } = await cli('install-schedule', '--target', 'task-scheduler', '--dry-run');
  expect(stderr).toContain("warning: scheduled runs don't find git: install git, then");
});

test('run --path searches git in this directory first', async () => {
  await using workspace = await temporaryWorkspace({ projects: { roots: ['code'] } });
  await workspace.gitRepository('code/alpha', { a: '1' });
  await mkdir(join(workspace.root, 'tools'));
  await symlink(realGit, join(workspace.root, 'tools/git'));
  const result = await runCli(
    ['run', '--only', 'projects', '--path', join(workspace.root, 'tools')],
    { cwd: workspace.root, env: { PATH: '/nonexistent' } },
  );
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
});

test('run --scheduled --log-to-stdout prints the log with times and writes no log file', async () => {
  await using workspace = await temporaryWorkspace({ projects: { roots: ['code'] } });
  await workspace.gitRepository('code/alpha', { a: '1' });
  const run = (): Promise<CliResult> =>
    runCli(['run', '--only', 'projects', '--scheduled', '--log-to-stdout'], {
      cwd: workspace.root,
      env: { PATH: '/usr/bin:/bin' },
    });
  const time = String.raw`\d{4}-\d\d-\d\dT[\d:]{8}Z`;
  const done = await run();
  expect(done).toMatchObject({ exitCode: 0, stderr: '' });
  expect(done.stdout).toMatch(
    new RegExp(`^(?:${time} .+\n)*${time} done run=.* status=success\n$`),
  );
  await workspace.write('data/config/sync.json', '{');
  const failed = await run();
  expect(failed.exitCode).toBe(2);
  expect(failed.stdout).toMatch(new RegExp(`^${time} ✗ .*sync\\.json.*\n$`));
  expect(existsSync(workspace.paths.log)).toBe(false);
});

test.skipIf(isMissing())(
  "run on macOS never starts Apple's git when the Command Line Tools are missing (skipped without root)",
  async () => {
    await using workspace = await temporaryWorkspace({ projects: { roots: ['code'] } });
    await workspace.gitRepository('code/alpha', { a: '1' });
    const at = (name: string): string => join(workspace.root, name);
    await writeFile(at('stub'), `#!/bin/sh\ntouch '${at('started')}'\nexit 1\n`);
    await chmod(at('stub'), 0o755);
    await writeFile(
      at('macos.cjs'),
      "Object.defineProperty(process, 'platform', { value: 'darwin' });",
    );
    const script = `
mount --bind "$ROOT/stub" /usr/bin/git
cd "$ROOT"
"$NODE" -r ./macos.cjs "$CLI" run --only projects || echo "exit $?"
"$NODE" -r ./macos.cjs "$CLI" doctor || true
test ! -e started
mkdir -p developer/usr/bin
ln -s "$GIT" developer/usr/bin/git
DEVELOPER_DIR="$ROOT/developer" "$NODE" -r ./macos.cjs "$CLI" doctor || true
test -e started
`;
    const env = {
      // Not /bin, which is the same directory on Debian.
      PATH: '/usr/bin',
      HOME: at('home'),
      ROOT: workspace.root,
      NODE: process.execPath,
      CLI: cliPath,
      GIT: realGit,
    };
    const { exitCode, stdout, stderr } = await inSchedulerNamespace(script, {
      env,
      timeoutMs: 280_000,
    });
    expect({ exitCode, started: existsSync(at('started')) }).toEqual({
      exitCode: 0,
      started: true,
    });
    expect(stdout).toContain('exit 1\n');
    expect(stderr).toContain(
      '✗ projects: git was not found: /usr/bin/git only installs the Command Line Tools',
    );
    expect(stderr + stdout).toContain('fix: xcode-select --install\n');
    expect(stderr + stdout).not.toContain('sudo ln');
  },
);
