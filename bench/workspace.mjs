import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A workspace over one root, with the command that runs one sync in it. */
export function createWorkspace(root, sync) {
  const workspace = mkdtempSync(join(tmpdir(), 'sync-runner-bench-'));
  mkdirSync(join(workspace, 'data/config'), { recursive: true });
  writeFileSync(
    join(workspace, 'data/config/sync.json'),
    JSON.stringify({ projects: { roots: [root] } }),
  );
  const cli = resolve(import.meta.dirname, '../bin/sync-runner.cjs');
  return {
    env: { HOME: workspace, SYNC_RUNNER_WORKSPACE: workspace, PATH: process.env.PATH },
    run: [process.execPath, cli, 'run', '--quiet', '--only', sync],
    /** Takes away what earlier runs left. */
    forget: () => {
      for (const name of ['cache', `${sync}.json`, 'history']) {
        rmSync(join(workspace, 'data', name), { recursive: true, force: true });
      }
    },
    remove: () => {
      rmSync(workspace, { recursive: true });
    },
  };
}
