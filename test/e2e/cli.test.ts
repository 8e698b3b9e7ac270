import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { commands } from '../../src/commands/registry.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

describe('sync-runner', () => {
  test('--version prints the version of the package', async () => {
    expect(await runCli(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: `${packageJson.version}\n`,
      stderr: '',
    });
  });

  test.each([[['--help']], [['help']], [['-h']]])(
    '%j prints a help that fits on one screen',
    async (args) => {
      const { exitCode, stdout, stderr } = await runCli(args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const lines = stdout.split('\n');
      expect(lines.length).toBeLessThanOrEqual(30);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(stdout).toContain('$ sync-runner init ~/code');
    },
  );

  test.each(commands.map(({ name }) => name))(
    'help of %s starts with two examples',
    async (name) => {
      const help = await runCli([name, '--help']);
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
      const [head, ...lines] = help.stdout.split('\n');
      expect(head).toBe('Examples:');
      for (const line of lines.slice(0, 2)) expect(line).toMatch(`  $ sync-runner ${name}`);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(await runCli([name, '-h'])).toEqual(help);
      expect(await runCli(['help', name])).toEqual(help);
      expect((await runCli(['--help'])).stdout).toContain(`\n  ${name} `);
    },
  );

  test('exits 2 and prints the help to stderr when no command is given', async () => {
    const { exitCode, stdout, stderr } = await runCli([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Usage: sync-runner');
    const asJson = await runCli(['--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'usage' } });
  });

  test.each([
    [['rum'], "unknown command 'rum'"],
    [['run', '--onyl', 'tokens'], "unknown option '--onyl'"],
    [
      ['run', '--only', 'tokens,qualty'],
      "Unknown sync 'qualty'. Known: tokens, quality, projects.",
    ],
    [['run', '--wait', 'long'], 'Expected a number of seconds'],
  ])('usage error of %j is one line, and one document with --json', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.match(/error:/g)).toHaveLength(1);
    const asJson = await runCli([...args, '--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'usage' } });
    expect(asJson).toMatchObject({ exitCode: 2, stderr: '' });
  });

  test.each([
    [['projects', 'status', '--srot', 'x'], 'sync-runner projects --help'],
    [['status', 'projects', '--chek'], 'sync-runner status --help'],
    [['-w', 'doctor', 'run', '--onyl'], 'sync-runner run --help'],
    [['--srot', 'projects'], 'sync-runner --help'],
    [['completion', 'tcsh'], 'sync-runner completion --help'],
  ])('usage error hints at the help of the command that was parsed: %j', async (args, hint) => {
    const { exitCode, stderr } = await runCli(args);
    expect(exitCode).toBe(2);
    expect(stderr.split('\n').at(-2)).toBe(`  fix: ${hint}`);
  });

  test('unknown command suggests the command with the most similar name', async () => {
    for (const args of [['statu'], ['help', 'statu']]) {
      const { stdout, stderr, exitCode } = await runCli(args);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      expect(stderr).toContain("unknown command 'statu' (Did you mean status?)");
    }
  });

  test('unknown option suggests the option with the most similar name', async () => {
    const { stderr } = await runCli(['status', '--chek']);
    expect(stderr).toContain('(Did you mean --check?)');
  });
});

describe('init', () => {
  test('writes a commented configuration and its schema, and never overwrites it', async () => {
    await using workspace = await temporaryWorkspace();
    const home = join(workspace.root, 'home');
    await mkdir(join(home, 'my code'), { recursive: true });
    const options = { cwd: home, env: { HOME: home } };
    const first = await runCli(['init', 'my code', '-w', 'here'], options);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    const config = join(home, 'here/data/config/sync.json');
    const text = await readFile(config, 'utf8');
    expect(text).toContain('"roots": ["~/my code"]');
    expect(text).toContain('// ');
    expect(existsSync(join(home, 'here/data/schema/config.schema.json'))).toBe(true);
    await rm(join(home, 'here/data/schema'), { recursive: true });
    const again = await runCli(['init', 'my code', '-w', 'here'], options);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('already exists; nothing was changed');
    expect(existsSync(join(home, 'here/data/schema'))).toBe(false);
    expect(await readFile(config, 'utf8')).toBe(text);
    expect((await runCli(['run', '-w', 'here'], options)).exitCode).toBe(0);
  });

  test('exits 2 and writes nothing when a root does not exist', async () => {
    await using workspace = await temporaryWorkspace();
    const { exitCode, stderr } = await runCli(['init', 'nowhere', '-w', 'x'], {
      cwd: workspace.root,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: nowhere: not a directory');
    expect(existsSync(join(workspace.root, 'x'))).toBe(false);
  });
});

describe('run', () => {
  test('exits 2 before it reads or writes anything when others can read the secrets file', async () => {
    await using workspace = await temporaryWorkspace();
    await workspace.write('data/config/.env', 'ANTHROPIC_ADMIN_KEY=sk-ant-admin01-canary');
    execFileSync('chmod', ['644', workspace.paths.secrets]);
    const { exitCode, stdout, stderr } = await runCli(['run'], { cwd: workspace.root });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`fix: chmod 600 ${workspace.paths.secrets}`);
    expect(stderr).not.toContain('canary');
    expect(existsSync(workspace.paths.status)).toBe(false);
  });
});
