import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.ts';

/** Without the capabilities by which root reads every directory. */
const withoutCapabilities =
  process.getuid?.() === 0 ? ['setpriv', '--inh-caps', '-all', '--bounding-set', '-all'] : [];

describe('init without roots', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sync-runner-init-home-'));
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const configPath = (): string => join(home, '.local/share/sync-runner/data/config/sync.json');
  const rootsOf = (): string | undefined =>
    /^ *"roots": .*$/m.exec(readFileSync(configPath(), 'utf8'))?.[0].trim();
  const write = (path: string, text = ''): void => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  const addRepository = (path: string): void => {
    write(join(path, '.git/HEAD'), 'ref: refs/heads/main\n');
    for (const dir of ['objects', 'refs']) mkdirSync(join(home, path, '.git', dir));
  };
  const init = (...args: readonly string[]): Promise<CliResult> =>
    runCli(['init', ...args], { env: { HOME: home }, prefix: withoutCapabilities });
  const longestLine = (text: string): number =>
    Math.max(...text.split('\n').map((line) => line.length));

  test('proposes the usual directories with repositories and reports what it found', async () => {
    for (const name of ['web-app', 'api', 'acme/billing']) addRepository(`Code/${name}`);
    addRepository('go/src/github.com/ada/lib');
    addRepository('Documents/GitHub/site');
    addRepository('dotfiles');
    addRepository('.hidden');
    addRepository('music/tracker');
    mkdirSync(join(home, 'src'));
    mkdirSync(join(home, 'elsewhere'));
    symlinkSync(join(home, 'elsewhere'), join(home, 'dev'));
    write('.claude/projects/-code-api/session.jsonl', '{}\n');
    write('.codex/sessions/2026/11/01/rollout-1.jsonl', '{}\n');
    mkdirSync(join(home, '.config/Cursor'), { recursive: true });

    const { exitCode, stdout, stderr } = await init();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [head, ...lines] = stdout.split('\n');
    expect(head).toBe(`Wrote ${configPath()}`);
    expect(longestLine(lines.join('\n'))).toBeLessThanOrEqual(80);
    const text = lines.join('\n');
    expect(text).toContain(
      [
        'Roots     ~/Code: 3 repositories',
        '          ~/go/src: 1 repository',
        '          ~/Documents/GitHub: 1 repository',
        '          ~/dotfiles: 1 repository',
        'Skipped   ~/dev is a link; if it contains projects, add it to projects.roots',
        'Agents    Claude Code (1 log), Codex (1 log)',
        'Unknown   usage of Cursor: no token counts on disk, see sync-runner doctor',
        'Git       /',
      ].join('\n'),
    );
    expect(text).toMatch(/^Schedule {2}\S/m);
    const next = ['run', 'report --open', 'install-schedule'];
    expect(text).toMatch(`Next:\n${next.map((command) => `  sync-runner ${command}\n`).join('')}`);
    expect(rootsOf()).toBe('"roots": ["~/Code", "~/go/src", "~/Documents/GitHub", "~/dotfiles"],');

    const before = readFileSync(configPath(), 'utf8');
    expect(await init()).toMatchObject({ exitCode: 2, stdout: '' });
    expect(readFileSync(configPath(), 'utf8')).toBe(before);

    // The next command of the output works, and finds as many repositories.
    const { stdout: ran } = await runCli(['run'], { env: { HOME: home } });
    expect(ran).toContain('Projects: 6\n');

    rmSync(configPath());
    const document: unknown = JSON.parse((await init('--json')).stdout);
    expect(document).toMatchObject({
      schemaVersion: 1,
      config: configPath(),
      roots: ['~/Code', '~/go/src', '~/Documents/GitHub', '~/dotfiles'],
      repositories: [3, 1, 1, 1],
      skipped: [{ path: '~/dev', reason: 'link' }],
      agents: [
        { name: 'claude-code', title: 'Claude Code', logs: 1 },
        { name: 'codex', title: 'Codex', logs: 1 },
      ],
      agentsWithoutLogs: ['Cursor'],
    });
    expect(document).toHaveProperty('git', expect.stringMatching(/^\/.*git$/));
    expect(document).toHaveProperty('scheduler.reason', expect.stringMatching(/./));
  });

  test('writes nothing and prints what to do in an empty home directory', async () => {
    expect(await init()).toEqual({
      exitCode: 2,
      signal: null,
      stdout: '',
      stderr:
        'error: no git repository found in ~/code, ~/src, ~/projects, ~/dev, ~/work, ~/repos, …; ' +
        'nothing was written\n' +
        '  fix: sync-runner init DIRECTORY…, with the directories that contain your projects\n',
    });
    expect(existsSync(join(home, '.local'))).toBe(false);
    // A directory without repositories is accepted when the user names it.
    mkdirSync(join(home, 'later'));
    const { exitCode, stdout } = await init(join(home, 'later'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Roots     ~/later: no repository\n');
    expect(stdout).toContain('Agents    no logs found;');
    expect(longestLine(stdout.slice(stdout.indexOf('\n') + 1))).toBeLessThanOrEqual(80);
  });

  test('proposes the current directory when only that contains repositories', async () => {
    addRepository('here/api');
    const empty = join(home, 'empty');
    mkdirSync(empty);
    const options = { cwd: join(home, 'here'), env: { HOME: empty } };
    const { stdout } = await runCli(['init', '--json'], options);
    expect(JSON.parse(stdout)).toMatchObject({ roots: [join(home, 'here')], repositories: [1] });
  });

  test('reports unreadable directories and a missing git', async () => {
    addRepository('code/api');
    mkdirSync(join(home, 'code/closed'));
    mkdirSync(join(home, 'work'));
    mkdirSync(join(home, '.claude/projects'), { recursive: true });
    const closed = ['code/closed', 'work', '.claude/projects'].map((path) => join(home, path));
    for (const path of closed) chmodSync(path, 0);
    const [setpriv = '', ...options] = withoutCapabilities;
    const { exitCode, stdout } = await runCli(['init'], {
      env: { HOME: home, PATH: '/nonexistent' },
      prefix: setpriv === '' ? [] : [`/usr/bin/${setpriv}`, ...options],
    });
    for (const path of closed) chmodSync(path, 0o700);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('~/code: 1 repository or more, not searched completely\n');
    expect(stdout).toContain("Skipped   ~/work can't be read completely\n");
    expect(stdout).toContain("Claude Code (can't be read, see sync-runner doctor)\n");
    expect(stdout).toContain('Git       not found, and every run needs it:');
    expect(stdout).toMatch(/Schedule {2}no usable scheduler: /);
    expect(longestLine(stdout.slice(stdout.indexOf('\n') + 1))).toBeLessThanOrEqual(80);
  });
});
