import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { schedulerShims, type SchedulerShims } from '../helpers/scheduler-shims.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const deploy = resolve(import.meta.dirname, '../../deploy');

/** Runs the program where every scheduler is a stand-in. */
function scheduled(
  workspace: TemporaryWorkspace,
  shims: SchedulerShims,
  env: Readonly<Record<string, string>> = {},
): (...args: readonly string[]) => Promise<CliResult> {
  const path = `${shims.dir}:${process.env['PATH'] ?? ''}`;
  const home = join(workspace.root, 'home');
  return (...args) =>
    runCli(args, { cwd: workspace.root, env: { PATH: path, HOME: home, ...env } });
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );

describe('install-schedule', () => {
  test('installs, tells what it did, and does nothing the second time', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims);
    const first = await cli('install-schedule', '--target', 'cron');
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(/^Installed: crontab, every 15 min .*\nNext run in /);
    expect((await cli('install-schedule')).stdout).toMatch(/^Unchanged: crontab, every 15 min/);
    expect(await cli('install-schedule', '--check')).toMatchObject({
      exitCode: 0,
      stdout: 'installed: crontab\n',
    });
  });

  test('becomes outdated with the interval, says how, and mends it', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims);
    await cli('install-schedule', '--target', 'crontab');
    await workspace.write('data/config/sync.json', '{ "intervalMinutes": 45 }');
    const { stdout } = await cli('status');
    expect(stdout).toContain('! the schedule in crontab does not match the configuration\n');
    expect(stdout).toContain('  fix: sync-runner install-schedule\n');
    const check = await cli('install-schedule', '--check');
    expect(check.exitCode).toBe(1);
    expect(check.stdout).toMatch(/^outdated: crontab\n--- crontab\n\+\+\+ crontab\n@@/);
    expect(check.stdout).toMatch(/^-\*\/15 .* --scheduled --workspace/m);
    expect(check.stdout).toMatch(/^\+\*\/15 .* --scheduled --if-due --workspace/m);
    const mended = await cli('install-schedule');
    expect(mended.stderr).toContain('note: crontab starts the program every 15 min');
    expect((await cli('install-schedule', '--check')).exitCode).toBe(0);
  });

  test('a dry run shows all and touches nothing', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims);
    const before = filesBelow(workspace.root);
    for (const target of ['crontab', 'launchd', 'task-scheduler']) {
      const { exitCode, stdout } = await cli('install-schedule', '--dry-run', '--target', target);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^Would install: .*\n(?:write|edit) /);
      expect(stdout).toContain(workspace.root);
    }
    expect(filesBelow(workspace.root)).toEqual(before);
    expect(
      shims.calls().filter((call) => !/ (?:-l|print .*|version|\/\?|\/Query .*)$/.test(call)),
    ).toEqual([]);
  });

  test.each(['crontab', 'systemd', 'launchd', 'task-scheduler', 'kubernetes'])(
    'prints %s on any system and asks nobody',
    async (target) => {
      await using workspace = await temporaryWorkspace();
      await using shims = await schedulerShims();
      const cli = scheduled(workspace, shims, { ANTHROPIC_ADMIN_KEY: 'canary-5f2c' });
      const { exitCode, stdout, stderr } = await cli(
        'install-schedule',
        '--print',
        '--target',
        target,
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toContain('run');
      expect(stdout).not.toContain('canary');
      expect(shims.calls()).toEqual([]);
      const json = await cli('install-schedule', '--print', '--target', target, '--json');
      expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, target });
    },
  );

  test('writes the templates of deploy/, the same wherever it runs', async () => {
    await using workspace = await temporaryWorkspace({ intervalMinutes: 15 });
    await using shims = await schedulerShims();
    const env = { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', USER: 'somebody' };
    const cli = scheduled(workspace, shims, env);
    const { exitCode } = await cli('install-schedule', '--templates', 'here');
    expect(exitCode).toBe(0);
    const names = filesBelow(join(workspace.root, 'here')).toSorted();
    expect([...names, 'README.md'].toSorted()).toEqual(filesBelow(deploy).toSorted());
    for (const name of names) {
      const [written, kept] = [join(workspace.root, 'here'), deploy].map((folder) =>
        readFileSync(join(folder, name)),
      );
      expect(written?.equals(kept ?? Buffer.of())).toBe(true);
    }
    expect((await cli('install-schedule', '--templates', 'here')).stdout).toMatch(/^Unchanged: /);
    await cli('install-schedule', '--templates');
    expect(existsSync(join(workspace.root, 'deploy/crontab'))).toBe(true);
  });
});

describe('uninstall-schedule', () => {
  test.each(['crontab', 'launchd', 'task-scheduler'])(
    'takes %s out again, and twice is fine',
    async (target) => {
      await using workspace = await temporaryWorkspace();
      await using shims = await schedulerShims();
      const cli = scheduled(workspace, shims);
      await cli('install-schedule', '--target', target);
      const removed = await cli('uninstall-schedule', '--target', target, '--json');
      expect(JSON.parse(removed.stdout)).toMatchObject({ removed: [{ target }] });
      expect(await cli('uninstall-schedule', '--target', target)).toMatchObject({
        exitCode: 0,
        stdout: 'No schedule is installed\n',
      });
      expect((await cli('status')).stdout).toContain('\nschedule   none ');
    },
  );

  test('works with a broken configuration', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims);
    await cli('install-schedule', '--target', 'crontab');
    await workspace.write('data/config/sync.json', '{ "intervalMinutes": "often" }');
    expect(await cli('uninstall-schedule')).toMatchObject({
      exitCode: 0,
      stdout: 'Removed: crontab\n',
    });
    expect(shims.read('table')).toBeNull();
  });
});

describe('what goes wrong', () => {
  test.each([
    ['crontab', 'deny', 'You (ada) are not allowed to use this program (crontab)'],
    ['task-scheduler', 'deny', 'ERROR: Access is denied.'],
  ])('in %s is told in its own words, with 4', async (target, fault, words) => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    shims.set(fault, '');
    shims.set('table', 'MAILTO=ada\n');
    const cli = scheduled(workspace, shims);
    const { exitCode, stdout, stderr } = await cli('install-schedule', '--target', target);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain(words);
    expect(shims.read('table')).toBe('MAILTO=ada\n');
    const json = await cli('install-schedule', '--target', target, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'scheduler-failed' } });
  });

  test('no scheduler at all is 3, with the line to add by hand', async () => {
    await using workspace = await temporaryWorkspace();
    const path = join(workspace.root, 'bin');
    const node = join(path, 'node');
    execFileSync('sh', [
      '-c',
      `mkdir -p "$1" && ln -s "$2" "$3"`,
      'sh',
      path,
      process.execPath,
      node,
    ]);
    const options = { cwd: workspace.root, env: { PATH: path } };
    const { exitCode, stderr } = await runCli(['install-schedule', '--target', 'crontab'], options);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error: no usable scheduler: crontab: crontab was not found\n/);
    expect(stderr).toMatch(
      /\n {2}fix: add this line to a crontab: \*\/15 \* \* \* \* \/\S+ \S+ run --scheduled /,
    );
  });

  test('an unknown target, and what can only be printed, are 2', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims);
    const unknown = await cli('install-schedule', '--target', 'upstart');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain("Unknown scheduler 'upstart'. Known: auto, crontab, systemd");
    expect((await cli('install-schedule', '--target', 'k8s', '--check')).exitCode).toBe(2);
  });

  test('a schedule that somebody took away turns the status red', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims);
    await cli('run', '-q');
    await cli('install-schedule', '--target', 'crontab');
    expect((await cli('status', '--check')).exitCode).toBe(0);
    shims.set('table', '# mine\n');
    const { exitCode, stdout } = await cli('status', '--check');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('✗ the schedule was installed in crontab, but is no longer there\n');
  });
});
