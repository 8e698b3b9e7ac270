import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { schedulerShims } from '../helpers/scheduler-shims.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

/** Makes the program believe that it is on macOS, which denies listing a protected directory with EPERM. */
const macos = `
const fs = require('node:fs');
const promises = require('node:fs/promises');
Object.defineProperty(process, 'platform', { value: 'darwin' });
const denied = (path) => {
  if (String(path).includes('/Documents')) {
    throw Object.assign(new Error('EPERM: operation not permitted, scandir'), { code: 'EPERM' });
  }
};
for (const name of ['opendirSync', 'readdirSync']) {
  const original = fs[name];
  fs[name] = (path, ...rest) => (denied(path), original(path, ...rest));
}
const { readdir } = promises;
promises.readdir = async (path, ...rest) => (denied(path), readdir(path, ...rest));
`;

test('install-schedule names protected roots on macOS, and a denied root is an error of run and doctor with the way to grant access', async () => {
  await using workspace = await temporaryWorkspace({
    projects: { roots: ['~/Documents/code', '~/code'] },
  });
  await using shims = await schedulerShims();
  const home = join(workspace.root, 'home');
  await workspace.gitRepository('home/code/alpha', { a: '1' });
  await mkdir(join(home, 'Documents/code'), { recursive: true });
  const preload = join(workspace.root, 'macos.cjs');
  await writeFile(preload, macos);
  const env = {
    PATH: `${shims.dir}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    NODE_OPTIONS: `--require ${preload}`,
  };
  const cli = (...args: readonly string[]): Promise<CliResult> =>
    runCli(args, { cwd: workspace.root, env });

  const installed = await cli('install-schedule');
  expect(installed.exitCode).toBe(0);
  expect(installed.stdout).toMatch(/^Installed: launchd agent/);
  expect(installed.stderr).toContain(
    `  warning: macOS denies scheduled programs access to ${home}/Documents/code until you allow it: ` +
      'in System Settings > Privacy & Security > Full Disk Access, add node',
  );
  expect(installed.stderr).not.toContain(`${home}/code `);

  const run = await cli('run', '--only', 'projects');
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain('\nProjects: 1\n');
  expect(run.stderr).toContain(
    `✗ projects: ${home}/Documents/code: the system denies access to the root (EPERM)`,
  );
  expect(run.stderr).toContain('  fix: in System Settings > Privacy & Security > Full Disk Access');
  const doctor = await cli('doctor', '--json');
  const { findings } = JSON.parse(doctor.stdout) as { findings: readonly object[] };
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'root-unreadable',
      severity: 'error',
      hint: expect.stringContaining('Full Disk Access') as string,
    }),
  );
});
