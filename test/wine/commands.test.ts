import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliPath, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';
import {
  hasNoWine,
  startWindows,
  windowsPath,
  type Windows,
  type WindowsOptions,
} from '../helpers/windows/wine.ts';

const holdOpen = windowsPath(resolve(import.meta.dirname, '../helpers/windows/hold-open.mjs'));

const taskkill = windowsPath(resolve(import.meta.dirname, '../helpers/windows/taskkill.cjs'));

/** Resolves with the first value that is not undefined. */
async function until<Value>(read: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise((done) => setTimeout(done, 5));
  }
}

describe.skipIf(hasNoWine)('on Windows (skipped if wine is not installed)', () => {
  let windows: Windows;
  let workspace: TemporaryWorkspace;
  const config = { projects: { roots: ['~\\code', 'work'], exclude: ['OLD\\*'] } };
  beforeAll(async () => {
    [windows, workspace] = await Promise.all([startWindows(), temporaryWorkspace(config)]);
    // Both roots contain a project, so that every test can run alone.
    await mkdir(join(windows.home, 'code/Alpha'), { recursive: true });
    await writeFile(join(windows.home, 'code/Alpha/package.json'), '{}');
    await workspace.gitRepository('work/Beta', { 'package.json': '{}' });
  });
  afterAll(() => Promise.all([windows[Symbol.asyncDispose](), workspace[Symbol.asyncDispose]()]));

  const cli = (args: readonly string[], options?: WindowsOptions): Promise<CliResult> =>
    windows.cli([...args, '-w', windowsPath(workspace.root)], options);
  const data = (path: string): string => join(workspace.root, 'data', path);
  const readJson = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(data(path), 'utf8'));

  test('the program starts with Node.js 20 and 22, and init writes to the data directory of the user if it finds a repository', async () => {
    for (const node of [20, 22] as const) {
      expect(await windows.cli(['--version'], { node })).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
        stderr: '',
      });
    }
    const path = join(windows.home, 'AppData/Local/sync-runner/data/config/sync.json');
    expect(await windows.cli(['init', '--json'])).toMatchObject({ exitCode: 2 });
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    execFileSync('git', ['init', '--quiet', join(windows.home, 'repos/first')]);
    const init = await windows.cli(['init', '--json']);
    expect(init).toMatchObject({ exitCode: 0, stderr: '' });
    expect(init.stdout).toContain(JSON.stringify(windowsPath(path)));
    expect(await readFile(path, 'utf8')).toMatch(/"roots": \[\s*"~/);
    await rm(join(windows.home, 'repos'), { recursive: true });
  });

  test('run finds projects below ~\\, excludes by globs with backslashes, and books usage by any spelling of a path', async () => {
    await workspace.gitRepository('work/old/gamma', { 'package.json': '{}' });
    const home = windowsPath(windows.home);
    const alpha = `${home}\\code\\Alpha`;
    const beta = windowsPath(join(workspace.root, 'work/beta'));
    const logs = {
      [alpha]: [alpha, `${alpha.toLowerCase()}\\src`, `${alpha.replaceAll('\\', '/')}/src`],
      [beta]: [beta.replace('Z:', 'z:')],
    };
    for (const [startDir, cwds] of Object.entries(logs)) {
      const lines = cwds.map((cwd, index) => ({
        ...{ type: 'assistant', timestamp: new Date().toISOString(), cwd, sessionId: 's' },
        requestId: `${startDir}${String(index)}`,
        message: {
          ...{ id: `${startDir}${String(index)}`, model: 'claude-sonnet-4-5', role: 'assistant' },
          usage: { input_tokens: 1_000_000, output_tokens: 0 },
        },
      }));
      const dir = join(windows.home, '.claude/projects', startDir.replace(/[^A-Za-z0-9]/g, '-'));
      await mkdir(dir, { recursive: true });
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      await writeFile(join(dir, 's.jsonl'), text);
    }
    expect(await cli(['run', '--json'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readJson('projects.json')).toMatchObject({
      projects: [
        { id: 'beta', path: windowsPath(join(workspace.root, 'work/Beta')) },
        { id: 'alpha', path: `${home}\\code\\Alpha` },
      ],
    });
    const { daily } = (await readJson('tokens.json')) as {
      readonly daily: readonly { readonly id: string | null; readonly responses: number }[];
    };
    const responses = (wanted: string | null): number =>
      daily.reduce((sum, { id, responses: count }) => sum + (id === wanted ? count : 0), 0);
    expect(['alpha', 'beta', null].map(responses)).toEqual([3, 1, 0]);
  });

  test('status, projects, report and doctor read what a run wrote, by any spelling of a path', async () => {
    const status = await cli(['status', '--json']);
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    const beta = windowsPath(join(workspace.root, 'work/beta')).toLowerCase();
    for (const args of [['status', beta], ['projects'], ['report'], ['history']]) {
      expect(await cli(args)).toMatchObject({ exitCode: 0, stderr: '' });
    }
    expect(await readFile(data('report.html'), 'utf8')).toContain('Alpha');
    const doctor = await cli(['doctor', '--json']);
    expect(doctor).toMatchObject({ exitCode: 0, stderr: '' });
    expect(doctor.stdout).toContain('git 2.45.0');
  });

  test('a wrong configuration ends with one line and its position', async () => {
    await workspace.write('wrong/data/config/sync.json', '{ "projcts": {} }');
    const path = windowsPath(join(workspace.root, 'wrong'));
    const { exitCode, stderr } = await windows.cli(['run', '-w', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${path}\\data\\config\\sync.json:1:3 projcts: unknown key`);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  test('a lock is held while its owner is announced, and taken over at once when its pid is reused, or when it was half released', async () => {
    const lock = data('.sync-lock');
    const killed = windows.node([windowsPath(cliPath), 'run', '-w', windowsPath(workspace.root)]);
    const ownName = await until(async () => {
      const names = await readdir(lock).catch(() => []);
      return names.find((name) => name.startsWith('own.'));
    });
    killed.kill();
    await killed.ended;
    // The process that has the pid now: first the owner itself, then another one.
    const pipe = `\\\\.\\pipe\\sync-runner-${ownName.split('.').at(-1) ?? ''}`;
    const listen = `require('net').createServer().listen(${JSON.stringify(pipe)})`;
    const wait = "process.stdout.write(process.pid + '\\n'); setTimeout(() => {}, 60_000);";
    let name = ownName;
    for (const [script, exitCode] of [
      [`${listen}.on('listening', () => { ${wait} })`, 75],
      [wait, 0],
    ] as const) {
      const holder = windows.node(['-e', script]);
      const pid = (await holder.printed('\n')).trim();
      const renamed = ownName.replace(/^(own\.\d+)\.\d+/, `$1.${pid}`);
      await rename(join(lock, name), join(lock, renamed));
      name = renamed;
      const run = await cli(['run', '--fail-if-locked']);
      holder.kill();
      await holder.ended;
      expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.anything()]);
      const removed = 'Stale lock file detected';
      expect(run.stdout.includes(removed)).toBe(exitCode === 0);
    }
    await mkdir(lock);
    expect(await cli(['run', '--fail-if-locked'])).toMatchObject({ exitCode: 0, stderr: '' });
    await expect(readdir(lock)).rejects.toThrow('ENOENT');
  });

  test('a data file that another program has open is reported after a second, and replaced when it is closed', async () => {
    const path = data('projects.json');
    expect(await cli(['run', '--only', 'projects'])).toMatchObject({ exitCode: 0 });
    await workspace.gitRepository('work/Delta', { 'package.json': '{}' });
    const stop = join(workspace.root, 'stop');
    const holder = windows.node([holdOpen, windowsPath(path), windowsPath(stop)]);
    await holder.printed('open');
    const failed = await cli(['run', '--only', 'projects']);
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain(
      `${windowsPath(path)}: can't be replaced (EPERM): another program has it open`,
    );
    expect(await readFile(path, 'utf8')).not.toContain('Delta');
    await writeFile(stop, '');
    await holder.ended;
    expect(await cli(['run', '--only', 'projects'])).toMatchObject({ exitCode: 0 });
    expect(await readFile(path, 'utf8')).toContain('Delta');
  });

  test('a git that does not finish is ended together with the program that it started', async () => {
    const beats = join(workspace.root, 'beats');
    const text = (script: string): string => JSON.stringify(script);
    const beat = `setInterval(() => require('node:fs').appendFileSync(${text(windowsPath(beats))}, '.'), 20); setTimeout(process.exit, 60_000)`;
    const git = `#!/usr/bin/env node
require('node:child_process').spawn(process.execPath, ['-e', ${text(beat)}], { stdio: 'ignore', detached: true });
setTimeout(() => {}, 60_000);
`;
    await workspace.write('bin/git', git);
    const systemRoot = join(workspace.root, 'system');
    await mkdir(join(systemRoot, 'System32'), { recursive: true });
    await copyFile(windows.paths.node20, join(systemRoot, 'System32/taskkill.exe'));
    const env = {
      SystemRoot: windowsPath(systemRoot),
      NODE_OPTIONS: `--require ${taskkill.replaceAll('\\', '/')}`,
    };
    const path = [join(workspace.root, 'bin'), dirname(windows.paths.node20)];
    const { stdout } = await cli(['doctor'], { env, path });
    expect(stdout).toContain('git was not found or does not start');
    const { size } = await stat(beats);
    expect(size).toBeGreaterThan(0);
    await new Promise((done) => setTimeout(done, 500));
    expect((await stat(beats)).size).toBe(size);
  });

  test('a path whose error is UNKNOWN costs this path alone, in a root, a repository and the logs', async () => {
    await workspace.gitRepository('work/in-the-cloud', { 'package.json': '{}' });
    const cloud = windowsPath(join(workspace.root, 'work/in-the-cloud'));
    await workspace.write('work/Beta/in-the-cloud/new.ts', '');
    const logs = join(windows.home, '.claude/projects/in-the-cloud');
    await mkdir(logs, { recursive: true });
    await writeFile(join(logs, 's.jsonl'), '{}\n');
    const preload = windowsPath(
      resolve(import.meta.dirname, '../helpers/windows/unknown-errors.cjs'),
    );
    const run = ['run', '--json', '-w', windowsPath(workspace.root)];
    const { stdout } = await windows.node(['--require', preload, windowsPath(cliPath), ...run])
      .ended;
    const result = (warning: object): object => ({
      outcome: 'success',
      warnings: [{ ...warning, message: expect.stringContaining('UNKNOWN') as string, hint: null }],
    });
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'success',
      run: {
        results: {
          tokens: result({ code: 'log-unreadable', subject: windowsPath(logs) }),
          quality: result({ code: 'file-skipped', subject: 'beta: in-the-cloud' }),
          projects: result({ code: 'directory-unreadable', subject: cloud }),
        },
      },
    });
    const { projects } = (await readJson('projects.json')) as {
      readonly projects: readonly { readonly id: string; readonly state: string }[];
    };
    const states = projects.map(({ id, state }) => [id, state]);
    expect(states).toEqual(
      expect.arrayContaining([
        ['alpha', 'ok'],
        ['beta', 'ok'],
      ]),
    );
    expect(states.filter(([, state]) => state !== 'ok')).toEqual([]);
  });

  test('secrets that other users can read are refused with the command that protects them', async () => {
    await workspace.write('data/config/.env', 'ANTHROPIC_ADMIN_KEY=sk-ant-admin-0123456789\n');
    // icacls of wine saves nothing.
    const icacls = `#!/usr/bin/env node
const [path, , saved] = process.argv.slice(2);
const list = process.env.PATH.includes('shared') ? '(A;ID;0x1200a9;;;BU)' : '(A;ID;FA;;;SY)';
require('node:fs').writeFileSync(saved, '.env\\r\\nD:AI' + list + '\\r\\n', 'utf16le');
`;
    for (const [dir, exitCode] of [
      ['private', 0],
      ['shared', 2],
    ] as const) {
      await workspace.write(`${dir}/icacls`, icacls);
      const path = [join(workspace.root, dir), dirname(windows.paths.node20)];
      const run = await cli(['run', '--only', 'projects'], { path });
      const hint = `icacls "${windowsPath(data('config/.env'))}" /inheritance:r`;
      expect([run.exitCode, run.stderr.includes(hint)]).toEqual([exitCode, exitCode === 2]);
    }
  });
});
