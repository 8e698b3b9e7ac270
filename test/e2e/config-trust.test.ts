import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** A workspace whose runs fail, so that `notify.command` is due. */
async function failingWorkspace(): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace();
  const config = {
    projects: { roots: ['code'] },
    notify: { command: ['touch', join(workspace.root, 'executed')] },
  };
  await workspace.write('data/config/sync.json', JSON.stringify(config));
  await workspace.write('data/projects.json', 'damaged');
  await chmod(workspace.root, 0o755);
  return workspace;
}

const canary = ({ root }: TemporaryWorkspace): string => join(root, 'executed');

describe('notify.command', () => {
  test('is executed when only this user can write the configuration', async () => {
    await using workspace = await failingWorkspace();
    await runCli(['run'], { cwd: workspace.root });
    expect(existsSync(canary(workspace))).toBe(true);
  });

  test.each([
    ['data/config/sync.json', 0o666, 'is writable by every user', 'chmod go-w'],
    ['data/config/sync.json', 0o664, 'is writable by its group', 'chmod g-w'],
    ['data/config', 0o777, 'is writable by every user', 'chmod go-w'],
    ['data', 0o775, 'is writable by its group', 'chmod g-w'],
    ['.', 0o777, 'is writable by every user', 'chmod go-w'],
  ])('is refused when %s has mode %o', async (path, mode, reason, hint) => {
    await using workspace = await failingWorkspace();
    const target = join(workspace.root, path);
    await chmod(target, mode);
    for (const command of ['run', 'notify-test', 'doctor']) {
      const { stdout, stderr } = await runCli([command], { cwd: workspace.root });
      const output = `${stdout}${stderr}`;
      expect(output).toContain(`${target}: ${reason}`);
      if (command !== 'run') expect(output).toContain(`${hint} ${target}`);
      expect(existsSync(canary(workspace))).toBe(false);
    }
    const { stdout } = await runCli(['status', '--json'], { cwd: workspace.root });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly object[] };
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: 'config-untrusted', subject: target }),
    );
    await chmod(target, path.endsWith('.json') ? 0o644 : 0o755);
    await runCli(['notify-test'], { cwd: workspace.root });
    expect(existsSync(canary(workspace))).toBe(true);
  });

  test.runIf(process.getuid?.() === 0)(
    'is refused when the configuration belongs to another user (skipped unless run as root)',
    async () => {
      await using workspace = await failingWorkspace();
      await chown(workspace.paths.config, 12345, 12345);
      const { stderr } = await runCli(['run', '-w', workspace.root]);
      expect(stderr).toContain(`${workspace.paths.config}: belongs to another user`);
      expect(existsSync(canary(workspace))).toBe(false);
    },
  );

  test('is refused when the directory is a link to one that others can write', async () => {
    await using workspace = await failingWorkspace();
    const shared = join(workspace.root, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o777);
    await rename(join(workspace.root, 'data/config'), join(shared, 'config'));
    await symlink(join(shared, 'config'), join(workspace.root, 'data/config'));
    const { stderr } = await runCli(['run'], { cwd: workspace.root });
    expect(stderr).toContain(`${shared}: is writable by every user`);
    expect(existsSync(canary(workspace))).toBe(false);
  });
});
