import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { commands } from '../../src/commands/registry.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

describe('the command line', () => {
  test('tells its version', async () => {
    expect(await runCli(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: `${packageJson.version}\n`,
      stderr: '',
    });
  });

  test.each([[['--help']], [['help']], [['-h']]])(
    'fits its help into a screen: %j',
    async (args) => {
      const { exitCode, stdout, stderr } = await runCli(args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const lines = stdout.split('\n');
      expect(lines.length).toBeLessThanOrEqual(25);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(stdout).toContain('$ sync-runner init ~/code');
    },
  );

  test.each(commands.map(({ name }) => name))(
    'shows two examples first in the help of %s, whichever way it is asked for',
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

  test('without a command prints the help to stderr and exits with 2', async () => {
    const { exitCode, stdout, stderr } = await runCli([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Usage: sync-runner');
    const asJson = await runCli(['--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'usage' } });
  });

  test.each([
    [['rum'], "unknown command 'rum'"],
    [['run', '--onyl', 'tokens'], "unknown option '--onyl'"],
    [['run', '--only', 'tokens,qualty'], "'qualty' is none of tokens, quality, projects."],
    [['run', '--wait', 'long'], 'It is a number of seconds'],
  ])('refuses %j in one clear line', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.match(/error:/g)).toHaveLength(1);
    const asJson = await runCli([...args, '--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'usage' } });
    expect(asJson).toMatchObject({ exitCode: 2, stderr: '' });
  });

  test('suggests what was probably meant', async () => {
    for (const args of [['statu'], ['help', 'statu']]) {
      const { stdout, stderr, exitCode } = await runCli(args);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      expect(stderr).toContain("unknown command 'statu' (Did you mean status?)");
    }
    const { stderr } = await runCli(['status', '--chek']);
    expect(stderr).toMatch(/\(Did you mean --check\?\)\n {2}fix: sync-runner status --help\n$/);
  });
});

describe('init', () => {
  test('writes a valid, commented configuration with its schema, once', async () => {
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
    const again = await runCli(['init', 'my code', '-w', 'here'], options);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('exists already; nothing was changed');
    expect(await readFile(config, 'utf8')).toBe(text);
    expect((await runCli(['run', '-w', 'here'], options)).exitCode).toBe(0);
  });

  test('finds the folders where people keep their projects', async () => {
    await using workspace = await temporaryWorkspace();
    await mkdir(join(workspace.root, 'home/src'), { recursive: true });
    const env = { HOME: join(workspace.root, 'home') };
    const { stdout } = await runCli(['init', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({
      config: join(env.HOME, '.local/share/sync-runner/data/config/sync.json'),
      roots: ['~/src'],
    });
  });

  test('refuses a root that is not there', async () => {
    await using workspace = await temporaryWorkspace();
    const { exitCode, stderr } = await runCli(['init', 'nowhere', '-w', 'x'], {
      cwd: workspace.root,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: nowhere: is no folder');
    expect(existsSync(join(workspace.root, 'x'))).toBe(false);
  });
});

describe('the secrets file', () => {
  test('that others can read stops the run before anything is done', async () => {
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
