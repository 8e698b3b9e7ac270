import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { createJob } from '../../../src/schedule/schedule-job.ts';
import { stablePath } from '../../../src/schedule/stable-path.ts';
import { configFile } from '../../../src/schema/config.ts';
import { testSystem } from '../../helpers/context.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';

async function writeProgram(workspace: TemporaryWorkspace, path: string): Promise<string> {
  await workspace.write(path, '#!/bin/sh\n');
  await chmod(join(workspace.root, path), 0o755);
  return join(workspace.root, path);
}

test('stablePath returns the link on PATH that survives an upgrade', async () => {
  await using workspace = await temporaryWorkspace();
  const node = await writeProgram(workspace, 'Cellar/node/22.1.0/bin/node');
  const other = await writeProgram(workspace, 'other/node');
  await mkdir(join(workspace.root, 'shell/fnm_multishells/1/bin'), { recursive: true });
  await mkdir(join(workspace.root, 'bin'));
  await symlink(node, join(workspace.root, 'shell/fnm_multishells/1/bin/node'));
  await symlink(node, join(workspace.root, 'bin/node'));
  const dirs = ['other', 'shell/fnm_multishells/1/bin', 'nowhere', 'bin'];
  const path = ['bin', ...dirs.map((dir) => join(workspace.root, dir))].join(':');
  const padded = `${path}:${'/x'.repeat(1500)}`;
  expect(await stablePath(node, 'node', padded)).toBe(join(workspace.root, 'bin/node'));
  expect(await stablePath(other, 'node', padded)).toBe(other);
  expect(await stablePath(node, 'node', '/usr/bin')).toBe(node);
  expect(await stablePath(node, 'node', undefined)).toBe(node);
});

test('stablePath returns the program instead of the link of a shell', async () => {
  await using workspace = await temporaryWorkspace();
  const node = await writeProgram(workspace, 'node-versions/v20.20.2/node');
  const link = join(workspace.root, 'fnm_multishells/1/node');
  await mkdir(join(workspace.root, 'fnm_multishells/1'), { recursive: true });
  await symlink(node, link);
  expect(await stablePath(link, 'node', join(workspace.root, 'fnm_multishells/1'))).toBe(node);
});

test('createJob returns the same job for a workspace and a link to it', async () => {
  await using workspace = await temporaryWorkspace();
  const link = join(workspace.root, 'link');
  await symlink(workspace.root, link);
  const config = configFile.parse({});
  const job = await createJob(config, workspaceAt(link), testSystem());
  expect(job).toEqual(await createJob(config, workspaceAt(workspace.root), testSystem()));
  expect(job.workspace).toBe(workspace.root);
});
