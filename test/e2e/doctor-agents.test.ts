import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { loadSqlite } from '../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { droidSample } from '../helpers/agents/droid.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

/** Returns the messages about an agent: those with its name or title. */
async function findingsAbout(
  agent: string,
  { root }: TemporaryWorkspace,
): Promise<readonly string[]> {
  const { stdout } = await runCli(['doctor', '--json'], { cwd: root, env: { HOME: root } });
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  return findings
    .filter(({ check }) => check === 'agents')
    .filter(({ subject, message }) => subject === agent || message.startsWith(`${agent}:`))
    .map(({ message, hint }) => (hint === null ? message : `${message} (${hint})`));
}

const response = {
  ...{ id: 'a', session: 'session-1', timeMs: Date.parse('2026-11-20T10:00:00Z') },
  ...{ model: 'claude-opus-5', project: '/home/dev/app' },
  ...{ input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
};

describe('coding agents', () => {
  test('doctor reports the locations that were searched for an agent without logs', async () => {
    await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
    expect(await findingsAbout('droid', workspace)).toEqual([
      `no logs on this machine (searched ${workspace.root}/.factory/sessions)`,
    ]);
  });

  test('doctor names the agents without logs in one line, and with --verbose where each was searched', async () => {
    await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
    await droidSample.write(workspace.root, [response]);
    const lines = async (...flags: string[]): Promise<readonly string[]> => {
      const env = { HOME: workspace.root };
      const { stdout } = await runCli(['doctor', ...flags], { cwd: workspace.root, env });
      return stdout.split('\n').filter((line) => line.includes('no logs'));
    };
    expect(await lines()).toEqual([
      expect.stringMatching(
        /^ok {7}no logs of claude-code, (?!.*droid).*, zed, crush on this machine \(--verbose shows where they were searched\)$/,
      ),
    ]);
    const verbose = await lines('--verbose');
    expect(verbose.length).toBeGreaterThan(15);
    expect(verbose).toContainEqual(
      `ok       crush: no logs on this machine (searched ${workspace.root}/.local/share/crush)`,
    );
  });

  test('doctor reports how many locations were searched instead of a long list', async () => {
    await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
    const first = `${workspace.root}/.config/Code/User/globalStorage/saoudrizwan.claude-dev/tasks`;
    expect(await findingsAbout('cline', workspace)).toEqual([
      `no logs on this machine (searched ${first} and 8 other directories)`,
    ]);
  });

  test.runIf(loadSqlite() === null)(
    'doctor warns about databases that this version of Node.js can not read (skipped with node:sqlite)',
    async () => {
      await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
      await workspace.write('.local/share/goose/sessions/sessions.db', 'SQLite format 3');
      const [warning] = await findingsAbout('Goose', workspace);
      expect(warning).toBe(
        `keeps usage in a database, which only Node.js 22.15 or later can read (this is ${process.versions.node}) (run sync-runner with Node.js 22.15 or later)`,
      );
    },
  );

  test('doctor reports the logs of an agent, and the days that a run has counted', async () => {
    await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
    await droidSample.write(workspace.root, [response]);
    const where = `droid: 1 log in ${workspace.root}/.factory/sessions`;
    expect(await findingsAbout('droid', workspace)).toEqual([`${where}; not read by a run yet`]);
    await runCli(['run', '-q'], { cwd: workspace.root, env: { HOME: workspace.root } });
    expect(await findingsAbout('droid', workspace)).toEqual([
      `${where}; usage from 2026-11-20 to 2026-11-20`,
    ]);
  });

  test('doctor reports a symbolic link in place of a log', async () => {
    await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
    await droidSample.write(workspace.root, [response]);
    const log = join(workspace.root, '.factory/sessions/-home-dev-app/session-1.settings.json');
    await rename(log, join(workspace.root, 'settings.json'));
    await symlink(join(workspace.root, 'settings.json'), log);
    expect(await findingsAbout(log, workspace)).toEqual([
      'is a symbolic link, which is followed only to a directory',
    ]);
  });

  test('doctor reports why nothing of an agent is counted', async () => {
    await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
    await workspace.write('.factory/sessions/app/a.settings.json', '{"model":"gpt-5.5"}');
    await runCli(['run', '-q'], { cwd: workspace.root, env: { HOME: workspace.root } });
    expect(await findingsAbout('droid', workspace)).toEqual([
      `droid: 1 log in ${workspace.root}/.factory/sessions; nothing counted (skipped: 1 no-usage)`,
    ]);
  });

  test('doctor reports a disabled agent as such', async () => {
    const agents = { droid: { enabled: false } };
    await using workspace = await temporaryWorkspace({ syncs: ['tokens'], tokens: { agents } });
    expect(await findingsAbout('droid', workspace)).toEqual([
      'droid: disabled (tokens.agents.droid.enabled)',
    ]);
  });

  test('doctor mentions an agent without token counts only if its directory exists', async () => {
    await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
    expect(await findingsAbout('Cursor', workspace)).toEqual([]);
    const dir = join(workspace.root, '.config/Cursor');
    await mkdir(dir, { recursive: true });
    expect(await findingsAbout('Cursor', workspace)).toEqual([
      `found at ${dir}; since version 3 its database contains 0 in place of token counts, so its usage is unknown (set CURSOR_ADMIN_KEY to read the bill of a team)`,
    ]);
    expect(await findingsAbout('Warp', workspace)).toEqual([]);
  });
});
