import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claudeCode } from '../../../../../src/syncs/tokens/agents/claude-code/index.ts';
import { writeJsonLines } from '../../../../helpers/agents/agent-sample.ts';
import { agentHome, countsOf, runAgent } from './run-agent.ts';

const common = { timestamp: '2026-11-20T10:00:00.000Z', cwd: '/home/dev/app', isSidechain: false };
const logDir = '-home-dev-app';

interface LineIds {
  readonly uuid: string;
  readonly parentUuid: string | null;
  readonly id?: string;
  readonly requestId?: string;
}

/** A line about a response of a gateway, which has no request id unless one is given. */
const response = (
  input: number,
  output: number,
  { id = 'chatcmpl-1', requestId, ...ids }: LineIds,
): object => ({
  ...common,
  ...ids,
  ...(requestId === undefined ? {} : { requestId }),
  type: 'assistant',
  message: {
    ...{ id, role: 'assistant', model: 'claude-opus-5', content: [] },
    usage: { input_tokens: input, output_tokens: output },
  },
});
const user = (ids: LineIds, more: object = {}): object => ({
  ...common,
  ...ids,
  type: 'user',
  message: { role: 'user', content: 'go on' },
  ...more,
});

const write = (home: string, lines: readonly object[], file = 'a.jsonl'): Promise<void> =>
  writeJsonLines(join(home, '.claude/projects', logDir, file), lines);

describe('a response without a request id', () => {
  const first = response(4987, 1, { uuid: 'a', parentUuid: 'u' });
  const second = response(5000, 800, { uuid: 'b', parentUuid: 'a' });

  test('is one response when its lines follow each other, and the largest counts', async () => {
    await using home = await agentHome();
    await write(home.path, [first]);
    const before = await runAgent('claude-code', home.path);
    await write(home.path, [first, second]);
    const run = await runAgent('claude-code', home.path, { after: before });
    const expected = { responses: 1, input: 5000, output: 800, cacheRead: 0, cacheWrite: 0 };
    expect(countsOf(run)).toEqual(expected);
    expect(run.usage).toEqual((await runAgent('claude-code', home.path)).usage);
  });

  test.each(['system', 'progress', 'attachment'])(
    'is one response when a line of the type %s is in between',
    async (type) => {
      await using home = await agentHome();
      const between = {
        ...common,
        type,
        uuid: 'x',
        parentUuid: 'a',
        content: 'done',
        level: 'info',
      };
      const lines = [first, between, response(5000, 800, { uuid: 'b', parentUuid: 'x' })];
      await write(home.path, lines.slice(0, 2));
      const before = await runAgent('claude-code', home.path);
      await write(home.path, lines);
      const run = await runAgent('claude-code', home.path, { after: before });
      const expected = { responses: 1, input: 5000, output: 800, cacheRead: 0, cacheWrite: 0 };
      expect(countsOf(run)).toEqual(expected);
      expect(run.usage).toEqual((await runAgent('claude-code', home.path)).usage);
    },
  );

  test('ignores blank and broken lines without usage after it', async () => {
    await using home = await agentHome();
    await write(home.path, [first]);
    await appendFile(
      join(home.path, '.claude/projects', logDir, 'a.jsonl'),
      '\n{"type":\n{"usage"\n',
    );
    const { state } = await runAgent('claude-code', home.path);
    expect(state.warnings).toEqual({ json: 1 });
  });

  test('counts once in a fork that copies its lines', async () => {
    await using home = await agentHome();
    await write(home.path, [first, second]);
    await write(home.path, [first, second], 'fork.jsonl');
    expect(countsOf(await runAgent('claude-code', home.path)).responses).toBe(1);
  });

  test.each([
    ['user input is in between', response(5000, 800, { uuid: 'b', parentUuid: 'x' })],
    ['the message id is another one', response(5000, 800, { uuid: 'b', parentUuid: 'a', id: '2' })],
    ['the chain is broken', response(5000, 800, { uuid: 'b', parentUuid: null })],
    [
      'the line in between is of another chain',
      response(5000, 800, { uuid: 'b', parentUuid: 'z' }),
    ],
  ])('is another response when %s', async (_, other) => {
    await using home = await agentHome();
    await write(home.path, [first, user({ uuid: 'x', parentUuid: 'a' }), other]);
    const expected = { responses: 2, input: 9987, output: 801, cacheRead: 0, cacheWrite: 0 };
    expect(countsOf(await runAgent('claude-code', home.path))).toEqual(expected);
  });
});

describe('the tool WebSearch', () => {
  const call = response(10, 20, { uuid: 'a', parentUuid: 'u', requestId: 'req_1' });
  const result = (searchCount: unknown): object =>
    user(
      { uuid: 'r', parentUuid: 'a' },
      { toolUseResult: { query: 'q', results: [], durationSeconds: 2, searchCount } },
    );

  test('costs a cent per search and is not a response', async () => {
    await using home = await agentHome();
    await write(home.path, [call]);
    const before = await runAgent('claude-code', home.path);
    await write(home.path, [call, result(3)]);
    await write(home.path, [call, result(3)], 'fork.jsonl');
    const run = await runAgent('claude-code', home.path, { after: before });
    expect(run.usage?.totals).toMatchObject({
      ...{ responses: 1, costUsd: '0.030550', searchCostUsd: '0.030000' },
      tokens: { input: 10, output: 20, webSearches: 3 },
    });
    expect(run.usage).toEqual((await runAgent('claude-code', home.path)).usage);
  });

  test.each([-1, 1.5, '3', null, {}])('an invalid search count of %j is skipped', async (value) => {
    await using home = await agentHome();
    await write(home.path, [call, result(value)]);
    const run = await runAgent('claude-code', home.path);
    expect(run.usage?.totals).toMatchObject({ responses: 1, tokens: { webSearches: 0 } });
    expect(run.state.warnings).toEqual(value === null ? {} : { usage: 1 });
  });
});

describe('local agents of Claude Desktop', () => {
  const session = 'local-agent-mode-sessions/account/workspace/local_1/.claude/projects';
  test.each([
    ['linux', '.config/Claude', {}],
    ['darwin', 'Library/Application Support/Claude', {}],
    ['darwin', 'Library/Application Support/Claude-3p', {}],
    ['win32', 'AppData/Roaming/Claude', {}],
    ['win32', 'AppData/Local/Packages/Claude_abc/LocalCache/Roaming/Claude', {}],
    ['linux', 'config/Claude', { XDG_CONFIG_HOME: 'config' }],
    ['win32', 'roaming/Claude', { APPDATA: 'roaming' }],
  ] as const)('their logs are found on %s in %s', async (platform, path, variables) => {
    await using home = await agentHome();
    const root = join(home.path, path, session);
    await mkdir(root, { recursive: true });
    const env = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, join(home.path, value)]),
    );
    const system = { env, home: home.path, platform };
    expect(claudeCode.locations({ directories: [], system })).toContainEqual({
      path: join(home.path, path),
      root,
    });
  });

  test('their logs count with their project, and the audit log beside them does not', async () => {
    await using home = await agentHome();
    const line = response(10, 20, { uuid: 'a', parentUuid: 'u', requestId: 'req_1' });
    const root = join(home.path, '.config/Claude', session);
    await writeJsonLines(join(root, logDir, 'a.jsonl'), [line]);
    const other = response(1, 2, { uuid: 'b', parentUuid: 'u', requestId: 'r', id: 'other' });
    await writeJsonLines(join(root, '../../audit.jsonl'), [other]);
    const run = await runAgent('claude-code', home.path);
    expect(run.usage?.projects).toMatchObject([
      { logDir, projectPath: '/home/dev/app', responses: 1 },
    ]);
  });
});
