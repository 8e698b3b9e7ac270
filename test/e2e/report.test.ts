import { chmodSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { StatusFile } from '../../src/schema/status.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const cli = ({ root }: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(args, { cwd: root, env: { HOME: root } });

const pageOf = ({ paths }: TemporaryWorkspace): string => readFileSync(paths.report, 'utf8');

const autoUpdate = { projects: { roots: ['code'] }, report: { autoUpdate: true } };

describe('report', () => {
  test('writes a page from the data of the last run and prints its path', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.js': '// TODO: later\n' });
    await cli(workspace, 'run');
    const { exitCode, stdout, stderr } = await cli(workspace, 'report');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Wrote ${workspace.paths.report} \\(\\d+ KB\\)\n$`));
    expect(pageOf(workspace)).toMatch(/^<!doctype html>\n<html lang="en"/);
    expect(pageOf(workspace)).toContain('No problems');
    expect(pageOf(workspace)).toContain(join(workspace.root, 'code/alpha'));
  });

  test('writes to --output and prints the path and size with --json', async () => {
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

  test('explains how to start when nothing has run yet', async () => {
    await using workspace = await temporaryWorkspace();
    const { exitCode, stderr } = await cli(workspace, 'report');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(pageOf(workspace)).toContain('No run yet');
    expect(pageOf(workspace)).toContain('sync-runner init');
  });

  test('shows errors and how to fix them', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await cli(workspace, 'run');
    await workspace.write('data/quality.json', '{');
    await cli(workspace, 'run');
    const damaged = await cli(workspace, 'report');
    expect(damaged.exitCode).toBe(0);
    expect(damaged.stderr).toContain(`! ${workspace.paths.snapshot('quality')}:1:2: `);
    expect(pageOf(workspace)).toContain('1 error');
    expect(pageOf(workspace)).toContain('fix quality.json, or move it away');

    rmSync(workspace.paths.analytics);
    const { exitCode, stderr } = await cli(workspace, 'report');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('fix: fix quality.json');
  });

  test('opens the page with xdg-open and only warns when that fails', async () => {
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

    await workspace.write(
      'bin/xdg-open',
      '#!/bin/sh\nprintf "links: not found\\nno\u001b[31m display\\n" >&2\nexit 3\n',
    );
    expect(await open()).toMatchObject({
      exitCode: 0,
      stderr: '! the page was not opened: no [31m display\n',
    });
  });

  test('exits 1 and names the path when the output directory is not writable', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('file', '');
    const { exitCode, stderr } = await cli(workspace, 'report', '--output', 'file/report.html');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(join(workspace.root, 'file'));
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('a run with report.autoUpdate', () => {
  test('writes a page that differs in the time of the run only when nothing changed', async () => {
    await using workspace = await temporaryWorkspace(autoUpdate);
    await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await cli(workspace, 'run');
    const before = pageOf(workspace);
    await cli(workspace, 'run');
    const after = pageOf(workspace);
    // Around midnight the day may have changed, and the page with it.
    const day = /data-day="([^"]+)"/;
    if (day.exec(after)?.[1] !== day.exec(before)?.[1]) return;
    const { lastSync } = JSON.parse(readFileSync(workspace.paths.status, 'utf8')) as StatusFile;
    expect(after).toContain(`data-run="${lastSync}"`);
    const withoutTimes = (page: string): string =>
      page.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d\d:\d\d(?= UTC)/g, '');
    expect(withoutTimes(after)).toBe(withoutTimes(before));
    // The report command writes the same bytes.
    await cli(workspace, 'report');
    expect(pageOf(workspace)).toBe(after);
    rmSync(workspace.paths.report);
    await cli(workspace, 'run');
    expect(withoutTimes(pageOf(workspace))).toBe(withoutTimes(before));
  });

  test('rewrites the page when data or health changed', async () => {
    await using workspace = await temporaryWorkspace(autoUpdate);
    const alpha = await workspace.gitRepository('code/alpha', { 'a.js': '' });
    await cli(workspace, 'run');
    expect(pageOf(workspace)).toContain('No problems');
    await alpha.write('b.js', '// TODO: one\n');
    await workspace.write('data/projects.json', '{');
    await cli(workspace, 'run');
    expect(pageOf(workspace)).toContain('1 error');
    expect(pageOf(workspace)).not.toContain('"dirty":true');
    await workspace.write(
      'data/config/sync.json',
      JSON.stringify({ ...autoUpdate, projects: { roots: ['code', 'gone'] } }),
    );
    rmSync(workspace.paths.snapshot('projects'));
    await cli(workspace, 'run');
    expect(pageOf(workspace)).toContain(' warning');
    expect(pageOf(workspace)).toContain('"dirty":true');
  });

  test('does not write the page when the option is not set', async () => {
    await using workspace = await temporaryWorkspace();
    await cli(workspace, 'run');
    expect(existsSync(workspace.paths.report)).toBe(false);
  });
});
