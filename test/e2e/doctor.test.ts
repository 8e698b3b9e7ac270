import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** Returns the errors and warnings, without those of the machine that executes the test. */
async function findings(workspace: TemporaryWorkspace, env: Env = {}): Promise<readonly Finding[]> {
  const { stdout } = await doctor(workspace, ['--json'], env);
  const document = JSON.parse(stdout) as { findings: readonly Finding[] };
  return document.findings.filter(({ check, severity, code }) => {
    const isOfMachine = check === 'node' || check === 'disk' || code === 'no-schedule';
    return severity !== 'info' && !isOfMachine;
  });
}

/** Executes a hint as a user who pastes it into a shell. */
function execute(
  hint: string | null | undefined,
  workspace: TemporaryWorkspace,
  env: Env = {},
): void {
  const self = `sync-runner() { '${process.execPath}' '${cliPath}' "$@"; }`;
  // bash, because function names of sh can't contain a hyphen.
  execFileSync('bash', ['-c', `${self}\n${hint ?? 'false'}`], {
    cwd: workspace.root,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
  });
}

async function healthyWorkspace(config?: object): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace(config);
  await workspace.gitRepository('code/alpha', { 'a.js': '// TODO\n' });
  await runCli(['run', '-q'], { cwd: workspace.root });
  return workspace;
}

/** Returns the metadata of all files and directories in the workspace. */
function metadataOf({ root }: TemporaryWorkspace): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((file) => {
      const { ino, mode, size, mtimeNs, ctimeNs } = statSync(join(root, file), { bigint: true });
      return [file, ino, mode, size, mtimeNs, ctimeNs].map(String).join(' ');
    });
}

const historyOf = ({ paths }: TemporaryWorkspace, series: 'projects' | 'quality'): string => {
  const dir = paths.historyDir(series);
  return join(dir, readdirSync(dir).find((name) => name.endsWith('.jsonl')) ?? '');
};

test('doctor reports no problem and changes no file when the workspace is healthy', async () => {
  await using workspace = await healthyWorkspace();
  const before = metadataOf(workspace);
  const { exitCode, stdout, stderr } = await doctor(workspace);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(await findings(workspace)).toEqual([]);
  expect(stdout).toMatch(/^ok {7}\S+\/sync\.json is valid$/m);
  expect(stdout).toMatch(/^ok {7}git \d/m);
  expect(stdout).toMatch(/^warning {2}no schedule.*\n {9}fix: sync-runner install-schedule$/m);
  expect(stdout).toMatch(/\n\d+ ok, \d+ warnings?, 0 errors\n$/);
  expect(metadataOf(workspace)).toEqual(before);
});

test('doctor reports that there is no run and creates nothing when data/ does not exist', async () => {
  await using workspace = await temporaryWorkspace();
  await rm(join(workspace.root, 'data'), { recursive: true });
  const { exitCode, stdout } = await doctor(workspace, ['-w', workspace.root]);
  expect(stdout).toContain('no run yet');
  expect(exitCode).toBe(0);
  expect(existsSync(join(workspace.root, 'data'))).toBe(false);
});

test('doctor reports every error of the configuration and runs the other checks', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('data/config/sync.json', '{\n  "intervalMinutes": 0,\n  "sync": []\n}\n');
  const { exitCode, stdout } = await doctor(workspace);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(`error    ${workspace.paths.config}:2:22 intervalMinutes: must be`);
  expect(stdout).toContain(`error    ${workspace.paths.config}:3:3 sync: unknown key`);
  expect(stdout).toMatch(/^ok {7}git /m);
  expect(stdout).toContain(', 2 errors\n');
});

test('doctor runs the other checks when git is not installed', async () => {
  await using workspace = await healthyWorkspace();
  const { exitCode, stdout } = await doctor(workspace, [], { PATH: '/nonexistent' });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^error {4}git was not found/m);
  expect(stdout).toMatch(/^ok {7}the lock is free$/m);
});

test('doctor does not wait for a root on a network mount that does not respond', async () => {
  await using workspace = await healthyWorkspace();
  // Behaves like `ls` on a mount whose server is gone.
  await workspace.write('bin/ls', '#!/bin/sh\nexec sleep 600\n');
  await chmod(join(workspace.root, 'bin/ls'), 0o755);
  const PATH = `${join(workspace.root, 'bin')}:${process.env['PATH'] ?? ''}`;
  const { exitCode, stdout } = await doctor(workspace, [], { PATH });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^error {4}projects\.roots\[0\]: \S+ does not respond/m);
});

test('doctor --quiet prints only errors', async () => {
  await using workspace = await healthyWorkspace();
  expect(await doctor(workspace, ['-q'])).toMatchObject({ exitCode: 0, stdout: '' });
  await rm(join(workspace.root, 'code'), { recursive: true });
  expect((await doctor(workspace, ['-q'])).stdout).toMatch(
    /^error {4}projects\.roots\[0\]: \S+ does not exist\n {9}fix: mkdir -p .*\n$/,
  );
});

test('doctor prints no control characters of hostile paths', async () => {
  await using workspace = await healthyWorkspace({
    projects: { roots: ['\u001b]0;x\u0007\u202e  $(id)'] },
  });
  const { stdout, exitCode } = await doctor(workspace);
  expect(exitCode).toBe(1);
  // eslint-disable-next-line no-control-regex -- The characters that a terminal acts on.
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test.each([
  [
    'neither key',
    {},
    [
      'anthropic-admin: off, ANTHROPIC_ADMIN_KEY and ANTHROPIC_ORG_ID not set',
      'openai: off, OPENAI_ADMIN_KEY not set',
    ],
  ],
  [
    'only the key of OpenAI',
    { OPENAI_ADMIN_KEY: 'sk-admin-1' },
    ['anthropic-admin: off, ANTHROPIC_ADMIN_KEY and ANTHROPIC_ORG_ID not set', 'openai: enabled'],
  ],
  [
    'only the key of Anthropic',
    { ANTHROPIC_ADMIN_KEY: 'sk-ant-1' },
    ['anthropic-admin: off, ANTHROPIC_ORG_ID not set', 'openai: off, OPENAI_ADMIN_KEY not set'],
  ],
])(
  'doctor reports the state of both bills when the environment contains %s',
  async (_name, env, expected) => {
    await using workspace = await temporaryWorkspace();
    const { stdout } = await doctor(workspace, [], env);
    expect(stdout.match(/(?:anthropic-admin|openai): .*/g)).toEqual(expected);
    expect(stdout).not.toContain('sk-a');
  },
);

interface Case {
  readonly code: string;
  readonly message: RegExp;
  readonly cause: (workspace: TemporaryWorkspace) => unknown;
}

/** Problems that do not hide each other, so that one workspace has all of a list. */
const problems = {
  configuration: {
    'a root that does not exist': {
      code: 'root-missing',
      message: /my co'de does not exist$/,
      cause: () => undefined,
    },
    'a missing directory of the metrics file': {
      code: 'metrics-directory-missing',
      message: /sync\.prom does not exist$/,
      cause: () => undefined,
    },
  },
  error: {
    'secrets that other users can read': {
      code: 'secrets',
      message: /contains secrets and can be read by other users/,
      cause: (workspace) => workspace.write('data/config/.env', 'ANTHROPIC_ORG_ID=1\n'),
    },
    'a data directory that is not writable': {
      code: 'data-not-writable',
      message: /^is not writable$/,
      cause: ({ root }) => chmod(join(root, 'data/cache'), 0o500),
    },
    'the lock of another program': {
      code: 'foreign-lock',
      message: /^was not created by sync-runner and blocks every run$/,
      cause: (workspace) => workspace.write('data/.sync-lock/owner.txt', ''),
    },
    'a damaged snapshot': {
      code: 'data',
      message: /projects\.json:1:2: is not valid JSON/,
      cause: (workspace) => workspace.write('data/projects.json', '{'),
    },
    'a damaged status file': {
      code: 'data',
      message: /sync-status\.json/,
      cause: (workspace) => workspace.write('data/sync-status.json', '{"schemaVersion":1}'),
    },
  },
  warning: {
    'a data directory that every user can write': {
      code: 'world-writable',
      message: /^is writable by every user$/,
      cause: ({ root }) => chmod(join(root, 'data'), 0o777),
    },
    'a configuration that every user can write': {
      code: 'world-writable',
      message: /^is writable by every user$/,
      cause: ({ root }) => chmod(join(root, 'data/config/sync.json'), 0o666),
    },
    'an incomplete last line of the history': {
      code: 'history-torn',
      message: /^the last line is incomplete/,
      cause: (workspace) => {
        appendFileSync(historyOf(workspace, 'quality'), '{"run":"2026');
      },
    },
    'a damaged line of the history': {
      code: 'history-damaged',
      message: /^1 damaged line is skipped: line 1$/,
      cause: (workspace) => {
        const path = historyOf(workspace, 'projects');
        writeFileSync(path, `{"x":1\n${readFileSync(path, 'utf8')}`);
      },
    },
    'history of a future month': {
      code: 'clock-skew',
      message: /^is of a future month/,
      cause: (workspace) => workspace.write('data/history/quality/quality-2999-01.jsonl', ''),
    },
    'a last run in the future': {
      code: 'clock-skew',
      message: /^the last run is in the future/,
      cause: (workspace) => {
        const text = readFileSync(workspace.paths.status, 'utf8');
        return workspace.write('data/sync-status.json', text.replaceAll(/"20\d\d-/g, '"2999-'));
      },
    },
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Case>>>>;

const config = {
  projects: { roots: ['code', "my co'de"] },
  metrics: { textfile: 'collector/sync.prom' },
};

describe.each([
  ['error of the configuration', problems.configuration, config],
  ['error of a file', problems.error, undefined],
  ['warning', problems.warning, undefined],
])('doctor with every %s', (name, all, initial) => {
  const severity = name === 'warning' ? 'warning' : 'error';
  const cases = Object.entries<Case>(all);
  let workspace: TemporaryWorkspace;
  let exit: number | null;
  let before: readonly Finding[];
  let after: readonly Finding[];
  beforeAll(async () => {
    workspace = await healthyWorkspace(initial);
    for (const [, { cause }] of cases) await cause(workspace);
    before = await findings(workspace);
    ({ exitCode: exit } = await doctor(workspace));
    for (const { hint } of before) execute(hint, workspace);
    // Files that the hints moved away are reported until they are removed.
    for (const { check, hint } of await findings(workspace)) {
      if (check === 'leftovers') execute(hint, workspace);
    }
    after = await findings(workspace);
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  test('exits 1 for errors and 0 for warnings', () => {
    expect(exit).toBe(severity === 'error' ? 1 : 0);
  });

  test.each(cases)('reports %s with a hint that fixes it', (_name, { code, message }) => {
    const matching = (found: readonly Finding[]): readonly Finding[] =>
      found.filter((one) => one.code === code && message.test(one.message));
    const [found] = matching(before);
    expect(found?.severity).toBe(severity);
    expect(found?.hint).toEqual(expect.any(String));
    expect(matching(after)).toEqual([]);
  });
});

test('doctor reports the lock of a killed run with a hint that removes it', async () => {
  await using workspace = await healthyWorkspace();
  // git blocks on this pipe, because nothing ever writes to it.
  const { path } = await workspace.gitRepository('code/hangs', { 'a.txt': 'a' });
  await workspace.write('code/hangs/new/deep/a.txt', '');
  const fifo = join(path, 'new/deep/.gitignore');
  execFileSync('mkfifo', [fifo]);
  const running = startCli(['run'], { cwd: workspace.root });
  await running.printed('Starting sync: quality');
  expect((await doctor(workspace)).stdout).toMatch(/^ok {7}the lock is held by pid \d+/m);
  running.child.kill('SIGKILL');
  await running.ended;
  await rm(fifo);
  const [found] = await findings(workspace);
  expect(found?.code).toBe('lock-abandoned');
  expect(found?.message).toMatch(/^the lock was held by pid \d+ .*, which has exited/);
  execute(found?.hint, workspace);
  expect(await findings(workspace)).toEqual([]);
});

describe('doctor with an installed schedule', () => {
  const secrets = {
    ANTHROPIC_ADMIN_KEY: "sk-ant-admin01-it's",
    ANTHROPIC_ORG_ID: 'org',
    OPENAI_ADMIN_KEY: 'sk-admin-openai',
  };

  test('reports a schedule that is outdated, removed or starts a missing program, each with a hint that fixes it', async () => {
    await using shims = await schedulerShims();
    await using workspace = await healthyWorkspace();
    const PATH = `${shims.dir}:${process.env['PATH'] ?? ''}`;
    const env = { PATH, XDG_RUNTIME_DIR: '/nonexistent' };
    const install = ['install-schedule', '--target', 'crontab', '-w', workspace.root];
    expect((await runCli(install, { env })).exitCode).toBe(0);
    expect(await findings(workspace, env)).toEqual([]);
    expect((await doctor(workspace, [], env)).stdout).toMatch(
      /^ok {7}schedule installed in crontab$/m,
    );

    await workspace.write(
      'data/config/sync.json',
      '{ "intervalMinutes": 30 , "projects": { "roots": ["code"] } }',
    );
    const [outdated] = await findings(workspace, env);
    expect(outdated).toMatchObject({ severity: 'warning', code: 'schedule-outdated' });
    execute(outdated?.hint, workspace, env);
    expect(await findings(workspace, env)).toEqual([]);

    shims.set('table', null);
    const [missing] = await findings(workspace, env);
    expect(missing).toMatchObject({ severity: 'error', code: 'schedule-missing' });
    execute(missing?.hint, workspace, env);
    expect(await findings(workspace, env)).toEqual([]);

    const record = readFileSync(join(workspace.paths.schedule, 'installed.json'), 'utf8');
    await workspace.write(
      'data/schedule/installed.json',
      record.replace(process.execPath, '/opt/node/v20.1.0/bin/node'),
    );
    const broken = await findings(workspace, env);
    const [error] = broken.filter(({ severity }) => severity === 'error');
    expect(error?.code).toBe('schedule-command-missing');
    expect(broken.map(({ code }) => code)).toContain('volatile-path');
    execute(error?.hint, workspace, env);
    expect(await findings(workspace, env)).toEqual([]);
  });

  test('reports keys of both bills that only the shell contains, with a hint that stores them', async () => {
    await using shims = await schedulerShims();
    await using workspace = await healthyWorkspace();
    const PATH = `${shims.dir}:${process.env['PATH'] ?? ''}`;
    const env = { PATH, XDG_RUNTIME_DIR: '/nonexistent', ...secrets };
    const install = ['install-schedule', '--target', 'crontab', '-w', workspace.root];
    expect((await runCli(install, { env })).exitCode).toBe(0);
    const shellOnly = await findings(workspace, env);
    expect(shellOnly.map(({ code, subject }) => [code, subject])).toEqual([
      ['secret-only-in-shell', 'ANTHROPIC_ADMIN_KEY and ANTHROPIC_ORG_ID'],
      ['secret-only-in-shell', 'OPENAI_ADMIN_KEY'],
    ]);
    for (const { hint } of shellOnly) execute(hint, workspace, env);
    expect(await findings(workspace, env)).toEqual([]);
    expect(statSync(workspace.paths.secrets).mode & 0o777).toBe(0o600);
    const { stdout } = await doctor(workspace, [], env);
    expect(stdout).not.toMatch(/sk-a(?:nt|dmin)/);
  });
});

test('doctor reports the error of a sync that failed in the last run', async () => {
  await using workspace = await healthyWorkspace();
  await workspace.write('data/projects.json', '{');
  await runCli(['run', '-q'], { cwd: workspace.root });
  const found = (await findings(workspace)).filter(({ check }) => check === 'last-run');
  expect(found).toMatchObject([{ severity: 'error', code: 'data', subject: 'projects' }]);
  expect(found[0]?.message).toMatch(/projects\.json:1:2: is not valid JSON/);
  expect(found[0]?.hint).toContain('or move it away: mv ');
});

test('doctor reports stale data, unset secrets and a root that is the home directory', async () => {
  const config = { projects: { roots: ['~'] }, notify: { ping: '$PING_URL', desktop: true } };
  await using workspace = await healthyWorkspace(config);
  const text = readFileSync(workspace.paths.status, 'utf8');
  const old = (at: string): string => new Date(Date.parse(at) - 3_600_000).toISOString();
  await workspace.write('data/sync-status.json', text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, old));
  const found = await findings(workspace, { HOME: dirname(workspace.root) });
  const expected = [
    { severity: 'error', code: 'stale', subject: 'quality' },
    { severity: 'warning', code: 'secret-not-set', subject: 'notify.ping' },
    { severity: 'warning', code: 'root-too-broad', subject: 'projects.roots[0]' },
  ];
  expect(found).toEqual(
    expect.arrayContaining(expected.map((one) => expect.objectContaining(one) as Finding)),
  );
});
