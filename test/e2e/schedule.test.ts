import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { schedulerShims, type SchedulerShims } from '../helpers/scheduler-shims.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const deploy = resolve(import.meta.dirname, '../../deploy');

/** Returns a function that runs the program with the shims as its schedulers. */
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

const filesBelow = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(dir, name)).isFile(),
  );

describe('install-schedule', () => {
  test('reports what it installed, and that nothing changed when it runs again', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims);
    const first = await cli('install-schedule', '--target', 'cron');
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(/^Installed: crontab, every 15 minutes .*\nNext run in /);
    expect(first.stdout).toMatch(/\nUndo: sync-runner uninstall-schedule\n$/);
    const again = await cli('install-schedule', '--workspace', workspace.root);
    expect(again.stdout).toMatch(/^Unchanged: crontab, every 15 minutes/);
    expect(again.stdout).toContain(
      `\nUndo: sync-runner uninstall-schedule --workspace ${workspace.root}\n`,
    );
    expect(await cli('install-schedule', '--check')).toMatchObject({
      exitCode: 0,
      stdout: 'installed: crontab\n',
    });
  });

  test('replaces a schedule that is outdated after a change of the interval, and --check prints the difference', async () => {
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
    const updated = await cli('install-schedule');
    expect(updated.stderr).toContain('note: crontab starts the program every 15 min');
    expect((await cli('install-schedule', '--check')).exitCode).toBe(0);
    await workspace.write('data/config/sync.json', '{ "schedule": "*/15 9-18 * * 1-5" }');
    await cli('install-schedule');
    expect((await cli('status')).stdout).toContain(
      '\nschedule   installed in crontab: */15 9-18 * * 1-5\n',
    );
  });

  test('with --dry-run prints every step and changes nothing', async () => {
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
    'with --print renders %s on any system and starts no program',
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
      // The task is UTF-16, every second byte of which is 0.
      const text = stdout.replaceAll('\0', '');
      expect(text).toContain('run');
      expect(text).not.toContain('canary');
      expect(shims.calls()).toEqual([]);
      const json = await cli('install-schedule', '--print', '--target', target, '--json');
      expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, target });
    },
  );

  test('with --print writes a task to a file as Windows reads it: UTF-16LE with BOM and CRLF', async () => {
    await using workspace = await temporaryWorkspace();
    const file = join(workspace.root, 'task.xml');
    const shell = ['sh', '-c', '"$@" > "$FILE"', 'sh'];
    const args = ['install-schedule', '--print', '--target', 'task-scheduler'];
    const options = { cwd: workspace.root, prefix: shell, env: { FILE: file } };
    expect(await runCli(args, options)).toMatchObject({ exitCode: 0, stderr: '' });
    const bytes = readFileSync(file);
    expect(bytes.subarray(0, 2)).toEqual(Buffer.of(0xff, 0xfe));
    const text = bytes.toString('utf16le');
    expect(text.slice(1)).toMatch(/^<\?xml version="1.0" encoding="UTF-16"\?>\r\n/);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('with --templates --check and --dry-run compares and writes nothing', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims, { HOME: '/proc/no-home' });
    const before = filesBelow(workspace.root);
    const missing = await cli('install-schedule', '--templates', '--check');
    expect(missing.exitCode).toBe(1);
    expect(missing.stdout).toMatch(/^outdated: .*deploy\/crontab\n/);
    const dryRun = await cli('install-schedule', '--templates', '--dry-run');
    expect(dryRun.exitCode).toBe(0);
    expect(dryRun.stdout).toMatch(/^Would write .*deploy\/crontab\n/);
    await cli('install-schedule', '--dry-run', '--target', 'crontab');
    expect(filesBelow(workspace.root)).toEqual(before);
    await cli('install-schedule', '--templates');
    const path = join(workspace.root, 'deploy/crontab');
    expect((await cli('install-schedule', '--templates', '--check')).exitCode).toBe(0);
    appendFileSync(path, '# edited\n');
    const edited = await cli('install-schedule', '--templates', '--check');
    expect(edited).toMatchObject({ exitCode: 1, stderr: '' });
    expect(edited.stdout).toContain('\n-# edited\n');
    expect(readFileSync(path, 'utf8')).toContain('# edited');
  });

  test('with --templates writes the files of deploy/, independent of the environment', async () => {
    await using workspace = await temporaryWorkspace({ intervalMinutes: 15 });
    await using shims = await schedulerShims();
    const env = { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', USER: 'ada' };
    const cli = scheduled(workspace, shims, env);
    const { exitCode } = await cli('install-schedule', '--templates', 'here');
    expect(exitCode).toBe(0);
    const names = filesBelow(join(workspace.root, 'here')).toSorted();
    const committed = filesBelow(deploy).filter((name) => !/^(?:grafana|duckdb)\//.test(name));
    expect([...names, 'README.md'].toSorted()).toEqual(committed.toSorted());
    for (const name of names) {
      const [written, template] = [join(workspace.root, 'here'), deploy].map((dir) =>
        readFileSync(join(dir, name)),
      );
      expect(written?.equals(template ?? Buffer.of())).toBe(true);
    }
    expect((await cli('install-schedule', '--templates', 'here')).stdout).toMatch(/^Unchanged: /);
    await cli('install-schedule', '--templates');
    expect(existsSync(join(workspace.root, 'deploy/crontab'))).toBe(true);
  });
});

describe('install-schedule --pause, --resume and --run', () => {
  test.each([
    ['crontab', 'crontab'],
    ['launchd', 'launchctl'],
    ['task-scheduler', 'schtasks'],
  ])(
    'pause %s, which status, doctor and a repeated install respect, restore it and start it',
    async (target, tool) => {
      await using workspace = await temporaryWorkspace({
        quietHours: '00:00-23:59',
        syncs: ['projects'],
        projects: { roots: ['.'] },
      });
      await using shims = await schedulerShims();
      const cli = scheduled(workspace, shims);
      const state = (): readonly unknown[] => ['table', 'job', 'task', 'plist'].map(shims.read);
      if (target === 'crontab') shims.set('table', '# mine\n');
      expect(await cli('install-schedule', '--pause')).toMatchObject({ exitCode: 2, stdout: '' });
      await cli('install-schedule', '--target', target);
      if (target === 'crontab') shims.set('table', `${shims.read('table') ?? ''}# after\n`);
      const installed = state();
      expect((await cli('install-schedule', '--resume')).stdout).toMatch(
        /^Unchanged: .*, it is not paused\n$/,
      );
      expect((await cli('install-schedule', '--pause', '--dry-run')).stdout).toContain('Dry run');
      expect(state()).toEqual(installed);

      expect((await cli('install-schedule', '--pause')).stdout).toMatch(/^Paused: /);
      expect(state()).not.toEqual(installed);
      const paused = state();
      expect((await cli('install-schedule', '--pause')).stdout).toMatch(/^Unchanged: /);
      expect((await cli('install-schedule', '--target', target)).stdout).toMatch(
        /^paused: .*--resume/,
      );
      expect(state()).toEqual(paused);
      const status = await cli('status');
      expect(status.stdout).toContain('no next run: paused');
      expect(status.stdout).toContain(`\nschedule   paused in ${target}`);
      expect(status.stdout).toContain('is paused, so runs do not start on their own');
      expect(status.stdout).not.toContain('does not match');
      expect((await cli('doctor')).stdout).toContain(
        'is paused, so runs do not start on their own',
      );
      expect(await cli('install-schedule', '--run')).toMatchObject({ exitCode: 2, stdout: '' });
      expect(await cli('install-schedule', '--run', '--resume')).toMatchObject({ exitCode: 2 });

      expect((await cli('install-schedule', '--resume')).stdout).toMatch(/^Resumed: /);
      expect(state()).toEqual(installed);
      expect((await cli('status')).stdout).toContain(`\nschedule   installed in ${target}`);

      shims.calls();
      expect((await cli('install-schedule', '--run')).stdout).toMatch(/^Started: /);
      const request = join(workspace.root, 'data/schedule/start-request');
      if (target === 'crontab') {
        // In the quiet hours, nothing is due.
        await vi.waitFor(() => {
          expect(existsSync(join(workspace.root, 'data/sync-status.json'))).toBe(true);
        }, 120_000);
        expect(existsSync(request)).toBe(false);
      } else {
        expect(shims.calls().join('\n')).toMatch(new RegExp(`${tool} (?:kickstart|/Run) `));
        const run = ['run', '--scheduled', '--if-due'];
        await cli(...run);
        expect(existsSync(request)).toBe(false);
        expect(existsSync(join(workspace.root, 'data/sync-status.json'))).toBe(true);
      }
      await cli('install-schedule', '--pause');
      await cli('uninstall-schedule');
      expect(shims.read('table')).toBe(target === 'crontab' ? '# mine\n# after\n' : null);
      expect(['task', 'disabled'].map(shims.read)).toEqual([null, null]);
    },
  );
});

describe('uninstall-schedule', () => {
  test.each(['crontab', 'launchd', 'task-scheduler'])(
    'removes the schedule from %s, and does nothing when it runs again',
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

  test('removes the schedule when the configuration is invalid', async () => {
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

describe('install-schedule with an error', () => {
  test.each([
    ['crontab', 'deny', 'You (ada) are not allowed to use this program (crontab)'],
    ['task-scheduler', 'deny', 'ERROR: Access is denied.'],
  ])('exits 4 with the message of %s when it fails', async (target, fault, message) => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    shims.set(fault, '');
    shims.set('table', 'MAILTO=ada\n');
    const cli = scheduled(workspace, shims);
    const { exitCode, stdout, stderr } = await cli('install-schedule', '--target', target);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain(message);
    expect(shims.read('table')).toBe('MAILTO=ada\n');
    const json = await cli('install-schedule', '--target', target, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'scheduler-failed' } });
  });

  test('exits 3 with the crontab line to add when there is no scheduler', async () => {
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

  test('exits 2 when the target is unknown, and when --check is used with kubernetes', async () => {
    await using workspace = await temporaryWorkspace();
    await using shims = await schedulerShims();
    const cli = scheduled(workspace, shims);
    const unknown = await cli('install-schedule', '--target', 'upstart');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain("Unknown scheduler 'upstart'. Known: auto, crontab, systemd");
    expect((await cli('install-schedule', '--target', 'k8s', '--check')).exitCode).toBe(2);
  });
});

describe('status --check', () => {
  test('exits 1 when the schedule was removed from the crontab', async () => {
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
