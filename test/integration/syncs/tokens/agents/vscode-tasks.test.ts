import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeLogFile } from '../../../../helpers/agents/agent-sample.ts';
import { agentHome, countsOf, runAgent } from './run-agent.ts';

const extensions = {
  cline: 'saoudrizwan.claude-dev',
  'roo-code': 'rooveterinaryinc.roo-cline',
  'kilo-code': 'kilocode.kilo-code',
} as const;
type TaskAgentName = keyof typeof extensions;

const startMs = Date.parse('2026-11-20T10:00:00Z');
const oldMs = Date.parse('2025-06-01T10:00:00Z');
const dayMs = 24 * 60 * 60_000;

interface TaskOptions {
  readonly editor?: string;
  readonly id?: string;
}

const taskDir = (
  home: string,
  name: TaskAgentName,
  { editor = '.config/Code', id = '1763632800000' }: TaskOptions = {},
): string => join(home, editor, 'User/globalStorage', extensions[name], 'tasks', id);

const writeTask = (
  home: string,
  name: TaskAgentName,
  messages: readonly object[],
  options: TaskOptions = {},
): Promise<void> =>
  writeLogFile(join(taskDir(home, name, options), 'ui_messages.json'), JSON.stringify(messages));

/** Returns the message of a request at a time. */
const request = (ts: number, text: object, more: object = {}): object => ({
  ...{ ts, type: 'say', say: 'api_req_started', text: JSON.stringify(text) },
  ...more,
});
const model = { modelInfo: { providerId: 'anthropic', modelId: 'claude-opus-5', mode: 'act' } };
const plain = { tokensIn: 1000, tokensOut: 200, cacheWrites: 30, cacheReads: 400 };

describe('tokensIn', () => {
  test.each([
    ['cline', 'anthropic', startMs, 1000],
    ['cline', 'openrouter', startMs, 1000],
    ['cline', 'openai', startMs, 570],
    ['cline', 'litellm', startMs, 570],
    ['cline', 'xai', startMs, 570],
  ] as const)(
    'of %s with provider %s contains cached tokens or not',
    async (name, provider, ts, input) => {
      await using home = await agentHome();
      const modelInfo = { providerId: provider, modelId: 'claude-opus-5' };
      await writeTask(home.path, name, [request(ts, plain, { modelInfo })]);
      const expected = { responses: 1, input, output: 200, cacheRead: 400, cacheWrite: 30 };
      expect(countsOf(await runAgent(name, home.path))).toEqual(expected);
    },
  );

  test.each([
    ['roo-code', startMs, 'anthropic', 570],
    ['roo-code', startMs, 'openai', 570],
    ['roo-code', oldMs, 'anthropic', 1000],
    ['roo-code', oldMs, 'openai', 570],
    ['kilo-code', startMs, 'anthropic', 570],
    ['kilo-code', oldMs, 'anthropic', 1000],
  ] as const)(
    'of %s at %i with the protocol %s is %i without cached tokens',
    async (name, ts, apiProtocol, input) => {
      await using home = await agentHome();
      await writeTask(home.path, name, [request(ts, { ...plain, apiProtocol, cost: 1 })]);
      const expected = { responses: 1, input, output: 200, cacheRead: 400, cacheWrite: 30 };
      expect(countsOf(await runAgent(name, home.path))).toEqual(expected);
    },
  );

  test.each(['cline', 'roo-code', 'kilo-code'] as const)(
    'of %s does not contain cached tokens if they are more',
    async (name) => {
      await using home = await agentHome();
      const counts = { tokensIn: 12, tokensOut: 200, cacheWrites: 30, cacheReads: 400, cost: 1 };
      const modelInfo = { providerId: 'openai', modelId: 'gpt-5.5' };
      await writeTask(home.path, name, [request(startMs, counts, { modelInfo })]);
      expect(countsOf(await runAgent(name, home.path)).input).toBe(12);
    },
  );
});

test('a task in two user data directories is one task', async () => {
  await using home = await agentHome();
  await writeTask(home.path, 'cline', [request(startMs, plain, model)]);
  const other = { editor: '.config/Cursor' };
  await writeTask(
    home.path,
    'cline',
    [request(startMs, plain, model), request(startMs + 1, plain, model)],
    other,
  );
  const remote = { editor: '.vscode-server/data', id: '1763632800001' };
  await writeTask(home.path, 'cline', [request(startMs, plain, model)], remote);
  expect(countsOf(await runAgent('cline', home.path)).responses).toBe(3);
});

test('a request without counts is not counted until it has some', async () => {
  await using home = await agentHome();
  await writeTask(home.path, 'cline', [request(startMs, { request: 'do it' }, model)]);
  const first = await runAgent('cline', home.path);
  expect(countsOf(first).responses).toBe(0);
  expect(first.state.warnings).toEqual({});
  await writeTask(home.path, 'cline', [request(startMs, plain, model)]);
  const second = await runAgent('cline', home.path, { after: first });
  expect(countsOf(second)).toMatchObject({ responses: 1, input: 1000, output: 200 });
});

test('a cancelled request counts with the tokens that it has', async () => {
  await using home = await agentHome();
  const cancelled = { ...plain, tokensOut: 7, cancelReason: 'user_cancelled' };
  await writeTask(home.path, 'cline', [request(startMs, cancelled, model)]);
  expect(countsOf(await runAgent('cline', home.path))).toMatchObject({ input: 1000, output: 7 });
});

test('sums of sub-agents count and other messages with counts do not', async () => {
  await using home = await agentHome();
  await writeTask(home.path, 'cline', [
    request(startMs, plain, model),
    request(startMs + 1, { tokensIn: 5, tokensOut: 6 }, { say: 'subagent_usage', ...model }),
    request(startMs + 2, { tokensIn: 50, tokensOut: 60 }, { say: 'api_req_finished' }),
    request(startMs + 3, { tokensIn: 50, tokensOut: 60 }, { type: 'ask' }),
    { ts: startMs + 4, type: 'say', say: 'text', text: '{"tokensIn":9}' },
  ]);
  expect(countsOf(await runAgent('cline', home.path))).toMatchObject({ input: 1005, output: 206 });
});

describe('deleted_api_reqs', () => {
  const before = [
    request(startMs, plain, model),
    request(startMs + 1000, { tokensIn: 10, tokensOut: 20 }, model),
    request(startMs + 2000, { tokensIn: 30, tokensOut: 40 }, model),
  ];
  const sum = { tokensIn: 40, tokensOut: 60, cacheWrites: 0, cacheReads: 0, cost: 0.1 };
  const after = [
    ...before.slice(0, 1),
    request(startMs + 3 * dayMs, sum, { say: 'deleted_api_reqs', ...model }),
  ];

  test('the sum of deleted requests counts on the day before them', async () => {
    await using home = await agentHome();
    await writeTask(home.path, 'cline', after);
    const run = await runAgent('cline', home.path);
    expect(countsOf(run)).toMatchObject({ input: 1040, output: 260 });
    expect(run.usage?.daily.map(({ date }) => date)).toEqual(['2026-11-20']);
  });

  test('requests that were counted before they were deleted count once', async () => {
    await using home = await agentHome();
    await writeTask(home.path, 'cline', before);
    const first = await runAgent('cline', home.path);
    expect(countsOf(first)).toMatchObject({ input: 1040, output: 260 });
    await writeTask(home.path, 'cline', after);
    const second = await runAgent('cline', home.path, { after: first });
    expect(second.usage).toEqual((await runAgent('cline', home.path)).usage);
    const withoutCache = await runAgent('cline', home.path, { after: { ...first, cache: null } });
    expect(countsOf(withoutCache)).toMatchObject({ input: 1040, output: 260 });
  });

  test('requests of later days that were counted before they were deleted count once without a cache', async () => {
    await using home = await agentHome();
    const later = before.map((message, index) => ({ ...message, ts: startMs + index * dayMs }));
    await writeTask(home.path, 'cline', later);
    await writeTask(home.path, 'cline', before, { id: '1763632800001' });
    const first = await runAgent('cline', home.path);
    expect(countsOf(first)).toMatchObject({ input: 2080, output: 520 });
    await writeTask(home.path, 'cline', after);
    const second = await runAgent('cline', home.path, { after: { ...first, cache: null } });
    expect(countsOf(second)).toMatchObject({ input: 2080, output: 520 });
    await rm(taskDir(home.path, 'cline', { id: '1763632800001' }), { recursive: true });
    const third = await runAgent('cline', home.path, { after: { ...second, cache: null } });
    expect(countsOf(third)).toMatchObject({ input: 2080, output: 520 });
  });

  test('requests that another editor still has a copy of count once, and its own requests count', async () => {
    await using home = await agentHome();
    const other = { editor: '.config/Cursor' };
    await writeTask(home.path, 'cline', before);
    await writeTask(home.path, 'cline', before, other);
    const first = await runAgent('cline', home.path);
    await writeTask(home.path, 'cline', after);
    const second = await runAgent('cline', home.path, { after: first });
    expect(countsOf(second)).toMatchObject({ input: 1040, output: 260 });
    expect(second.usage).toEqual((await runAgent('cline', home.path)).usage);
    const own = request(startMs + 4000, { tokensIn: 7, tokensOut: 7 }, model);
    await writeTask(home.path, 'cline', [...before, own], other);
    const third = await runAgent('cline', home.path, { after: second });
    expect(countsOf(third)).toMatchObject({ input: 1047, output: 267 });
  });

  test('a damaged task keeps the requests that were counted', async () => {
    await using home = await agentHome();
    await writeTask(home.path, 'cline', before);
    const first = await runAgent('cline', home.path);
    const text = JSON.stringify(after);
    const path = join(taskDir(home.path, 'cline'), 'ui_messages.json');
    await writeLogFile(path, text.slice(0, -3));
    const second = await runAgent('cline', home.path, { after: first });
    expect(countsOf(second)).toMatchObject({ input: 1040, output: 260 });
    expect(second.state.warnings).toEqual({ json: 1 });
  });
});

describe('the model of a request', () => {
  test('is the one that task_metadata.json names for its time', async () => {
    await using home = await agentHome();
    await writeTask(home.path, 'cline', [request(startMs, plain), request(startMs + 9, plain)]);
    const use = (ts: number, modelId: string, provider: string): object => ({
      ...{ ts, model_id: modelId, model_provider_id: provider, mode: 'act' },
    });
    const uses = [
      use(startMs + 5, 'gpt-5.5', 'openai'),
      use(startMs - 5, 'claude-opus-5', 'anthropic'),
    ];
    await writeLogFile(
      join(taskDir(home.path, 'cline'), 'task_metadata.json'),
      JSON.stringify({ files_in_context: [], model_usage: uses }),
    );
    const run = await runAgent('cline', home.path);
    expect(run.usage?.daily).toMatchObject([
      { model: 'claude-opus-5', tokens: { input: 1000 } },
      { model: 'gpt-5.5', tokens: { input: 570 } },
    ]);
  });

  test.each(['cline', 'roo-code', 'kilo-code'] as const)(
    'of %s is unknown without one, and the reported cost counts',
    async (name) => {
      await using home = await agentHome();
      await writeTask(home.path, name, [request(startMs, { ...plain, cost: 0.25 })]);
      const run = await runAgent(name, home.path);
      expect(run.usage?.daily).toMatchObject([
        { model: 'unknown', costUsd: '0.250000', costBasis: 'reported' },
      ]);
    },
  );
});

describe('the project of a task', () => {
  test('of Roo Code is the workspace in history_item.json', async () => {
    await using home = await agentHome();
    await writeTask(home.path, 'roo-code', [request(startMs, plain)]);
    const item = JSON.stringify({ id: '1', workspace: '/home/dev/app' });
    await writeLogFile(join(taskDir(home.path, 'roo-code'), 'history_item.json'), item);
    const run = await runAgent('roo-code', home.path);
    expect(run.usage?.daily).toMatchObject([{ project: '/home/dev/app' }]);
  });

  test.each(['cwdOnTaskInitialization', 'shadowGitConfigWorkTree'])(
    'of Cline is %s in its task history',
    async (key) => {
      await using home = await agentHome();
      await writeTask(home.path, 'cline', [request(startMs, plain, model)]);
      const items = [
        { id: 'other', [key]: '/other' },
        { id: '1763632800000', [key]: '/home/dev/app' },
      ];
      const storage = join(taskDir(home.path, 'cline'), '../..');
      await writeLogFile(join(storage, 'state/taskHistory.json'), JSON.stringify(items));
      const run = await runAgent('cline', home.path);
      expect(run.usage?.daily).toMatchObject([{ project: '/home/dev/app' }]);
    },
  );

  test('is unknown without such files', async () => {
    await using home = await agentHome();
    await writeTask(home.path, 'cline', [request(startMs, plain, model)]);
    const run = await runAgent('cline', home.path);
    expect(run.usage?.daily).toMatchObject([{ project: null }]);
  });
});

test.each(['{}', '[1,null,"x",[],{}]', 'null'])('the task %s has no requests', async (text) => {
  await using home = await agentHome();
  await writeLogFile(join(taskDir(home.path, 'cline'), 'ui_messages.json'), text);
  const run = await runAgent('cline', home.path);
  expect(run.usage?.daily).toEqual([]);
  expect(run.state.warnings).toEqual({});
});
