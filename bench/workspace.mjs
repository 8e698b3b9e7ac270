import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Creates a workspace with one root. Returns its path, the command that runs one sync in it, its environment, and
 * functions that remove the results of previous runs or the workspace.
 */
export function createWorkspace(root, sync) {
  const workspace = mkdtempSync(join(tmpdir(), 'sync-runner-bench-'));
  mkdirSync(join(workspace, 'data/config'), { recursive: true });
  writeFileSync(
    join(workspace, 'data/config/sync.json'),
    JSON.stringify({ projects: { roots: [root] } }),
  );
  const cli = resolve(import.meta.dirname, '../bin/sync-runner.cjs');
  return {
    workspace,
    env: { HOME: workspace, SYNC_RUNNER_WORKSPACE: workspace, PATH: process.env.PATH },
    command: [process.execPath, cli, 'run', '--quiet', '--only', sync],
    reset: () => {
      for (const name of ['cache', `${sync}.json`, 'history']) {
        rmSync(join(workspace, 'data', name), { recursive: true, force: true });
      }
    },
    remove: () => {
      rmSync(workspace, { recursive: true });
    },
  };
}
