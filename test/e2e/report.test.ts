import { chmodSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const cli = ({ root }: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(args, { cwd: root, env: { HOME: root } });

const pageOf = ({ paths }: TemporaryWorkspace): string => readFileSync(paths.report, 'utf8');

const automatic = { projects: { roots: ['code'] }, report: { autoUpdate: true } };

describe('report', () => {
  test('writes a page about what the last run stored, and says where', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.js': '// TODO: later\n' });
    await cli(workspace, 'run');
    const { exitCode, stdout, stderr } = await cli(workspace, 'report');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Wrote ${workspace.paths.report} \\(\\d+ KB\\)\n$`));
    expect(pageOf(workspace)).toMatch(/^<!doctype html>\n<html lang="en"/);
    expect(pageOf(workspace)).toContain('All is well');
    expect(pageOf(workspace)).toContain(join(workspace.root, 'code/alpha'));
  });

  test('writes elsewhere when asked to, and tells it as JSON', async () => {
    await using workspace = await temporaryWorkspace();
    const path = join(workspace.root, 'public folder', 'projects & co.html');
    const { stdout } = await cli(
      workspace,
      'report',
      '--json',
      '--output',
      'public folder/projects & co.html',
    );
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      report: path,
      url: pathToFileURL(path).href,
      bytes: statSync(path).size,
    });
    expect(existsSync(workspace.paths.report)).toBe(false);
  });

  test('is a helpful page before anything has run', async () => {
    await using workspace = await temporaryWorkspace();
    const { exitCode, stderr } = await cli(workspace, 'report');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(pageOf(workspace)).toContain('Nothing has run yet');
    expect(pageOf(workspace)).toContain('sync-runner init');
  });

  test('tells what went wrong, and how to mend it', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await cli(workspace, 'run');
    await workspace.write('data/quality.json', '{');
    await cli(workspace, 'run');
    const damaged = await cli(workspace, 'report');
    expect(damaged.exitCode).toBe(0);
    expect(damaged.stderr).toContain(`! ${workspace.paths.snapshot('quality')}:1:2: `);
    expect(pageOf(workspace)).toContain('1 thing went wrong');
    expect(pageOf(workspace)).toContain('fix quality.json, or move it away');

    rmSync(workspace.paths.analytics);
    const { exitCode, stderr } = await cli(workspace, 'report');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('fix: fix quality.json');
  });

  test('opens the page with the desktop’s own program, and only says so when that fails', async () => {
    await using workspace = await temporaryWorkspace();
    const opened = join(workspace.root, 'opened');
    const opener = join(workspace.root, 'bin', 'xdg-open');
    await workspace.write('bin/xdg-open', `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
    chmodSync(opener, 0o755);
    const env = {
      HOME: workspace.root,
      PATH: `${workspace.root}/bin:${process.env['PATH'] ?? ''}`,
    };
    const open = (): Promise<CliResult> =>
      runCli(['report', '--open'], { cwd: workspace.root, env });
    expect(await open()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(opened, 'utf8')).toBe(workspace.paths.report);

    await workspace.write('bin/xdg-open', '#!/bin/sh\necho "no\u001b[31m display" >&2\nexit 3\n');
    expect(await open()).toMatchObject({
      exitCode: 0,
      stderr: '! the page was not opened: no [31m display\n',
    });
  });

  test('says which folder can’t be written', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('file', '');
    const { exitCode, stderr } = await cli(workspace, 'report', '--output', 'file/report.html');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(join(workspace.root, 'file'));
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('a run with report.autoUpdate', () => {
  test('makes the page, and leaves it alone when nothing changed', async () => {
    await using workspace = await temporaryWorkspace(automatic);
    await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await cli(workspace, 'run');
    const before = { text: pageOf(workspace), at: statSync(workspace.paths.report).mtimeMs };
    await cli(workspace, 'run');
    // Around midnight the day may have changed, and the page with it.
    const day = /data-day="([^"]+)"/;
    if (day.exec(pageOf(workspace))?.[1] !== day.exec(before.text)?.[1]) return;
    expect(statSync(workspace.paths.report).mtimeMs).toBe(before.at);
    // By hand it is the same, to the byte.
    await cli(workspace, 'report');
    expect(pageOf(workspace)).toBe(before.text);
  });

  test('makes it again when something did', async () => {
    await using workspace = await temporaryWorkspace(automatic);
    const alpha = await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await cli(workspace, 'run');
    expect(pageOf(workspace)).toContain('All is well');
    await alpha.write('b.js', '// TODO: one\n');
    await workspace.write('data/projects.json', '{');
    await cli(workspace, 'run');
    expect(pageOf(workspace)).toContain('1 thing went wrong');
    expect(pageOf(workspace)).toContain('data-is=""');
    await workspace.write(
      'data/config/sync.json',
      JSON.stringify({ ...automatic, projects: { roots: ['code', 'gone'] } }),
    );
    rmSync(workspace.paths.snapshot('projects'));
    await cli(workspace, 'run');
    expect(pageOf(workspace)).toContain('thing to look at');
    expect(pageOf(workspace)).toMatch(/data-is="[^"]*dirty"/);
  });

  test('does not make it without', async () => {
    await using workspace = await temporaryWorkspace();
    await cli(workspace, 'run');
    expect(existsSync(workspace.paths.report)).toBe(false);
  });
});
