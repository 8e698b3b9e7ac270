import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { UserError } from '../../../src/util/errors.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { workspaceAt } from '../../../src/config/workspace.ts';

/** Returns the errors in a configuration as `line:column key: message`, without the path. */
async function errorsIn(text: string): Promise<readonly string[]> {
  await using workspace = await temporaryWorkspace();
  await workspace.write('data/config/sync.json', text);
  try {
    await readConfig(workspace.paths);
    return [];
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'config') throw error;
    return error.message.split('\n').map((line) => line.replace(`${workspace.paths.config}:`, ''));
  }
}

describe('readConfig', () => {
  test('returns a default for every key when the file does not exist', async () => {
    const config = await readConfig(workspaceAt('/nonexistent'));
    expect(config).toMatchObject({
      intervalMinutes: 15,
      syncs: ['tokens', 'quality', 'projects'],
      timeoutMinutes: 10,
      retries: 2,
      lock: { staleMinutes: 60 },
      history: { retentionMonths: 6 },
      projects: { roots: ['..'], maxDepth: 4, exclude: [], include: [] },
      quality: { todo: { tags: ['TODO', 'FIXME'], extensions: null } },
      tokens: { agents: { 'claude-code': { enabled: true, directories: [] } }, timeZone: 'UTC' },
    });
  });

  test('accepts comments, trailing commas and a byte order mark', async () => {
    expect(await errorsIn('\uFEFF// hello\n{ "intervalMinutes": 5, /* five */ }')).toEqual([]);
  });

  test.each(['"15"', '0', '7.5', '1441', 'true', 'null', '[]'])(
    'rejects %s as an interval',
    async (value) => {
      expect(await errorsIn(`{\n  "intervalMinutes": ${value}\n}`)).toEqual([
        `2:22 intervalMinutes: must be an integer from 1 to 1440, not ${value}`,
      ]);
    },
  );

  test.each([
    ['"budget": { "monthly": 0 }', 'budget.monthly: must be a number above 0, not 0'],
    ['"budget": { "monthly": "9" }', 'budget.monthly: must be a number above 0, not "9"'],
    [
      '"budget": { "monthly": 9, "currency": "EUR" }',
      'budget.currency: must be one of "USD", not "EUR"',
    ],
    [
      '"timeZone": "Mars/Base"',
      'timeZone: "Mars/Base" is not an IANA time zone, such as "Europe/Berlin"',
    ],
    [
      '"prices": [{ "model": "m", "input": -1, "output": 2 }]',
      'prices[0].input: must be a number from 0 to 1000000, not -1',
    ],
  ])('rejects tokens with %s', async (text, expected) => {
    const [error, ...others] = await errorsIn(`{ "tokens": { ${text} } }`);
    expect(error).toMatch(/^1:\d+ tokens\./);
    expect(error?.replace(/^\S+ tokens\./, '')).toBe(expected);
    expect(others).toEqual([]);
  });

  test('reports all errors at once, each with line, column and key', async () => {
    const text = [
      '{',
      '  "intervallMinutes": 5,',
      '  "retries": -1,',
      '  "syncs": ["tokens", "tockens"],',
      '  "quality": { "lighthouse": { "score": "best" } },',
      '  "projects": { "roots": ["~/a", 3] },',
      '  "tokens": { "timeZone": "Europe/Berlinn" },',
      '  "retries": 1',
      '}',
    ].join('\n');
    expect(await errorsIn(text)).toEqual([
      '2:3 intervallMinutes: unknown key; did you mean "intervalMinutes"?',
      '4:23 syncs[1]: must be one of "tokens", "quality", "projects", not "tockens"',
      '5:41 quality.lighthouse.score: must be one of "mean", "performance", "min", not "best"',
      '6:34 projects.roots[1]: must be a string, not 3',
      '7:27 tokens.timeZone: "Europe/Berlinn" is not an IANA time zone, such as "Europe/Berlin"',
      '8:3 retries: duplicate key',
    ]);
  });

  test('reports line and column of a syntax error', async () => {
    expect(await errorsIn('{\n  "intervalMinutes": 15\n  "retries": 1\n}')).toEqual([
      '3:3: is not valid JSON: comma expected',
    ]);
  });

  test('lists the known keys when none is similar to an unknown key', async () => {
    expect(await errorsIn('{ "history": { "x": 1 } }')).toEqual([
      '1:16 history.x: unknown key; known keys: retentionMonths',
    ]);
  });

  test('reports a missing key at the object that lacks it, without the rest of the file', async () => {
    const text = '{ "notify": { "ping": "$URL" },\n  "tokens": { "prices": [{ "model": "m" }] } }';
    expect(await errorsIn(text)).toEqual([
      '2:26 tokens.prices[0].input: is missing; it must be a number from 0 to 1000000',
      '2:26 tokens.prices[0].output: is missing; it must be a number from 0 to 1000000',
    ]);
  });

  test.each([
    '"fleet": { "url": "postgres://ada:secret@db/fleet" }',
    '"fleet": "postgres://ada:secret@db/fleet"',
    '"notify": "https://example.com/secret"',
  ])('does not print the value of %s', async (text) => {
    const errors = await errorsIn(`{ ${text} }`);
    expect(errors).toHaveLength(1);
    expect(errors.join('\n')).not.toContain('secret');
  });

  test('rejects __proto__ as an unknown key', async () => {
    expect(await errorsIn('{ "__proto__": { "retries": 9 } }')).toHaveLength(1);
  });

  test('rejects a timeout when all syncs together could exceed lock.staleMinutes', async () => {
    expect(await errorsIn('{ "timeoutMinutes": 30 }')).toEqual([
      '1:21 timeoutMinutes: 3 syncs of 30 minutes could exceed lock.staleMinutes (60); lower it, or raise lock.staleMinutes',
    ]);
    expect(await errorsIn('{ "timeoutMinutes": 30, "lock": { "staleMinutes": 90 } }')).toEqual([]);
  });

  test('rejects a schedule whose times are all in the quiet hours', async () => {
    const quiet = '"quietHours": "22:00-07:00"';
    expect(await errorsIn(`{ ${quiet}, "schedule": "*/5 23,0-6 * * *" }`)).toEqual([
      '1:44 schedule: no run would ever start: every time of */5 23,0-6 * * * is in quietHours (22:00-07:00); change one of the two',
    ]);
    expect(await errorsIn(`{ ${quiet}, "syncSchedules": { "tokens": "0 3 * * *" } }`)).toEqual([
      '1:61 syncSchedules.tokens: no run would ever start: every time of 0 3 * * * is in quietHours (22:00-07:00); change one of the two',
    ]);
    expect(await errorsIn(`{ ${quiet}, "schedule": "*/5 23,0-7 * * *" }`)).toEqual([]);
  });

  test('rejects a jitter that is not shorter than the time between two runs', async () => {
    const jitter = '"scheduler": { "jitterSeconds": 300 }';
    const error = (seconds: number): string =>
      `1:35 scheduler.jitterSeconds: must be less than the ${String(seconds)} seconds between two runs; lower it, or let runs start less often`;
    expect(await errorsIn(`{ ${jitter}, "intervalMinutes": 5 }`)).toEqual([error(300)]);
    expect(await errorsIn(`{ ${jitter}, "schedule": "58,59 9 * * *" }`)).toEqual([error(60)]);
    expect(await errorsIn(`{ ${jitter}, "schedule": "0 3 * * *" }`)).toEqual([]);
    expect(await errorsIn(`{ ${jitter}, "intervalMinutes": 6 }`)).toEqual([]);
  });

  test('follows a link and rejects a FIFO without waiting for a writer', async () => {
    await using workspace = await temporaryWorkspace();
    const other = workspaceAt(join(workspace.root, 'other'));
    await mkdir(dirname(other.config), { recursive: true });
    await writeFile(join(workspace.root, 'real.json'), '{ "retries": 7 }');
    await symlink(join(workspace.root, 'real.json'), other.config);
    expect((await readConfig(other)).retries).toBe(7);
    const third = workspaceAt(join(workspace.root, 'third'));
    await mkdir(dirname(third.config), { recursive: true });
    execFileSync('mkfifo', [third.config]);
    await expect(readConfig(third)).rejects.toThrow('is not a regular file');
  });
});
