import { expect, test } from 'vitest';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { describeHost } from '../../../src/schedule/describe-host.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { createJob, scheduleId } from '../../../src/schedule/schedule-job.ts';
import { isVolatile } from '../../../src/schedule/stable-path.ts';
import { configFile } from '../../../src/schema/config.ts';
import { testSystem } from '../../helpers/context.ts';

const config = configFile.parse({});

test.each([
  '/home/ada/.nvm/versions/node/v20.20.2/bin/node',
  '/opt/homebrew/Cellar/node/22.1.0/bin/node',
  '/run/user/1000/fnm_multishells/123_456/bin/node',
  '/home/ada/.npm/_npx/0a1b/node_modules/sync-runner/bin/sync-runner.cjs',
])('isVolatile returns true for %s', (path) => {
  expect(isVolatile(path)).toBe(true);
});

test.each(['/usr/bin/node', '/opt/homebrew/bin/node', '/opt/homebrew/opt/node@22/bin/node'])(
  'isVolatile returns false for %s',
  (path) => {
    expect(isVolatile(path)).toBe(false);
  },
);

test('scheduleId has a stable suffix for every workspace but the default one', () => {
  const defaultRoot = '/home/ada/.local/share/sync-runner';
  expect(scheduleId(defaultRoot, defaultRoot)).toBe('sync-runner');
  expect(scheduleId('/home/ada/work', defaultRoot)).toBe('sync-runner-5010972d');
  expect(scheduleId('/home/ada/work2', defaultRoot)).not.toBe('sync-runner-5010972d');
});

test('scheduleId is the same for all spellings of a Windows path', () => {
  const defaultRoot = 'C:\\Users\\ada\\AppData\\Local\\sync-runner';
  expect(scheduleId('c:\\users\\ADA\\appdata/local/sync-runner', defaultRoot)).toBe('sync-runner');
  const ids = ['C:\\ws', 'c:\\WS', 'c:/ws/'].map((root) => scheduleId(root, defaultRoot));
  expect(new Set(ids).size).toBe(1);
});

test('createJob throws when a path contains a control character', async () => {
  await expect(createJob(config, workspaceAt('/home/a\nb'), testSystem())).rejects.toMatchObject({
    code: 'usage',
  });
});

test.each([
  ['10.0.26100.2314', 'C:\\WINDOWS\\System32\\conhost.exe'],
  ['10.0.14393.7426', null],
])('describeHost on Windows %s uses the console host %s', async (version, consoleHost) => {
  const stdout = Buffer.from(`\r\nMicrosoft Windows [Version ${version}]\r\n`);
  const exec = () => Promise.resolve({ exitCode: 0, stdout, stderr: '' });
  const env = { SystemRoot: 'C:\\WINDOWS', USERDOMAIN: 'ACME', USERNAME: 'ada' };
  const host = await describeHost(
    testSystem({ platform: 'win32', env, exec }),
    workspaceAt('C:\\work'),
  );
  expect(host).toMatchObject({ account: 'ACME\\ada', consoleHost });
});

test.each(['linux', 'darwin', 'win32'] as const)(
  'no scheduler renders a value of the environment on %s',
  async (platform) => {
    const canary = 'canary-5f2c';
    const env = {
      ANTHROPIC_ADMIN_KEY: canary,
      ANTHROPIC_ORG_ID: canary,
      PATH: `/${canary}`,
      NODE_OPTIONS: canary,
      SHELL: canary,
      USERNAME: 'ada',
      USERDOMAIN: 'ACME',
    };
    const exec = () => Promise.reject(new Error('no programs here'));
    const system = testSystem({ env, platform, exec });
    const workspace = workspaceAt('/home/ada/work');
    const job = await createJob(config, workspace, system);
    const host = await describeHost(system, workspace);
    const output = Object.values(schedulers).map((scheduler) => [
      scheduler.render(job, host),
      scheduler.install(job, host),
      scheduler.uninstall(job, host),
    ]);
    expect(output).toHaveLength(5);
    expect(JSON.stringify(output)).not.toContain(canary);
  },
);
