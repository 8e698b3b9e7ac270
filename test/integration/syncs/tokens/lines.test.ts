import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answer, claudeCode, temporaryHome, type Told } from './collecting.ts';

const text = JSON.stringify;

/** Runs the sync over one log of the given lines. */
async function toldOf(
  lines: readonly (object | string)[],
  folder = '-home-dev-app',
): Promise<Told> {
  await using home = await temporaryHome();
  await home.writeLog(`${folder}/a.jsonl`, lines);
  return await home.collect();
}

describe('a line counts', () => {
  test.each([
    ['after a byte order mark', `\ufeff${text(answer())}`],
    ['before a carriage return', `${text(answer())}\r`],
    ['after blank lines', `\n \r\n\n${text(answer())}`],
    ['with spaces around what it says', text(answer(), null, 1).replaceAll('\n', ' ')],
    [
      'with a null in tool input',
      text({ ...answer(), toolUse: { id: null, cwd: null, model: null } }),
    ],
    ['with half of a surrogate pair', text({ ...answer(), cut: '\ud83d' })],
    ['with microseconds', text(answer({ at: '2026-11-20T10:00:00.123456Z' }))],
    ['with a time zone of its own', text(answer({ at: '2026-11-20T12:00:00+02:00' }))],
    ['with nulls for what was not used', text(answer({ usage: nulls() }))],
  ])('%s', async (_, line) => {
    const told = await toldOf([line]);
    expect(told.snapshot.daily).toMatchObject([{ date: '2026-11-20', responses: 1 }]);
    expect(told.snapshot.sources['claude-code']?.warnings).toEqual({});
  });
});

function nulls(): object {
  return {
    input_tokens: 1,
    output_tokens: 10,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: null,
    cache_creation: null,
    server_tool_use: null,
    speed: null,
    service_tier: null,
    iterations: null,
  };
}

test('bytes that are no UTF-8 do not hide a line', async () => {
  await using home = await temporaryHome();
  await home.writeLog('-home-dev-app/a.jsonl', []);
  const [before = '', behind = ''] = text({ ...answer(), cut: '@' }).split('@');
  const parts = [Buffer.from(before), Buffer.from([0xf0, 0x9f]), Buffer.from(`${behind}\n`)];
  await writeFile(join(home.projects, '-home-dev-app', 'a.jsonl'), Buffer.concat(parts));
  expect(claudeCode(await home.collect()).responses).toBe(1);
});

describe('a line is left out and counted', () => {
  const usage = (changes: object): object => ({ input_tokens: 1, output_tokens: 2, ...changes });
  test.each([
    ['json', 'no JSON', `{"usage":{"input_tokens":5`],
    ['usage', 'a negative count', answer({ usage: usage({ output_tokens: -1 }) })],
    ['usage', 'a fraction', answer({ usage: usage({ input_tokens: 1.5 }) })],
    ['usage', 'a text for a count', answer({ usage: usage({ cache_read_input_tokens: '7' }) })],
    ['usage', 'more than can be told exactly', answer({ usage: usage({ input_tokens: 2 ** 53 }) })],
    ['usage', 'a list for an object', answer({ usage: usage({ cache_creation: [] }) })],
    ['usage', 'an object for a list', answer({ usage: usage({ iterations: {} }) })],
    [
      'usage',
      'a broken call inside',
      answer({ usage: usage({ iterations: [{ type: 'compaction', input_tokens: -1 }] }) }),
    ],
    ['model', 'no model', answer({ model: '' })],
    ['timestamp', 'no time', answer({ at: 'yesterday' })],
    ['timestamp', 'no day of the calendar', answer({ at: '2026-13-41T10:00:00Z' })],
    ['timestamp', 'a time without a zone', answer({ at: '2026-11-20T10:00:00' })],
    ['id', 'nothing to know it by', answer({ id: null, requestId: null, uuid: '' })],
    ['id', 'an id of a kilometre', answer({ id: 'x'.repeat(201) })],
  ])('by %s: %s', async (kind, _, line) => {
    const told = await toldOf([line, answer({ id: 'other' })]);
    expect(claudeCode(told).responses).toBe(1);
    expect(told.snapshot.sources['claude-code']?.warnings).toEqual({ [kind]: 1 });
  });
});

describe('cache writes', () => {
  test.each([
    ['without a split', { cache_creation_input_tokens: 30 }, 30, 0],
    ['with an empty split', { cache_creation_input_tokens: 30, cache_creation: {} }, 30, 0],
    ['split in two', { cache_creation_input_tokens: 30, cache_creation: split(10, 20) }, 10, 20],
    ['split in part', { cache_creation_input_tokens: 30, cache_creation: split(0, 20) }, 10, 20],
    ['split without a sum', { cache_creation: split(10, 20) }, 10, 20],
  ])('%s', async (_, usage, cacheWrite5m, cacheWrite1h) => {
    const told = await toldOf([answer({ usage: { input_tokens: 1, output_tokens: 1, ...usage } })]);
    expect(claudeCode(told).tokens).toMatchObject({ cacheWrite5m, cacheWrite1h });
  });

  function split(fiveMinutes: number, oneHour: number): object {
    return { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: oneHour };
  }
});

test('sums stay within what can be told exactly, whatever lines claim', async () => {
  const usage = { input_tokens: Number.MAX_SAFE_INTEGER, output_tokens: 1 };
  const told = await toldOf([answer({ id: 'a', usage }), answer({ id: 'b', usage })]);
  expect(claudeCode(told).tokens.input).toBe(Number.MAX_SAFE_INTEGER);
});

describe('a project', () => {
  const of = (told: Told): readonly unknown[] =>
    told.snapshot.projects.map(({ logDir: dir, projectPath: path, responses }) => [
      dir,
      path,
      responses,
    ]);

  test('is the folder that Claude Code was started in, also for lines from below it', async () => {
    const cwds = ['/home/dev/my.app', '/home/dev/my.app/src/deep', '/home/dev/my-app'];
    const lines = cwds.map((cwd, index) => answer({ id: String(index), cwd }));
    expect(of(await toldOf(lines, '-home-dev-my-app'))).toEqual([
      ['-home-dev-my-app', '/home/dev/my-app', 1],
      ['-home-dev-my-app', '/home/dev/my.app', 2],
    ]);
  });

  test('is not a folder whose name only begins like it', async () => {
    const told = await toldOf([answer({ cwd: '/home/dev/application' })]);
    expect(of(told)).toEqual([['-home-dev-app', null, 1]]);
  });

  test('is told by the log, else by the other logs of the folder, for lines from elsewhere', async () => {
    await using home = await temporaryHome();
    const elsewhere = answer({ id: 'a', cwd: '/tmp' });
    await home.writeLog('-home-dev-app/a.jsonl', [elsewhere, answer({ id: 'b' })]);
    await home.writeLog('-home-dev-app/b.jsonl', [answer({ id: 'c', cwd: null })]);
    expect(of(await home.collect())).toEqual([['-home-dev-app', '/home/dev/app', 3]]);
  });

  test('is unknown where two might be meant', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-my-app/a.jsonl', [
      answer({ id: 'a', cwd: '/home/dev/my.app' }),
      answer({ id: 'elsewhere', cwd: '/tmp' }),
    ]);
    await home.writeLog('-home-dev-my-app/b.jsonl', [answer({ id: 'b', cwd: '/home/dev/my-app' })]);
    await home.writeLog('-home-dev-my-app/c.jsonl', [answer({ id: 'c', cwd: null })]);
    expect(of(await home.collect())).toEqual([
      ['-home-dev-my-app', null, 1],
      ['-home-dev-my-app', '/home/dev/my-app', 1],
      ['-home-dev-my-app', '/home/dev/my.app', 2],
    ]);
  });

  test.each(['/home/dev/проект', '/home/dev/café', '/home/dev/アプリ-é🚀'])(
    'has its name in any script, as bytes or with escapes: %s',
    async (cwd) => {
      const folder = cwd.replace(/[^A-Za-z0-9]/g, '-');
      const escaped = text(answer({ cwd })).replace(
        /[^ -~]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      expect(escaped).toMatch(/^[ -~]*$/);
      for (const line of [answer({ cwd }), escaped]) {
        expect(of(await toldOf([line], folder))).toEqual([[folder, cwd, 1]]);
      }
    },
  );

  test('can not control a terminal by its name', async () => {
    const told = await toldOf(
      [answer({ cwd: '/home/\u001b[31mred\u202e', model: 'a\u009bb' })],
      '-home---31mred-',
    );
    expect(told.snapshot.daily).toMatchObject([
      { project: '/home/\ufffd[31mred\ufffd', model: 'a\ufffdb' },
    ]);
  });
});
