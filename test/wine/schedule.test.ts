import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';
import { hasNoWine, startWindows, windowsPath } from '../helpers/windows/wine.ts';

const schtasks = windowsPath(resolve(import.meta.dirname, '../helpers/windows/schtasks.mjs'));

describe.skipIf(hasNoWine)('on Windows (skipped if wine is not installed)', () => {
  test('the schedule is installed, checked, paused, resumed, started and removed by any spelling of the workspace', async () => {
    await using windows = await startWindows();
    await using temporary = await temporaryWorkspace();
    const root = join(temporary.root, 'Für Ada');
    const at = (path: string): string => join(root, path);
    await mkdir(at('data/config'), { recursive: true });
    await mkdir(at('code'));
    const configure = (config: object): Promise<void> => {
      const text = { syncs: ['projects'], projects: { roots: ['code'] }, ...config };
      return writeFile(at('data/config/sync.json'), JSON.stringify(text));
    };
    await configure({ schedule: '*/15 9-18 * * 1-5', scheduler: { jitterSeconds: 30 } });
    // Windows has no file mode: execa starts the program that the first line names.
    const [bin, state] = [join(temporary.root, 'bin'), join(temporary.root, 'state')];
    await Promise.all([bin, state].map((dir) => mkdir(dir)));
    const script = [
      '#!/usr/bin/env node',
      `process.argv.splice(2, 0, ${JSON.stringify(windowsPath(state))});`,
      `import(require('node:url').pathToFileURL(${JSON.stringify(schtasks)}).href);\n`,
    ];
    await writeFile(join(bin, 'schtasks'), script.join('\n'));
    await chmod(join(bin, 'schtasks'), 0o755);
    const path = [bin, dirname(windows.paths.node20)];
    const own = windowsPath(root);
    const cli = (command: string, workspace = own): Promise<CliResult> =>
      windows.cli([...command.split(' '), '--workspace', workspace], { path });
    const other = own.replace('Z:', 'z:').replace('Für Ada', 'FÜR ADA');
    const task = (): Promise<string> => readFile(join(state, 'task'), 'utf8');

    await writeFile(join(state, 'deny'), '');
    const denied = await cli('install-schedule');
    expect([denied.exitCode, denied.stderr]).toEqual([
      4,
      expect.stringContaining('ERROR: Access is denied.'),
    ]);
    await rm(join(state, 'deny'));

    const installed = await cli('install-schedule');
    expect(installed.stderr).toContain('  note: runs start only while you are logged in\n');
    expect(installed.stdout).toMatch(/^Installed: Task Scheduler, \*\/15 9-18 \* \* 1-5 /);
    expect(await task()).toContain('CalendarTrigger');
    expect(await cli('install-schedule --check', other)).toMatchObject({
      exitCode: 0,
      stdout: 'installed: Task Scheduler\n',
    });
    expect((await cli('install-schedule', other)).stdout).toMatch(/^Unchanged: /);

    await configure({ intervalMinutes: 1440, scheduler: { priority: 'normal' } });
    const check = await cli('install-schedule --check');
    expect(check.exitCode).toBe(1);
    expect(check.stdout).toMatch(/^outdated: [^]*-Priority: 7\n[^]*\+Priority: 5\n/);
    expect((await cli('install-schedule')).stdout).toMatch(/^Installed: .*every 1440 minutes/);

    expect((await cli('install-schedule --pause')).stdout).toMatch(/^Paused: Task Scheduler/);
    expect((await cli('status')).stdout).toContain('\nschedule   paused in task-scheduler');
    expect(await cli('install-schedule --run')).toMatchObject({ exitCode: 2, stdout: '' });
    expect((await cli('install-schedule --resume', other)).stdout).toMatch(/^Resumed: /);

    expect(await cli('install-schedule --run')).toMatchObject({
      stdout: expect.stringMatching(/^Started: Task Scheduler/) as string,
      stderr: '',
    });
    await vi.waitFor(
      async () => {
        const status = JSON.parse(await readFile(at('data/sync-status.json'), 'utf8')) as unknown;
        expect(status).toMatchObject({ run: { trigger: 'scheduled', outcome: 'success' } });
      },
      { timeout: 120_000, interval: 100 },
    );
    expect((await cli('status')).stdout).toContain('\nschedule   installed in task-scheduler');

    expect((await cli('uninstall-schedule', other)).stdout).toBe('Removed: Task Scheduler\n');
    await expect(task()).rejects.toThrow('ENOENT');
    expect((await cli('uninstall-schedule')).stdout).toBe('No schedule is installed\n');
  });
});
