import { cp, mkdir, readFile, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cliPath, runCli, type CliResult } from '../helpers/cli.ts';
import { tokensSnapshot, usageOf } from '../helpers/snapshots.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

const run = (workspace: TemporaryWorkspace, ...args: string[]): Promise<CliResult> =>
  runCli(['run', ...args], { cwd: workspace.root });

/** Returns the lines after the closing line of the run. */
const resultOf = ({ stdout }: CliResult): readonly string[] =>
  stdout.slice(stdout.indexOf('✓')).trimEnd().split('\n').slice(1);

async function workspaceWithRepositories(count: number): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace();
  for (let index = 0; index < count; index += 1) {
    await workspace.gitRepository(`code/p${String(index)}`, { 'a.ts': '// TODO: one\n' });
  }
  return workspace;
}

test('run prints what changed since the previous run: projects, commits, TODOs', async () => {
  await using workspace = await workspaceWithRepositories(3);
  expect(resultOf(await run(workspace))).toEqual([
    'Projects: 3',
    'Changed: 3 new projects',
    'Cost: unknown, no usage was found',
    'Needs you: nothing',
    'Next: sync-runner report --open',
  ]);
  const repository = await workspace.gitRepository('code/p0', { 'b.ts': '// TODO: two\n' });
  repository.git('commit', '-q', '--allow-empty', '-m', 'Second commit');
  await rm(join(workspace.root, 'code/p1'), { recursive: true });
  await workspace.gitRepository('code/p9', {});
  const result = resultOf(await run(workspace));
  expect(result.slice(0, 2)).toEqual([
    'Projects: 3',
    'Changed: 1 more TODO, 1 new project, 1 project vanished, new commits in 1 project',
  ]);
  expect(result.at(-1)).toBe('Next: sync-runner today');
  expect(resultOf(await run(workspace))[1]).toBe('Changed: nothing');
});

test('run prints how many histories of more than 50 repositories later runs will read, until they have', async () => {
  await using workspace = await temporaryWorkspace();
  const repository = await workspace.gitRepository('code/p', {});
  for (let commit = 0; commit < 120; commit += 1) {
    repository.git('commit', '-q', '--allow-empty', '-m', 'Another commit');
  }
  for (let copy = 1; copy <= 50; copy += 1) {
    await cp(repository.path, `${repository.path}${String(copy)}`, { recursive: true });
  }
  expect(resultOf(await run(workspace))[0]).toBe('Projects: 51, the history of 51 not yet read');
  let projects: string | undefined;
  do projects = resultOf(await run(workspace))[0];
  while (projects?.includes('not yet read') === true);
  expect(projects).toBe('Projects: 51');
});

test('run prints the cost of today and of the month, and marks what is unknown', async () => {
  await using workspace = await temporaryWorkspace({
    projects: { roots: ['code'] },
    tokens: { budget: { monthly: 200 } },
  });
  const today = new Date().toISOString().slice(0, 10);
  const bill = { source: 'openai', project: null, costBasis: 'billed' } as const;
  const snapshot = tokensSnapshot(
    [
      usageOf(today, { costUsd: '4.100000' }),
      usageOf(`${today.slice(0, 8)}01`, { ...bill, costUsd: '20.000000' }),
    ],
    `${today.slice(0, 8)}01`,
  );
  await workspace.write('data/tokens.json', JSON.stringify(snapshot));
  const result = resultOf(await run(workspace, '--only', 'projects'));
  expect(result).toContain('Cost: today $4.10, this month $4.10 of $200 (2 %)');
  expect(result.find((line) => line.startsWith('Billed by openai: '))).toMatch(
    /^Billed by openai: today (-|\$20\.00), this month (at least )?\$20\.00 of \$200 \(10 %\)$/,
  );
});

test('run fits its result to a terminal of 40 columns', async () => {
  await using workspace = await workspaceWithRepositories(1);
  await workspace.write('code/p0/new.ts', '');
  const old = new Date(Date.now() - 20 * 86_400_000);
  await utimes(join(workspace.root, 'code/p0/new.ts'), old, old);
  using terminal = openTerminal({
    columns: 40,
    command: ['sh', '-c', '"$@"; printf "<%s>" end', 'sh', process.execPath, cliPath, 'run'],
    cwd: workspace.root,
  });
  const screen = await terminal.waitFor(/<end>/);
  const lines = screen.slice(screen.indexOf('Projects: 1')).split('\n');
  // Commands are not wrapped, so that they can be copied.
  for (const line of lines.filter((one) => !one.startsWith('  fix: '))) {
    expect(line.length).toBeLessThanOrEqual(40);
  }
  expect(screen).toContain('\nNeeds you: p0: 1 uncommitted change');
});

test('run without git fails with one warning and one error for all repositories', async () => {
  await using workspace = await workspaceWithRepositories(5);
  await mkdir(join(workspace.root, 'empty'));
  const env = { PATH: join(workspace.root, 'empty') };
  const { exitCode, stdout, stderr } = await runCli(['run'], { cwd: workspace.root, env });
  expect(exitCode).toBe(1);
  expect(stdout).not.toContain('✓');
  expect(stdout).toContain('\nProjects: 5\n');
  expect(stdout).toMatch(/\nNext: sync-runner doctor\n$/);
  expect(stderr.replace(/\d+ms/, 'Nms')).toBe(
    '! git was not found: p0, p1, p2 and 2 more\n' +
      '✗ projects: git was not found; facts of 5 repositories are unknown or out of date\n' +
      '  fix: install git, or add its directory to PATH\n' +
      '✗ 1 of 3 syncs failed in Nms: projects\n',
  );
  const verbose = await runCli(['run', '--verbose'], { cwd: workspace.root, env });
  expect(verbose.stderr).toContain('! p4: git was not found\n');
  const status = await readFile(workspace.paths.status, 'utf8');
  expect(JSON.parse(status)).toMatchObject({ status: 'error' });
});

test('run fails when a root can not be read and no project is known, and not when one is', async () => {
  await using workspace = await temporaryWorkspace({ projects: { roots: ['nowhere', 'code'] } });
  const { exitCode, stdout, stderr } = await run(workspace);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('\nProjects: none found below projects.roots\n');
  expect(stderr).toContain(
    `✗ projects: no project is known, and the root ${workspace.root}/nowhere can't be read\n`,
  );
  await workspace.gitRepository('code/alpha', {});
  expect((await run(workspace)).exitCode).toBe(0);
  await rm(join(workspace.root, 'code'), { recursive: true });
  expect((await run(workspace)).exitCode).toBe(0);
});

test('run prints that it found no project in an empty root', async () => {
  await using workspace = await temporaryWorkspace();
  const result = resultOf(await run(workspace));
  expect(result[0]).toBe('Projects: none found below projects.roots');
  expect(result.at(-1)).toBe('Next: sync-runner doctor');
});
