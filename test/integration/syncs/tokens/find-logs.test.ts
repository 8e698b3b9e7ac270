import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnostic } from '../../../../src/util/diagnostic.ts';
import { openRegularFileSync } from '../../../../src/util/fs-sync.ts';
import { responseLine, claudeCodeTotals, temporaryHome, type TokensRun } from './run-tokens.ts';

const log = '-home-dev-app/a.jsonl';
const logDirs = ({ snapshot }: TokensRun): readonly unknown[] =>
  snapshot.projects.map(({ logDir }) => logDir);

describe('locations of logs', () => {
  test.each([
    ['in ~/.claude and ~/.config/claude', {}, ['-home-claude', '-home-config']],
    ['in $XDG_CONFIG_HOME/claude', { XDG_CONFIG_HOME: '@/xdg' }, ['-home-claude', '-home-xdg']],
    ['in $CLAUDE_CONFIG_DIR alone', { CLAUDE_CONFIG_DIR: '@/own' }, ['-home-own']],
    [
      'in a list of directories',
      { CLAUDE_CONFIG_DIR: '@/own, ~/xdg/claude' },
      ['-home-own', '-home-xdg'],
    ],
    ['in a directory with a comma in its name', { CLAUDE_CONFIG_DIR: '@/a,b' }, ['-home-comma']],
  ])('logs are found %s', async (_, env, expected) => {
    await using home = await temporaryHome();
    const dirsByPath = {
      '.claude': '-home-claude',
      '.config/claude': '-home-config',
      'xdg/claude': '-home-xdg',
      own: '-home-own',
      'a,b': '-home-comma',
    };
    for (const [dir, name] of Object.entries(dirsByPath)) {
      await home.writeLog(`../../${dir}/projects/${name}/a.jsonl`, [
        responseLine({ id: name, cwd: name.replaceAll('-', '/') }),
      ]);
    }
    const own = Object.entries(env).map(([name, value]) => [name, value.replace('@', home.path)]);
    expect(logDirs(await home.collect({ env: Object.fromEntries(own) as typeof env }))).toEqual(
      expected,
    );
  });

  test('only the logs in configured directories are found when there are any', async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [responseLine({ id: 'a' })]);
    await home.writeLog('../../one/projects/-one/a.jsonl', [
      responseLine({ id: 'b', cwd: '/one' }),
    ]);
    await home.writeLog('../../two/projects/-two/a.jsonl', [
      responseLine({ id: 'c', cwd: '/two' }),
    ]);
    const directories = ['~/one', './two', join(home.path, 'one'), 'none'];
    const run = await home.collect({ options: { agents: { 'claude-code': { directories } } } });
    expect(logDirs(run)).toEqual(['-one', '-two']);
    expect(run.warnings).toEqual([
      diagnostic('no-logs', {
        subject: join(home.path, 'none'),
        message: 'contains no logs of Claude Code',
        hint: 'remove it from tokens.agents.claude-code.directories',
      }),
    ]);
  });

  test('logs are found at any depth and named after the directory below projects/', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/s/subagents/workflows/w/agent-x.jsonl', [responseLine()]);
    await home.writeLog('-home-dev-app/s/notes.json', [responseLine({ id: 'other' })]);
    expect(claudeCodeTotals(await home.collect()).responses).toBe(1);
    expect(logDirs(await home.collect())).toEqual(['-home-dev-app']);
  });
});

test('Claude Code is skipped with a message when it has no logs', async () => {
  await using home = await temporaryHome();
  const { snapshot, warnings } = await home.collect();
  expect(snapshot.sources['claude-code']).toEqual({
    status: 'skipped',
    message: 'there are no logs of Claude Code',
    coveredFrom: null,
    coveredTo: null,
    unpricedModels: [],
    warnings: {},
  });
  expect(snapshot.totals).toEqual({});
  expect(warnings).toEqual([]);
});

describe('findLogs with links', () => {
  test('a link to a directory is followed and its logs are named after the link', async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [responseLine({ id: 'a' })]);
    await home.writeLog('../../elsewhere/deep/b.jsonl', [
      responseLine({ id: 'b', cwd: '/moved/app' }),
    ]);
    await symlink(join(home.path, 'elsewhere'), join(home.projects, '-moved-app'));
    expect(logDirs(await home.collect())).toEqual(['-home-dev-app', '-moved-app']);
  });

  test('links are followed after directories, so that a directory keeps its own name', async () => {
    await using home = await temporaryHome();
    await home.writeLog('../../.config/claude/projects/-home-dev-app/a.jsonl', [responseLine()]);
    await mkdir(home.projects, { recursive: true });
    const app = join(home.path, '.config/claude/projects/-home-dev-app');
    await symlink(app, join(home.projects, '-a-link'));
    expect(logDirs(await home.collect())).toEqual(['-home-dev-app']);
  });

  test('a link to a visited directory changes nothing', async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [responseLine()]);
    const alone = await home.collect();
    await symlink('..', join(home.projects, '-home-dev-app', 'up'));
    await symlink('-home-dev-app', join(home.projects, '-a-link'));
    await symlink('loop', join(home.projects, 'loop'));
    await symlink('nowhere', join(home.projects, 'dangling.jsonl'));
    await mkdir(join(home.path, '.config'));
    await symlink('../.claude', join(home.path, '.config', 'claude'));
    const run = await home.collect();
    expect(run.snapshot.daily).toEqual(alone.snapshot.daily);
    expect(run.snapshot.projects).toEqual(alone.snapshot.projects);
    expect(run.warnings).toMatchObject([
      { code: 'log-unreadable', subject: join(home.projects, 'loop') },
    ]);
  });
});

test('a pipe or a link with the name of a log is a warning and is never opened', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [responseLine()]);
  execFileSync('mkfifo', [join(home.projects, 'pipe.jsonl')]);
  await symlink('/dev/zero', join(home.projects, 'device.jsonl'));
  await rename(join(home.projects, 'pipe.jsonl'), join(home.projects, 'a\nb\u001b[31m.jsonl'));
  await mkdir(join(home.projects, 'folder.jsonl'));
  const run = await home.collect();
  expect(claudeCodeTotals(run).responses).toBe(1);
  expect(run.warnings).toEqual([
    diagnostic('log-unreadable', {
      subject: join(home.projects, 'a\ufffdb\ufffd[31m.jsonl'),
      message: 'is not a regular file',
    }),
    diagnostic('log-unreadable', {
      subject: join(home.projects, 'device.jsonl'),
      message: 'is a symbolic link, which is followed only to a directory',
    }),
  ]);
  expect(run.snapshot.sources['claude-code']?.warnings).toEqual({ unreadable: 2 });
});

test('a link that has replaced a log since it was found is not followed', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [responseLine()]);
  const link = join(home.projects, 'link.jsonl');
  await symlink(join(home.projects, log), link);
  expect(() => openRegularFileSync(link)).toThrow(`${link}: is a symbolic link`);
});

test.skipIf(process.getuid?.() === 0)(
  'an unreadable log or directory is a warning and the rest is counted (skipped as root)',
  async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [responseLine({ id: 'a' })]);
    await home.writeLog('-home-dev-app/closed.jsonl', [responseLine({ id: 'b' })]);
    await home.writeLog('-closed/c.jsonl', [responseLine({ id: 'c' })]);
    await chmod(join(home.projects, '-home-dev-app/closed.jsonl'), 0);
    await chmod(join(home.projects, '-closed'), 0);
    const run = await home.collect();
    await chmod(join(home.projects, '-closed'), 0o700);
    expect(claudeCodeTotals(run).responses).toBe(1);
    expect(run.warnings.map(({ code }) => code)).toEqual(['log-unreadable', 'log-unreadable']);
    const again = await home.collect({ previous: run.snapshot, cache: run.cache ?? null });
    expect(again.cache).toBeDefined();
    expect(claudeCodeTotals(again).responses).toBe(2);
  },
);

test('control characters are removed from the name of a log directory', async () => {
  await using home = await temporaryHome();
  await home.writeLog('a\u001b[31m\u202eb/a.jsonl', [responseLine()]);
  expect(logDirs(await home.collect())).toEqual(['a\ufffd[31m\ufffdb']);
});

test('an empty log and a log without a newline have no usage', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, []);
  await writeFile(join(home.projects, '-home-dev-app/b.jsonl'), '{"usage":1');
  const run = await home.collect();
  expect(run.snapshot.daily).toEqual([]);
  expect(run.snapshot.sources['claude-code']).toMatchObject({ status: 'success', warnings: {} });
});

test('a link to more than 20,000 directories is one warning and other logs are read', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [responseLine({ id: 'own', cwd: '/home/dev/app' })]);
  const many = join(home.path, 'many');
  for (let number = 0; number < 20_001; number += 1) {
    mkdirSync(join(many, String(number)), { recursive: true });
  }
  await symlink(many, join(home.path, '.claude/projects/everything'));
  const { snapshot, warnings } = await home.collect();
  expect(snapshot.projects).toMatchObject([{ logDir: '-home-dev-app' }]);
  expect(warnings).toMatchObject([
    {
      code: 'log-unreadable',
      message: 'more than 20000 directories behind links; the rest is skipped',
    },
  ]);
});
