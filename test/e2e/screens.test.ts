import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliPath, runCli } from '../helpers/cli.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { git, setAge, temporaryWorkspace, type TemporaryWorkspace } from '../helpers/workspace.ts';

let workspace: TemporaryWorkspace;

beforeAll(async () => {
  workspace = await temporaryWorkspace();
  await workspace.gitRepository('code/calm', { 'a.js': '// TODO: one\n' });
  for (const name of [
    '日本語プロジェクトのとても長い名前',
    'a-project-with-a-name-that-is-too-long-for-forty-columns',
  ]) {
    const changed = await workspace.gitRepository(`code/${name}`, { 'a.js': '' });
    await changed.write('b.js', '');
    await setAge(join(changed.path, 'b.js'), 20);
  }
  const hostile = await workspace.gitRepository('code/\u001b[31mred\u0007', { 'a.js': '' });
  git(hostile.path, 'commit', '-q', '--allow-empty', '-m', '\u001b]0;title\u0007\u001b[2Jgone');
  await workspace.write('code/broken/.git/HEAD', 'nonsense');
  for (const folder of readdirSync(join(workspace.root, 'code'))) {
    if (folder !== 'broken') commitAnew(join(workspace.root, 'code', folder));
  }
  await runCli(['run', '-q'], { cwd: workspace.root });
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** Makes the ages on the screens independent of the time of the test. */
function commitAnew(folder: string): void {
  const date = new Date(Date.now() - 20 * 86_400_000 - 3_600_000).toISOString();
  execFileSync(
    'git',
    [
      '-c',
      'user.name=Ada Example',
      '-c',
      'user.email=ada@example.com',
      'commit',
      '-q',
      '--amend',
      '--no-edit',
      '--allow-empty',
      '--date',
      date,
    ],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_COMMITTER_DATE: date },
    },
  );
}

/** Replaces what depends on the day, the machine and the run. */
const steady = (text: string): string =>
  text
    .replaceAll(workspace.root, '/workspace')
    .replace(/\d+ days ago/g, 'N days ago')
    .replace(/\b[0-9a-f]{8}\b/g, 'abcd1234')
    .replace(/^\d\d:\d\d/gm, 'HH:MM')
    .replace(/[\d.]+ (ms|s|min) ago \([\d.]+ m?s\)/g, 'now (fast)')
    .replace(/[\d.]+ (ms|s|min)\s+ago/g, 'now')
    // Whether they are broken depends on the time before.
    .replace(/(\d)\s+(warnings?)/g, '$1 $2')
    .replace(/in \d+ min, \S+/g, 'in N min, HH:MM')
    .replace(/completed in \d+ms/, 'completed in Nms');

/** Returns the screen of a terminal after a command, and the raw output. */
async function screenOf(columns: number, ...args: readonly string[]): Promise<string> {
  using terminal = openTerminal({
    columns,
    command: ['sh', '-c', '"$@"; printf "<%s>" end', 'sh', process.execPath, cliPath, ...args],
    cwd: workspace.root,
  });
  return steady((await terminal.waitFor(/<end>/)).replace(/\n*<end>$/, ''));
}

describe.each([80, 40])('on a terminal of %d columns', (columns) => {
  test.each([
    [['status']],
    [['projects']],
    [['projects', '--sort', 'todos']],
    [['projects', '--columns', 'todos,name,kind,ahead,stack,tags,state']],
    [['status', 'calm']],
    [['history', 'quality', '--limit', '2']],
  ])('%j looks as it did', async (args) => {
    const screen = await screenOf(columns, ...args);
    const name = `${args.join('-')}-${String(columns)}`.replace(/[^\w-]+/g, '');
    await expect(`${screen}\n`).toMatchFileSnapshot(`../fixtures/screens/${name}.txt`);
  });
});

test.each([80, 60, 40])(
  'no line is wider than a terminal of %d columns, except commands and words that cannot be broken',
  async (columns) => {
    const commands = [
      ...['status', 'status --verbose', 'status broken', 'projects', 'today', 'cost', 'history'],
      ...['history --limit all', 'history projects', 'doctor', 'help', 'help history'],
      ...['help environment', 'help exit-codes', 'help files', 'help json'],
    ];
    const wide: string[] = [];
    for (const words of commands) {
      using terminal = openTerminal({
        columns,
        command: [
          ...['sh', '-c', `"$@" ${words}; printf "<%s>" end`, 'sh'],
          ...[process.execPath, cliPath],
        ],
        cwd: workspace.root,
      });
      const screen = (await terminal.waitFor(/<end>/)).replace(/\n*<end>$/, '');
      expect(screen).not.toBe('');
      wide.push(...screen.split('\n').filter((line) => isTooWide(line, columns)));
    }
    expect(wide).toEqual([]);
  },
  60_000,
);

function isTooWide(line: string, columns: number): boolean {
  const isCommand = /^\s*(fix: |\$ |Usage: )/.test(line);
  return stringWidth(line) > columns && !isCommand && line.trim().includes(' ');
}

test('status prints colours on a terminal, and the same text without them with NO_COLOR or --no-color', async () => {
  const colors = async (env: Record<string, string>, ...args: string[]): Promise<boolean> => {
    using terminal = openTerminal({
      columns: 80,
      command: [
        'sh',
        '-c',
        '"$@"; printf "<%s>" end',
        'sh',
        process.execPath,
        cliPath,
        'status',
        ...args,
      ],
      cwd: workspace.root,
      env,
    });
    await terminal.waitFor(/<end>/);
    return terminal.screen({ colors: true }).includes('\u001b[3');
  };
  expect(await colors({})).toBe(true);
  expect(await colors({ NO_COLOR: '1' })).toBe(false);
  expect(await colors({ FORCE_COLOR: '0' })).toBe(false);
  expect(await colors({}, '--no-color')).toBe(false);
  expect(await colors({ NO_COLOR: '1' }, '--color')).toBe(true);
});

test.each([['status'], ['projects'], ['history'], ['export']])(
  '%s prints no control characters but line ends and tabs into a pipe, and none in colour',
  async (command) => {
    const { stdout, stderr } = await runCli([command], { cwd: workspace.root });
    expect(stderr).toBe('');
    expect(stdout.replace(/\r\n|[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
    const forced = await runCli([command], { cwd: workspace.root, env: { FORCE_COLOR: '1' } });
    if (command === 'status') expect(forced.stdout).toContain('\u001b[3');
  },
);

test('run --scheduled prints nothing, and run without a terminal prints one line per event', async () => {
  const scheduled = await runCli(['run', '--scheduled'], { cwd: workspace.root });
  expect(scheduled).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  const { stdout } = await runCli(['run'], { cwd: workspace.root });
  expect(steady(stdout)).toBe(
    'Starting sync: tokens...\n' +
      'ANTHROPIC_ADMIN_KEY or ANTHROPIC_ORG_ID not set — skipping token sync\n' +
      'Synced 0 token entries (kept 0 manual entries)\n' +
      'Starting sync: quality...\nSynced quality for 5 projects\n' +
      'Starting sync: projects...\nUpdated 4 projects, added 0 new projects\n' +
      '✓ All syncs completed in Nms\n' +
      'Projects: 5\nChanged: nothing\nCost: unknown, no usage was found\n' +
      "Needs you: broken: can't be read (broken-repository); " +
      'a-project-with-a-name-that-is-too-long-for-forty-columns: 1 uncommitted change, the oldest 20 days old; 1 more\n' +
      '  fix: git -C /workspace/code/broken fsck\n' +
      '  fix: git -C /workspace/code/a-project-with-a-name-that-is-too-long-for-forty-columns status\n' +
      'Next: sync-runner today\n',
  );
});
