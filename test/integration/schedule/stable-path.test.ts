import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stablePath } from '../../../src/schedule/stable-path.ts';
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
