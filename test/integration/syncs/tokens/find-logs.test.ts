import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRegularFileSync } from '../../../../src/util/fs.ts';
import { answer, claudeCode, temporaryHome, type Told } from './collecting.ts';
import { diagnostic } from '../../../../src/util/diagnostic.ts';

const log = '-home-dev-app/a.jsonl';
const dirs = ({ snapshot }: Told): readonly unknown[] =>
  snapshot.projects.map(({ logDir: dir }) => dir);

describe('logs are looked for', () => {
  test.each([
    ['in ~/.claude and ~/.config/claude', {}, ['-home-claude', '-home-config']],
    ['in $XDG_CONFIG_HOME/claude', { XDG_CONFIG_HOME: '@/xdg' }, ['-home-claude', '-home-xdg']],
    ['in $CLAUDE_CONFIG_DIR alone', { CLAUDE_CONFIG_DIR: '@/own' }, ['-home-own']],
    [
      'in a list of folders',
      { CLAUDE_CONFIG_DIR: '@/own, ~/xdg/claude' },
      ['-home-own', '-home-xdg'],
    ],
    ['in a folder with a comma', { CLAUDE_CONFIG_DIR: '@/a,b' }, ['-home-comma']],
  ])('%s', async (_, env, expected) => {
    await using home = await temporaryHome();
    const folders = {
      '.claude': '-home-claude',
      '.config/claude': '-home-config',
      'xdg/claude': '-home-xdg',
      own: '-home-own',
      'a,b': '-home-comma',
    };
    for (const [folder, name] of Object.entries(folders)) {
      await home.writeLog(`../../${folder}/projects/${name}/a.jsonl`, [
        answer({ id: name, cwd: name.replaceAll('-', '/') }),
      ]);
    }
    const own = Object.entries(env).map(([name, value]) => [name, value.replace('@', home.path)]);
    expect(dirs(await home.collect({ env: Object.fromEntries(own) as typeof env }))).toEqual(
      expected,
    );
  });

  test('in the configured directories, wherever else there are some', async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [answer({ id: 'a' })]);
    await home.writeLog('../../one/projects/-one/a.jsonl', [answer({ id: 'b', cwd: '/one' })]);
    await home.writeLog('../../two/projects/-two/a.jsonl', [answer({ id: 'c', cwd: '/two' })]);
    const directories = ['~/one', './two', join(home.path, 'one'), 'none'];
    const told = await home.collect({ options: { claudeCode: { directories } } });
    expect(dirs(told)).toEqual(['-one', '-two']);
    expect(told.warnings).toEqual([
      diagnostic('no-logs', {
        subject: join(home.path, 'none'),
        message: 'contains no logs of Claude Code',
        hint: 'remove it from tokens.claudeCode.directories',
      }),
    ]);
  });

  test('at any depth, by the name of the folder below projects/', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/s/subagents/workflows/w/agent-x.jsonl', [answer()]);
    await home.writeLog('-home-dev-app/s/notes.json', [answer({ id: 'other' })]);
    expect(claudeCode(await home.collect()).responses).toBe(1);
    expect(dirs(await home.collect())).toEqual(['-home-dev-app']);
  });
});

test('without a folder of logs the source is skipped with a message', async () => {
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

describe('links', () => {
  test('to a folder elsewhere are followed, under the name of the link', async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [answer({ id: 'a' })]);
    await home.writeLog('../../elsewhere/deep/b.jsonl', [answer({ id: 'b', cwd: '/moved/app' })]);
    await symlink(join(home.path, 'elsewhere'), join(home.projects, '-moved-app'));
    expect(dirs(await home.collect())).toEqual(['-home-dev-app', '-moved-app']);
  });

  test('are followed after all folders, so that each goes by its own name', async () => {
    await using home = await temporaryHome();
    await home.writeLog('../../.config/claude/projects/-home-dev-app/a.jsonl', [answer()]);
    await mkdir(home.projects, { recursive: true });
    const app = join(home.path, '.config/claude/projects/-home-dev-app');
    await symlink(app, join(home.projects, '-a-link'));
    expect(dirs(await home.collect())).toEqual(['-home-dev-app']);
  });

  test('to folders that are visited anyway change nothing', async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [answer()]);
    const alone = await home.collect();
    await symlink('..', join(home.projects, '-home-dev-app', 'up'));
    await symlink('-home-dev-app', join(home.projects, '-a-link'));
    await symlink('loop', join(home.projects, 'loop'));
    await symlink('nowhere', join(home.projects, 'dangling.jsonl'));
    await mkdir(join(home.path, '.config'));
    await symlink('../.claude', join(home.path, '.config', 'claude'));
    const told = await home.collect();
    expect(told.snapshot.daily).toEqual(alone.snapshot.daily);
    expect(told.snapshot.projects).toEqual(alone.snapshot.projects);
    expect(told.warnings).toMatchObject([
      { code: 'log-unreadable', subject: join(home.projects, 'loop') },
    ]);
  });
});

test('pipes, devices and links in the place of a log are a warning each, and never waited for', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [answer()]);
  execFileSync('mkfifo', [join(home.projects, 'pipe.jsonl')]);
  await symlink('/dev/zero', join(home.projects, 'device.jsonl'));
  await rename(join(home.projects, 'pipe.jsonl'), join(home.projects, 'a\nb\u001b[31m.jsonl'));
  await mkdir(join(home.projects, 'folder.jsonl'));
  const told = await home.collect();
  expect(claudeCode(told).responses).toBe(1);
  expect(told.warnings).toEqual([
    diagnostic('log-unreadable', {
      subject: join(home.projects, 'a\ufffdb\ufffd[31m.jsonl'),
      message: 'is not a regular file',
    }),
    diagnostic('log-unreadable', {
      subject: join(home.projects, 'device.jsonl'),
      message: 'is not a regular file',
    }),
  ]);
  expect(told.snapshot.sources['claude-code']?.warnings).toEqual({ unreadable: 2 });
});

test('a link that has taken the place of a log since it was found is not followed', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [answer()]);
  const link = join(home.projects, 'link.jsonl');
  await symlink(join(home.projects, log), link);
  expect(() => openRegularFileSync(link)).toThrow(`${link}: is a symbolic link`);
});

test.skipIf(process.getuid?.() === 0)(
  'a log or folder without permission is a warning, and the rest is counted',
  async () => {
    await using home = await temporaryHome();
    await home.writeLog(log, [answer({ id: 'a' })]);
    await home.writeLog('-home-dev-app/closed.jsonl', [answer({ id: 'b' })]);
    await home.writeLog('-closed/c.jsonl', [answer({ id: 'c' })]);
    await chmod(join(home.projects, '-home-dev-app/closed.jsonl'), 0);
    await chmod(join(home.projects, '-closed'), 0);
    const told = await home.collect();
    await chmod(join(home.projects, '-closed'), 0o700);
    expect(claudeCode(told).responses).toBe(1);
    expect(told.warnings.map(({ code }) => code)).toEqual(['EACCES', 'EACCES']);
    const again = await home.collect({ previous: told.snapshot, cache: told.cache ?? null });
    expect(again.cache).toBeDefined();
    expect(claudeCode(again).responses).toBe(2);
  },
);

test('the name of a folder can not control a terminal', async () => {
  await using home = await temporaryHome();
  await home.writeLog('a\u001b[31m\u202eb/a.jsonl', [answer()]);
  expect(dirs(await home.collect())).toEqual(['a\ufffd[31m\ufffdb']);
});

test('an empty log and one without a line end say nothing', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, []);
  await writeFile(join(home.projects, '-home-dev-app/b.jsonl'), '{"usage":1');
  const told = await home.collect();
  expect(told.snapshot.daily).toEqual([]);
  expect(told.snapshot.sources['claude-code']).toMatchObject({ status: 'ok', warnings: {} });
});

test('a link that leads to too many folders is one problem, and all that lies beside it is read', async () => {
  await using home = await temporaryHome();
  await home.writeLog(log, [answer({ id: 'own', cwd: '/home/dev/app' })]);
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
