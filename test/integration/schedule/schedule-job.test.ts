import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configFile } from '../../../src/schema/config.ts';
import { describeHost } from '../../../src/schedule/describe-host.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { jobFor, scheduleId } from '../../../src/schedule/schedule-job.ts';
import { isVolatile, stablePath } from '../../../src/schedule/stable-path.ts';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { testSystem } from '../../helpers/context.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';

const config = configFile.parse({});

async function program(workspace: TemporaryWorkspace, path: string): Promise<string> {
  await workspace.write(path, '#!/bin/sh\n');
  await chmod(join(workspace.root, path), 0o755);
  return join(workspace.root, path);
}

describe('the path of node', () => {
  test.each([
    '/home/ada/.nvm/versions/node/v20.20.2/bin/node',
    '/opt/homebrew/Cellar/node/22.1.0/bin/node',
    '/run/user/1000/fnm_multishells/123_456/bin/node',
    '/home/ada/.npm/_npx/0a1b/node_modules/sync-runner/bin/sync-runner.cjs',
  ])('is known to go away: %s', (path) => {
    expect(isVolatile(path)).toBe(true);
  });

  test.each(['/usr/bin/node', '/opt/homebrew/bin/node', '/opt/homebrew/opt/node@22/bin/node'])(
    'is known to stay: %s',
    (path) => {
      expect(isVolatile(path)).toBe(false);
    },
  );

  test('is the link on PATH that survives an upgrade', async () => {
    await using workspace = await temporaryWorkspace();
    const node = await program(workspace, 'Cellar/node/22.1.0/bin/node');
    const other = await program(workspace, 'other/node');
    await mkdir(join(workspace.root, 'shell/fnm_multishells/1/bin'), { recursive: true });
    await mkdir(join(workspace.root, 'bin'));
    await symlink(node, join(workspace.root, 'shell/fnm_multishells/1/bin/node'));
    await symlink(node, join(workspace.root, 'bin/node'));
    const folders = ['other', 'shell/fnm_multishells/1/bin', 'nowhere', 'bin'];
    const path = ['bin', ...folders.map((folder) => join(workspace.root, folder))].join(':');
    const padded = `${path}:${'/x'.repeat(1500)}`;
    expect(await stablePath(node, 'node', padded)).toBe(join(workspace.root, 'bin/node'));
    expect(await stablePath(other, 'node', padded)).toBe(other);
    expect(await stablePath(node, 'node', '/usr/bin')).toBe(node);
    expect(await stablePath(node, 'node', undefined)).toBe(node);
  });
});

describe('the name of the schedule', () => {
  const hints = { env: {}, home: '/home/ada', platform: 'linux' } as const;

  test('is plain for the default workspace, and has a stable suffix for each other one', () => {
    expect(scheduleId(workspaceAt('/home/ada/.local/share/sync-runner'), hints)).toBe(
      'sync-runner',
    );
    expect(scheduleId(workspaceAt('/home/ada/work'), hints)).toBe('sync-runner-5010972d');
    expect(scheduleId(workspaceAt('/home/ada/work2'), hints)).not.toBe('sync-runner-5010972d');
  });
});

test('a control character in a path is refused before anything is rendered', async () => {
  const system = testSystem();
  await expect(jobFor(config, workspaceAt('/home/a\nb'), system)).rejects.toMatchObject({
    code: 'usage',
  });
});

test('no secret and no variable of the environment gets into an artifact', async () => {
  await using workspace = await temporaryWorkspace();
  const canary = 'canary-5f2c';
  await writeFile(workspace.paths.secrets, `ANTHROPIC_ADMIN_KEY=${canary}\n`, { mode: 0o600 });
  const env = {
    ANTHROPIC_ADMIN_KEY: canary,
    ANTHROPIC_ORG_ID: canary,
    PATH: `/${canary}`,
    NODE_OPTIONS: canary,
    SHELL: canary,
    USERNAME: 'ada',
    USERDOMAIN: 'ACME',
  };
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const refuse = () => Promise.reject(new Error('no programs here'));
    const system = testSystem({ env, platform, exec: refuse });
    const job = await jobFor(config, workspace.paths, system);
    const host = await describeHost(system, workspace.paths);
    for (const scheduler of Object.values(schedulers)) {
      const everything = JSON.stringify([
        scheduler.render(job, host),
        scheduler.install(job, host),
        scheduler.uninstall(job, host),
      ]);
      expect(everything).not.toContain(canary);
    }
  }
});

describe('the console host of Windows', () => {
  const hostOn = (version: string) => {
    const stdout = Buffer.from(`\r\nMicrosoft Windows [Version ${version}]\r\n`);
    const exec = () => Promise.resolve({ exitCode: 0, stdout, stderr: '' });
    const env = { SystemRoot: 'C:\\WINDOWS', USERDOMAIN: 'ACME', USERNAME: 'ada' };
    const system = testSystem({ platform: 'win32', env, exec });
    return describeHost(system, workspaceAt('C:\\work'));
  };

  test('is used where it can do without a window', async () => {
    expect(await hostOn('10.0.26100.2314')).toMatchObject({
      account: 'ACME\\ada',
      consoleHost: 'C:\\WINDOWS\\System32\\conhost.exe',
    });
    expect((await hostOn('10.0.14393.7426')).consoleHost).toBeNull();
  });
});
