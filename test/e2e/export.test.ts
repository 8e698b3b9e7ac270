import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const exported = (workspace: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(['export', ...args], { cwd: workspace.root });

/** Returns the rows as Python's csv module reads them. */
const asPythonReads = (csv: string): readonly (readonly string[])[] =>
  JSON.parse(
    execFileSync(
      'python3',
      [
        '-c',
        'import csv,io,json,sys; print(json.dumps(list(csv.reader(io.TextIOWrapper(sys.stdin.buffer, "utf-8", newline="")))))',
      ],
      { input: csv, encoding: 'utf8' },
    ),
  ) as readonly (readonly string[])[];

describe('export', () => {
  test('writes projects as CSV and keeps hostile names text', async () => {
    await using workspace = await temporaryWorkspace();
    const names = ['=HYPERLINK("http:x","y")', '@sum', 'a,b "c"', 'line\nbreak', '日本語'];
    for (const name of names) await workspace.write(`code/${name}/package.json`, '{}');
    await runCli(['run', '-q'], { cwd: workspace.root });
    const { stdout, stderr, exitCode } = await exported(workspace, '--csv', 'projects');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const [header = [], ...rows] = asPythonReads(stdout);
    expect(header.slice(0, 5)).toEqual(['id', 'name', 'path', 'kind', 'state']);
    expect(rows.every((row) => row.length === header.length)).toBe(true);
    expect(rows.map(([, name]) => name).toSorted()).toEqual(
      ['\'=HYPERLINK("http:x","y")', "'@sum", 'a,b "c"', 'line break', '日本語'].toSorted(),
    );
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f]/);
  });

  test('writes tokens, runs and histories as CSV, or as one document with --json', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.gitRepository('code/alpha', { 'a.js': '// TODO: one\n' });
    await runCli(['run', '-q'], { cwd: workspace.root });
    for (const [what, column, count] of [
      ['tokens', 'costUsd', 0],
      ['runs', 'outcome', 1],
      ['projects-history', 'branch', 1],
      ['quality-history', 'todos', 1],
    ] as const) {
      const [header = [], ...rows] = asPythonReads((await exported(workspace, what)).stdout);
      expect(header).toContain(column);
      expect(rows).toHaveLength(count);
      const document = JSON.parse((await exported(workspace, what, '--json')).stdout) as {
        rows: readonly object[];
      };
      expect(document).toMatchObject({ schemaVersion: 1, what });
      expect(
        document.rows.map((row) => Object.values(row).map((value) => String(value ?? ''))),
      ).toEqual(rows);
    }
  });

  test('rejects an unknown name and lists the valid ones', async () => {
    await using workspace = await temporaryWorkspace();
    const { stderr, exitCode } = await exported(workspace, 'everything');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Expected one of projects, tokens, costs, runs');
  });
});
