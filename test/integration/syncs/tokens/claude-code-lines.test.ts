import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { responseLine, claudeCodeTotals, temporaryHome, type TokensRun } from './run-tokens.ts';

const toJson = JSON.stringify;

/** Runs the sync with one log of the given lines. */
async function collectLines(
  lines: readonly (object | string)[],
  logDir = '-home-dev-app',
): Promise<TokensRun> {
  await using home = await temporaryHome();
  await home.writeLog(`${logDir}/a.jsonl`, lines);
  return await home.collect();
}

describe('a valid line', () => {
  test.each([
    ['after a byte order mark', `\ufeff${toJson(responseLine())}`],
    ['before a carriage return', `${toJson(responseLine())}\r`],
    ['after blank lines', `\n \r\n\n${toJson(responseLine())}`],
    ['with spaces between its tokens', toJson(responseLine(), null, 1).replaceAll('\n', ' ')],
    [
      'with a null in tool input',
      toJson({ ...responseLine(), toolUse: { id: null, cwd: null, model: null } }),
    ],
    ['with a lone surrogate', toJson({ ...responseLine(), cut: '\ud83d' })],
    ['with microseconds', toJson(responseLine({ at: '2026-11-20T10:00:00.123456Z' }))],
    ['with a time zone offset', toJson(responseLine({ at: '2026-11-20T12:00:00+02:00' }))],
    ['with null for unused fields', toJson(responseLine({ usage: nulls() }))],
  ])('a line is counted %s', async (_, line) => {
    const run = await collectLines([line]);
    expect(run.snapshot.daily).toMatchObject([{ date: '2026-11-20', responses: 1 }]);
    expect(run.snapshot.sources['claude-code']?.warnings).toEqual({});
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

test('a line is counted when it contains invalid UTF-8', async () => {
  await using home = await temporaryHome();
  await home.writeLog('-home-dev-app/a.jsonl', []);
  const [before = '', behind = ''] = toJson({ ...responseLine(), cut: '@' }).split('@');
  const parts = [Buffer.from(before), Buffer.from([0xf0, 0x9f]), Buffer.from(`${behind}\n`)];
  await writeFile(join(home.projects, '-home-dev-app', 'a.jsonl'), Buffer.concat(parts));
  expect(claudeCodeTotals(await home.collect()).responses).toBe(1);
});

describe('an invalid line', () => {
  const usage = (changes: object): object => ({ input_tokens: 1, output_tokens: 2, ...changes });
  test.each([
    ['json', 'invalid JSON', `{"usage":{"input_tokens":5`],
    ['usage', 'a negative count', responseLine({ usage: usage({ output_tokens: -1 }) })],
    ['usage', 'a fraction', responseLine({ usage: usage({ input_tokens: 1.5 }) })],
    [
      'usage',
      'a string as a count',
      responseLine({ usage: usage({ cache_read_input_tokens: '7' }) }),
    ],
    [
      'usage',
      'a count beyond the safe integers',
      responseLine({ usage: usage({ input_tokens: 2 ** 53 }) }),
    ],
    ['usage', 'an array as an object', responseLine({ usage: usage({ cache_creation: [] }) })],
    ['usage', 'an object as an array', responseLine({ usage: usage({ iterations: {} }) })],
    [
      'usage',
      'an invalid iteration',
      responseLine({ usage: usage({ iterations: [{ type: 'compaction', input_tokens: -1 }] }) }),
    ],
    ['model', 'no model', responseLine({ model: '' })],
    ['timestamp', 'a timestamp without digits', responseLine({ at: 'yesterday' })],
    ['timestamp', 'an invalid date', responseLine({ at: '2026-13-41T10:00:00Z' })],
    ['timestamp', 'a timestamp without time zone', responseLine({ at: '2026-11-20T10:00:00' })],
    ['id', 'no id', responseLine({ id: null, requestId: null, uuid: '' })],
    ['id', 'an id of 201 characters', responseLine({ id: 'x'.repeat(201) })],
  ])('a line is skipped with the reason %s when it has %s', async (reason, _, line) => {
    const run = await collectLines([line, responseLine({ id: 'other' })]);
    expect(claudeCodeTotals(run).responses).toBe(1);
    expect(run.snapshot.sources['claude-code']?.warnings).toEqual({ [reason]: 1 });
  });
});

describe('cache writes', () => {
  test.each([
    ['without a breakdown', { cache_creation_input_tokens: 30 }, 30, 0],
    ['with an empty breakdown', { cache_creation_input_tokens: 30, cache_creation: {} }, 30, 0],
    [
      'with a complete breakdown',
      { cache_creation_input_tokens: 30, cache_creation: breakdown(10, 20) },
      10,
      20,
    ],
    [
      'with an incomplete breakdown',
      { cache_creation_input_tokens: 30, cache_creation: breakdown(0, 20) },
      10,
      20,
    ],
    ['with a breakdown but no sum', { cache_creation: breakdown(10, 20) }, 10, 20],
  ])('are read %s', async (_, usage, cacheWrite5m, cacheWrite1h) => {
    const run = await collectLines([
      responseLine({ usage: { input_tokens: 1, output_tokens: 1, ...usage } }),
    ]);
    expect(claudeCodeTotals(run).tokens).toMatchObject({ cacheWrite5m, cacheWrite1h });
  });

  function breakdown(fiveMinutes: number, oneHour: number): object {
    return { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: oneHour };
  }
});

test('sums are limited to the largest safe integer', async () => {
  const usage = { input_tokens: Number.MAX_SAFE_INTEGER, output_tokens: 1 };
  const run = await collectLines([
    responseLine({ id: 'a', usage }),
    responseLine({ id: 'b', usage }),
  ]);
  expect(claudeCodeTotals(run).tokens?.input).toBe(Number.MAX_SAFE_INTEGER);
});

describe('a project', () => {
  const projectsOf = (run: TokensRun): readonly unknown[] =>
    run.snapshot.projects.map(({ logDir: dir, projectPath: path, responses }) => [
      dir,
      path,
      responses,
    ]);

  test('the project of a line is the start directory when its cwd is below it', async () => {
    const cwds = ['/home/dev/my.app', '/home/dev/my.app/src/deep', '/home/dev/my-app'];
    const lines = cwds.map((cwd, index) => responseLine({ id: String(index), cwd }));
    expect(projectsOf(await collectLines(lines, '-home-dev-my-app'))).toEqual([
      ['-home-dev-my-app', '/home/dev/my-app', 1],
      ['-home-dev-my-app', '/home/dev/my.app', 2],
    ]);
  });

  test('the project of a line is unknown when the start directory is only a prefix of its cwd', async () => {
    const run = await collectLines([responseLine({ cwd: '/home/dev/application' })]);
    expect(projectsOf(run)).toEqual([['-home-dev-app', null, 1]]);
  });

  test('the project of a line with another cwd is that of its log, else of the logs in the directory', async () => {
    await using home = await temporaryHome();
    const elsewhere = responseLine({ id: 'a', cwd: '/tmp' });
    await home.writeLog('-home-dev-app/a.jsonl', [elsewhere, responseLine({ id: 'b' })]);
    await home.writeLog('-home-dev-app/b.jsonl', [responseLine({ id: 'c', cwd: null })]);
    expect(projectsOf(await home.collect())).toEqual([['-home-dev-app', '/home/dev/app', 3]]);
  });

  test('the project of a line is unknown when two projects share the log directory', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-my-app/a.jsonl', [
      responseLine({ id: 'a', cwd: '/home/dev/my.app' }),
      responseLine({ id: 'elsewhere', cwd: '/tmp' }),
    ]);
    await home.writeLog('-home-dev-my-app/b.jsonl', [
      responseLine({ id: 'b', cwd: '/home/dev/my-app' }),
    ]);
    await home.writeLog('-home-dev-my-app/c.jsonl', [responseLine({ id: 'c', cwd: null })]);
    expect(projectsOf(await home.collect())).toEqual([
      ['-home-dev-my-app', null, 1],
      ['-home-dev-my-app', '/home/dev/my-app', 1],
      ['-home-dev-my-app', '/home/dev/my.app', 2],
    ]);
  });

  test.each(['/home/dev/проект', '/home/dev/café', '/home/dev/アプリ-é🚀'])(
    'the path of a project is decoded from UTF-8 and from escapes: %s',
    async (cwd) => {
      const dir = cwd.replace(/[^A-Za-z0-9]/g, '-');
      const escaped = toJson(responseLine({ cwd })).replace(
        /[^ -~]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      expect(escaped).toMatch(/^[ -~]*$/);
      for (const line of [responseLine({ cwd }), escaped]) {
        expect(projectsOf(await collectLines([line], dir))).toEqual([[dir, cwd, 1]]);
      }
    },
  );

  test('control characters are removed from projects and models', async () => {
    const run = await collectLines(
      [responseLine({ cwd: '/home/\u001b[31mred\u202e', model: 'a\u009bb' })],
      '-home---31mred-',
    );
    expect(run.snapshot.daily).toMatchObject([
      { project: '/home/\ufffd[31mred\ufffd', model: 'a\ufffdb' },
    ]);
  });
});
