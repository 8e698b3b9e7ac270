import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { cliPath, runCli, startCli, type CliResult } from '../helpers/cli.ts';
import { schedulerShims } from '../helpers/scheduler-shims.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

type Env = Readonly<Record<string, string>>;

const doctor = (
  workspace: TemporaryWorkspace,
  args: readonly string[] = [],
  env: Env = {},
): Promise<CliResult> => runCli(['doctor', ...args], { cwd: workspace.root, env });

/** Returns the warnings and failures except those that depend on the machine that runs the test. */
async function illnesses(
  workspace: TemporaryWorkspace,
  env: Env = {},
): Promise<readonly Finding[]> {
  const { stdout } = await doctor(workspace, ['--json'], env);
  const { checks } = JSON.parse(stdout) as { checks: readonly Finding[] };
  return checks.filter(({ id, level, message }) => {
    const isOfMachine = id === 'node' || id === 'disk' || message.startsWith('no schedule');
    return level !== 'ok' && !isOfMachine;
  });
}

/** Runs a hint in a shell. */
function follow(
  fix: string | null | undefined,
  workspace: TemporaryWorkspace,
  env: Env = {},
): void {
  const self = `sync-runner() { '${process.execPath}' '${cliPath}' "$@"; }`;
  // bash, because POSIX sh does not allow a hyphen in a function name.
  execFileSync('bash', ['-c', `${self}\n${fix ?? 'false'}`], {
    cwd: workspace.root,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
  });
}

async function healthy(config?: object): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace(config);
  await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
  await runCli(['run', '-q'], { cwd: workspace.root });
  return workspace;
}

/** Returns every file of the workspace with the metadata that a read-only command must not change. */
function everything({ root }: TemporaryWorkspace): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((file) => {
      const { ino, mode, size, mtimeNs, ctimeNs } = statSync(join(root, file), { bigint: true });
      return [file, ino, mode, size, mtimeNs, ctimeNs].map(String).join(' ');
    });
}

const quality = ({ paths }: TemporaryWorkspace): string => {
  const folder = paths.historyDir('quality');
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '');
};

describe('doctor', () => {
  test('reports no failures in a healthy workspace and modifies no file', async () => {
    await using workspace = await healthy();
    const before = everything(workspace);
    const { exitCode, stdout, stderr } = await doctor(workspace);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await illnesses(workspace)).toEqual([]);
    expect(stdout).toMatch(/^ok {4}\S+\/sync\.json is valid$/m);
    expect(stdout).toMatch(/^ok {4}git \d/m);
    expect(stdout).toMatch(/^warn {2}no schedule.*\n {6}fix: sync-runner install-schedule$/m);
    expect(stdout).toMatch(/\n\d+ ok, \d+ warnings?, 0 failures\n$/);
    expect(everything(workspace)).toEqual(before);
  });

  test('exits 0 before the first run and creates no data directory', async () => {
    await using workspace = await temporaryWorkspace();
    await rm(join(workspace.root, 'data'), { recursive: true });
    const { exitCode, stdout } = await doctor(workspace, ['-w', workspace.root]);
    expect(stdout).toContain('nothing has run yet');
    expect(exitCode).toBe(0);
    expect(existsSync(join(workspace.root, 'data'))).toBe(false);
  });

  test('reports every configuration error and still runs the other checks', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('data/config/sync.json', '{\n  "intervalMinutes": 0,\n  "sync": []\n}\n');
    const { exitCode, stdout } = await doctor(workspace);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`fail  ${workspace.paths.config}:2:22 intervalMinutes: must be`);
    expect(stdout).toContain(`fail  ${workspace.paths.config}:3:3 sync: unknown key`);
    expect(stdout).toMatch(/^ok {4}git /m);
    expect(stdout).toContain(', 2 failures\n');
  });

  test('runs the other checks when git is missing', async () => {
    await using workspace = await healthy();
    const { exitCode, stdout } = await doctor(workspace, [], { PATH: '/nonexistent' });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^fail {2}git was not found/m);
    expect(stdout).toMatch(/^ok {4}the lock is free$/m);
  });

  test('reports a root that does not respond in time', async () => {
    await using workspace = await healthy();
    // Simulates `ls` on a mount whose server is unreachable.
    await workspace.write('bin/ls', '#!/bin/sh\nexec sleep 600\n');
    await chmod(join(workspace.root, 'bin/ls'), 0o755);
    const PATH = `${join(workspace.root, 'bin')}:${process.env['PATH'] ?? ''}`;
    const { exitCode, stdout } = await doctor(workspace, [], { PATH });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('fail  projects.roots[0] does not answer');
  });

  test('prints only failures with --quiet', async () => {
    await using workspace = await healthy();
    expect(await doctor(workspace, ['-q'])).toMatchObject({ exitCode: 0, stdout: '' });
    await rm(join(workspace.root, 'code'), { recursive: true });
    expect((await doctor(workspace, ['-q'])).stdout).toMatch(
      /^fail {2}projects\.roots\[0\] does not exist: .*\n {6}fix: mkdir -p .*\n$/,
    );
  });

  test('escapes control characters in names', async () => {
    await using workspace = await healthy({
      projects: { roots: ['\u001b]0;x\u0007\u202e  $(id)'] },
    });
    const { stdout, exitCode } = await doctor(workspace);
    expect(exitCode).toBe(1);
    // eslint-disable-next-line no-control-regex -- The characters that must not occur.
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

interface Illness {
  readonly level: 'warn' | 'fail';
  readonly message: RegExp;
  readonly config?: object;
  readonly cause: (workspace: TemporaryWorkspace) => unknown;
}

const roots = { projects: { roots: ['code'] } };

const cases: Readonly<Record<string, Illness>> = {
  'a root that does not exist': {
    level: 'fail',
    message: /projects\.roots\[0\] does not exist/,
    config: { projects: { roots: ["my co'de"] } },
    cause: () => undefined,
  },
  'secrets that others can read': {
    level: 'fail',
    message: /holds secrets, but others can read it/,
    cause: (workspace) => workspace.write('data/config/.env', 'ANTHROPIC_ORG_ID=1\n'),
  },
  'a folder that can not be written': {
    level: 'fail',
    message: /data\/cache cannot be written/,
    cause: ({ root }) => chmod(join(root, 'data/cache'), 0o500),
  },
  'a folder that everybody can write': {
    level: 'warn',
    message: /can be written by everybody/,
    cause: ({ root }) => chmod(join(root, 'data'), 0o777),
  },
  'a configuration that everybody can write': {
    level: 'warn',
    message: /sync\.json can be written by everybody/,
    cause: ({ root }) => chmod(join(root, 'data/config/sync.json'), 0o666),
  },
  'a lock of another program': {
    level: 'fail',
    message: /\.sync-lock was not made by this program/,
    cause: (workspace) => workspace.write('data/.sync-lock/owner.txt', ''),
  },
  'a damaged snapshot': {
    level: 'fail',
    message: /projects\.json:1:2: is not valid JSON/,
    cause: (workspace) => workspace.write('data/projects.json', '{'),
  },
  'a damaged status': {
    level: 'fail',
    message: /sync-status\.json/,
    cause: (workspace) => workspace.write('data/sync-status.json', '{"schemaVersion":1}'),
  },
  'a torn history': {
    level: 'warn',
    message: /its last line is torn off/,
    cause: (workspace) => {
      appendFileSync(quality(workspace), '{"run":"2026');
    },
  },
  'a damaged line of the history': {
    level: 'warn',
    message: /1 damaged lines are left out, the first is line 1$/,
    cause: (workspace) => {
      const path = quality(workspace);
      return workspace.write(
        path.slice(workspace.root.length),
        `{"x":1\n${readFileSync(path, 'utf8')}`,
      );
    },
  },
  'history of a month to come': {
    level: 'warn',
    message: /is of a month to come/,
    cause: (workspace) => workspace.write('data/history/quality/quality-2999-01.jsonl', ''),
  },
  'a run in the future': {
    level: 'warn',
    message: /lies in the future/,
    cause: (workspace) => {
      const text = readFileSync(workspace.paths.status, 'utf8');
      return workspace.write('data/sync-status.json', text.replaceAll(/"20\d\d-/g, '"2999-'));
    },
  },
  'gauges that have no folder': {
    level: 'fail',
    message: /the folder of metrics\.textfile is not there/,
    config: { ...roots, metrics: { textfile: 'collector/sync.prom' } },
    cause: () => undefined,
  },
};

describe('the hint fixes', () => {
  test.each(Object.entries(cases))('%s', async (_name, { level, message, config, cause }) => {
    await using workspace = await healthy(config);
    await cause(workspace);
    const before = await illnesses(workspace);
    const found = before.find((one) => message.test(one.message));
    expect(before.map((one) => one.message)).toEqual(
      expect.arrayContaining([expect.stringMatching(message)]),
    );
    expect(found?.level).toBe(level);
    expect((await doctor(workspace)).exitCode).toBe(level === 'fail' ? 1 : 0);
    follow(found?.hint, workspace);
    // A hint may move a file aside, which is a finding of its own, or create a root, which is then empty.
    for (const { id, hint: fix } of await illnesses(workspace)) {
      if (id === 'leftovers') follow(fix, workspace);
    }
    const after = (await illnesses(workspace)).filter(
      (one) => !one.message.includes(' is empty: '),
    );
    expect(after.filter((one) => message.test(one.message))).toEqual([]);
  });

  test('the lock of a run that was killed', async () => {
    await using workspace = await healthy();
    // git blocks on this FIFO because it has no writer.
    const { path } = await workspace.gitRepository('code/hangs', { 'a.txt': 'a' });
    await workspace.write('code/hangs/new/a.txt', '');
    const fifo = join(path, 'new/.gitignore');
    execFileSync('mkfifo', [fifo]);
    const running = startCli(['run'], { cwd: workspace.root });
    await running.printed('Starting sync: quality');
    expect((await doctor(workspace)).stdout).toMatch(/^ok {4}the lock is held by pid \d+/m);
    running.child.kill('SIGKILL');
    await running.ended;
    await rm(fifo);
    const [found] = await illnesses(workspace);
    expect(found?.message).toMatch(/^the lock was left by pid \d+ .*, which has ended/);
    follow(found?.hint, workspace);
    expect(await illnesses(workspace)).toEqual([]);
  });

  test('a schedule that is outdated, missing or starts a deleted program, and a key set only in the shell', async () => {
    await using shims = await schedulerShims();
    await using workspace = await healthy();
    const PATH = `${shims.dir}:${process.env['PATH'] ?? ''}`;
    const env = { PATH, XDG_RUNTIME_DIR: '/nonexistent' };
    const install = ['install-schedule', '--target', 'crontab', '-w', workspace.root];
    expect((await runCli(install, { env })).exitCode).toBe(0);
    expect(await illnesses(workspace, env)).toEqual([]);
    expect((await doctor(workspace, [], env)).stdout).toMatch(
      /^ok {4}schedule installed in crontab$/m,
    );

    await workspace.write(
      'data/config/sync.json',
      '{ "intervalMinutes": 30 , "projects": { "roots": ["code"] } }',
    );
    const [outdated] = await illnesses(workspace, env);
    expect(outdated).toMatchObject({
      level: 'warn',
      message: expect.stringContaining('does not match') as string,
    });
    follow(outdated?.hint, workspace, env);
    expect(await illnesses(workspace, env)).toEqual([]);

    shims.set('table', null);
    const [missing] = await illnesses(workspace, env);
    expect(missing).toMatchObject({
      level: 'fail',
      message: expect.stringContaining('no longer there') as string,
    });
    follow(missing?.hint, workspace, env);
    expect(await illnesses(workspace, env)).toEqual([]);

    const record = readFileSync(join(workspace.paths.schedule, 'installed.json'), 'utf8');
    await workspace.write(
      'data/schedule/installed.json',
      record.replace(process.execPath, '/opt/node/v20.1.0/bin/node'),
    );
    const gone = await illnesses(workspace, env);
    expect(gone.find(({ level }) => level === 'fail')?.message).toContain(
      'the scheduled command does not exist',
    );
    expect(gone.map(({ message }) => message).join()).toContain('may disappear with an upgrade');
    follow(gone.find(({ level }) => level === 'fail')?.hint, workspace, env);
    expect(await illnesses(workspace, env)).toEqual([]);

    const secret = { ...env, ANTHROPIC_ADMIN_KEY: "sk-ant-admin01-it's", ANTHROPIC_ORG_ID: 'org' };
    const [shellOnly] = await illnesses(workspace, secret);
    expect(shellOnly?.message).toContain(
      'ANTHROPIC_ADMIN_KEY and ANTHROPIC_ORG_ID: set in this shell only',
    );
    follow(shellOnly?.hint, workspace, secret);
    expect(await illnesses(workspace, secret)).toEqual([]);
    expect(statSync(workspace.paths.secrets).mode & 0o777).toBe(0o600);
    expect((await doctor(workspace, [], secret)).stdout).not.toContain('sk-ant');
  });
});

test('doctor reports a failed run with the error of the sync', async () => {
  await using workspace = await healthy();
  await workspace.write('data/projects.json', '{');
  await runCli(['run', '-q'], { cwd: workspace.root });
  const found = (await illnesses(workspace)).filter(({ id }) => id === 'last-run');
  expect(found).toMatchObject([{ level: 'fail' }]);
  expect(found[0]?.message).toMatch(/^projects: .*projects\.json:1:2: is not valid JSON/);
  expect(found[0]?.hint).toContain('or move it away: mv ');
});

test('doctor reports stale data, unset secrets and a root that is the home directory', async () => {
  const config = { projects: { roots: ['~'] }, notify: { ping: '$PING_URL', desktop: true } };
  await using workspace = await healthy(config);
  const text = readFileSync(workspace.paths.status, 'utf8');
  const old = (at: string): string => new Date(Date.parse(at) - 3_600_000).toISOString();
  await workspace.write('data/sync-status.json', text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, old));
  const messages = (await illnesses(workspace, { HOME: dirname(workspace.root) }))
    .map(({ level, message }) => `${level} ${message}`)
    .join('\n');
  expect(messages).toContain('fail quality: no success for more than 3 intervals');
  expect(messages).toContain('warn notify.ping: $PING_URL is not set');
  expect(messages).toContain('warn projects.roots[0] is all of ');
});
