import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../src/commands/registry.ts';
import { globalFlags } from '../../src/commands/flags.ts';
import { runCli } from '../helpers/cli.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

let workspace: TemporaryWorkspace;
const path = (shell: string): string => `${workspace.root}/completion.${shell}`;

beforeAll(async () => {
  workspace = await temporaryWorkspace();
  for (const shell of ['bash', 'zsh', 'fish', 'pwsh']) {
    const { stdout, stderr, exitCode } = await runCli(['completion', shell]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    await workspace.write(`completion.${shell}`, stdout);
  }
});
afterAll(() => workspace[Symbol.asyncDispose]());

const names = commands.map(({ name }) => name);
const long = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? '';

/** Returns the words that bash offers, with an empty PATH. */
function inBash(...words: readonly string[]): readonly string[] {
  const script =
    'script=$1; shift; source "$script"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); PATH=/nonexistent; ' +
    '_sync_runner; printf "%s\\n" "${COMPREPLY[@]}"';
  const output = execFileSync(
    'bash',
    ['-c', script, 'bash', path('bash'), 'sync-runner', ...words],
    {
      cwd: workspace.root,
      encoding: 'utf8',
    },
  );
  return output.trimEnd().split('\n');
}

/** Returns the words that fish offers at the end of a line, without descriptions. */
function inFish(line: string): readonly string[] {
  const output = execFileSync(
    'fish',
    ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', path('fish'), line],
    {
      cwd: workspace.root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: workspace.root, TERM: 'dumb' },
    },
  );
  return output
    .trimEnd()
    .split('\n')
    .map((one) => one.split('\t')[0] ?? '');
}

describe('bash completion', () => {
  test('offers every command, and its flags and the global flags after it', () => {
    expect(inBash('')).toEqual(expect.arrayContaining(names));
    for (const { name, flags } of commands) {
      const expected = [...flags, ...globalFlags].map((flag) => long(flag.flags));
      expect(inBash(name, '--')).toEqual(expect.arrayContaining([...expected, '--help']));
    }
  });

  test.each([
    [['sta'], ['status', 'statusline']],
    [['run', '--only', 'q'], ['quality']],
    [['--json', 'run', '--dry'], ['--dry-run']],
    [['install-schedule', '--target', 'la'], ['launchd']],
    [['install-schedule', '-t', 'la'], ['launchd']],
    [['--workspace', 'co'], ['code']],
    [['export', 'tok'], ['tokens']],
    [['completion', 'z'], ['zsh']],
  ])('completes %j to %j', (words, expected) => {
    expect(inBash(...words)).toEqual(expected);
  });
});

describe('fish completion', () => {
  test.each([
    ['sync-runner sta', ['status', 'statusline']],
    ['sync-runner run --only q', ['quality']],
    ['sync-runner run --dry', ['--dry-run']],
    ['sync-runner install-schedule -t la', ['launchd']],
    ['sync-runner export tok', ['tokens']],
    ['sync-runner --work', ['--workspace']],
  ])('completes %j to %j', (line, expected) => {
    expect(inFish(line)).toEqual(expected);
  });

  test('offers every command', () => {
    expect(inFish('sync-runner ')).toEqual(expect.arrayContaining(names));
  });
});

describe('zsh completion', () => {
  test('completes commands, flags and values in a terminal', async () => {
    await workspace.write(
      '.zshrc',
      `PS1='> '\nautoload -U compinit && compinit -u -D\nsource ${path('zsh')}\nPATH=\n`,
    );
    using terminal = openTerminal({
      columns: 100,
      command: ['zsh', '-d', '-i'],
      cwd: workspace.root,
      env: { ZDOTDIR: workspace.root },
    });
    await terminal.waitFor(/^>$/);
    terminal.type('sync-runner sta', 'Tab');
    await terminal.waitFor(/^> sync-runner status/);
    terminal.type('C-u', 'sync-runner run --onl', 'Tab');
    await terminal.waitFor(/^> sync-runner run --only/);
    terminal.type('q', 'Tab');
    await terminal.waitFor(/^> sync-runner run --only quality/);
    terminal.type('C-u', 'sync-runner -', 'Tab');
    await terminal.waitFor(/--workspace +-w +-- the directory that contains data\//);
  });
});

test('PowerShell completion has balanced quotes and braces and contains every command and flag (not executed)', async () => {
  const { stdout } = await runCli(['completion', 'pwsh']);
  const outside = stdout.replace(/^#.*\n/, '').replace(/'(?:[^']|'')*'|"[^"]*"/g, '');
  expect(outside).not.toMatch(/['"]/);
  const open: string[] = [];
  for (const character of outside.match(/[(){}[\]]/g) ?? []) {
    if ('({['.includes(character)) open.push(character);
    else expect(`${open.pop() ?? ''}${character}`).toMatch(/^(\(\)|\{\}|\[\])$/);
  }
  expect(open).toEqual([]);
  for (const { name, flags } of commands) {
    expect(stdout).toContain(`    '${name}' = '`);
    for (const flag of flags) expect(stdout).toContain(`    '${long(flag.flags)}' = '`);
  }
});

test('completion exits 2 and lists the shells when the shell is unknown', async () => {
  const { stderr, exitCode } = await runCli(['completion', 'tcsh']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("Expected one of bash, zsh, fish, pwsh, not 'tcsh'");
});
