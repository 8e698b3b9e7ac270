import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { scheduleDiagnostics } from '../../../src/schedule/schedule-diagnostics.ts';
import type { SchedulerName } from '../../../src/schedule/scheduler.ts';
import type { Diagnostic } from '../../../src/util/diagnostic.ts';
import { startFakeCron } from '../../helpers/scheduler-shims.ts';
import { testSystem } from '../../helpers/context.ts';
import { exampleHost, exampleJob } from '../../unit/schedule/examples.ts';

const dir = mkdtempSync(join(tmpdir(), 'sync-runner-cron-'));
const cron = startFakeCron(dir);
afterAll(() => {
  cron.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

/** Returns the diagnostics of a scheduler; `linger` is the output of `loginctl`. */
function diagnosticsOf(
  name: SchedulerName,
  {
    job = exampleJob,
    host = exampleHost,
    roots = ['/home/ada/code'],
    env = {},
    linger = 'yes',
    managerPath = '/usr/bin',
  } = {},
): Promise<readonly Diagnostic[]> {
  return scheduleDiagnostics(schedulers[name], {
    workspace: workspaceAt(job.workspace),
    system: testSystem({ env }),
    job,
    host,
    record: null,
    movedFrom: null,
    hasClockTimes: false,
    roots,
    runTool: ([file]) => {
      const output = file === 'systemctl' ? `HOME=/home/ada\nPATH=${managerPath}` : linger;
      return Promise.resolve({ exitCode: 0, stdout: Buffer.from(`${output}\n`), stderr: '' });
    },
  });
}

test.each(['crontab', 'systemd'] as const)(
  'scheduleDiagnostics returns nothing for %s when its runs start unconditionally',
  async (name) => {
    expect(await diagnosticsOf(name)).toEqual([]);
  },
);

test('scheduleDiagnostics explains a finer tick', async () => {
  const job = { ...exampleJob, when: 'every 90 minutes', intervalMinutes: 90 };
  expect(await diagnosticsOf('crontab', { job })).toEqual([
    {
      severity: 'info',
      code: 'schedule-finer-tick',
      subject: 'crontab',
      message:
        'crontab starts the program every 30 min; it runs every 90 minutes and otherwise exits immediately (--if-due)',
      hint: null,
    },
  ]);
  expect(await diagnosticsOf('systemd', { job })).toEqual([]);
});

test('scheduleDiagnostics warns that systemd starts no run after logout when lingering is off', async () => {
  expect(await diagnosticsOf('systemd', { linger: 'no' })).toMatchObject([
    { severity: 'warning', code: 'linger-off', hint: 'loginctl enable-linger' },
  ]);
});

test('scheduleDiagnostics warns under WSL that cron has to be started', async () => {
  expect(await diagnosticsOf('crontab', { env: { WSL_DISTRO_NAME: 'Debian' } })).toMatchObject([
    { severity: 'warning', code: 'cron-not-started', hint: 'sudo service cron start' },
  ]);
});

test('scheduleDiagnostics warns when the job has no git and the PATH of the systemd manager neither', async () => {
  const job = { ...exampleJob, git: null };
  expect(await diagnosticsOf('systemd', { job, managerPath: '/snap/bin:/usr/bin' })).toEqual([]);
  expect(await diagnosticsOf('systemd', { job, managerPath: '/snap/bin' })).toMatchObject([
    {
      code: 'git-not-found-by-scheduler',
      message: "scheduled runs don't find git: it is not in /snap/bin",
    },
  ]);
  expect(await diagnosticsOf('kubernetes', { job })).toEqual([]);
});

test('scheduleDiagnostics warns about paths that disappear with an upgrade or that macOS guards', async () => {
  const node = '/Users/ada/.nvm/versions/node/v22.1.0/bin/node';
  const [, script] = exampleJob.command;
  const workspace = '/Users/ada/Documents/work';
  const job = { ...exampleJob, command: [node, script] as const, workspace };
  const host = { ...exampleHost, platform: 'darwin', home: '/Users/ada' } as const;
  const roots = ['/Users/ada/code', '/Users/ada/Desktop', '/Volumes/Disk/code', '/srv/Documents'];
  expect(await diagnosticsOf('launchd', { job, host, roots })).toMatchObject([
    { severity: 'info', code: 'login-required' },
    { severity: 'warning', code: 'volatile-path', subject: node },
    ...[workspace, '/Users/ada/Desktop', '/Volumes/Disk/code'].map((subject) => ({
      severity: 'warning',
      code: 'guarded-path',
      subject,
      hint: expect.stringContaining('Full Disk Access') as string,
    })),
  ]);
});
