import { describe, expect, test } from 'vitest';
import { afterRun, responseLine, claudeCodeTotals, temporaryHome } from './run-tokens.ts';

const usage = (output: number, more: object = {}): object => ({
  input_tokens: 5,
  output_tokens: output,
  cache_read_input_tokens: 100,
  ...more,
});

describe('records of one response', () => {
  test('a response on several lines counts once, with its highest counts, on their day', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [
      responseLine({ at: '2026-11-19T23:59:59.000Z', usage: usage(2) }),
      responseLine({ at: '2026-11-20T00:00:01.000Z', usage: usage(90) }),
      responseLine({ at: '2026-11-20T00:00:02.000Z', usage: usage(40) }),
    ]);
    const { snapshot } = await home.collect();
    expect(snapshot.daily).toMatchObject([
      { date: '2026-11-20', responses: 1, tokens: { input: 5, output: 90, cacheRead: 100 } },
    ]);
  });

  test('a response counts at its earliest time when its lines have the same counts', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [
      responseLine({ at: '2026-11-20T00:00:01.000Z', usage: usage(9) }),
      responseLine({ at: '2026-11-19T23:59:59.000Z', usage: usage(9) }),
    ]);
    expect((await home.collect()).snapshot.daily).toMatchObject([{ date: '2026-11-19' }]);
  });

  test('a response that was copied to a fork belongs to the smaller path in any order of reading', async () => {
    const dirs = ['-home-dev-one', '-home-dev-two'];
    const line = (cwd: string): object =>
      responseLine({ cwd: cwd.replaceAll('-', '/'), usage: usage(9) });
    for (const order of [dirs, dirs.toReversed()]) {
      await using home = await temporaryHome();
      let changes = {};
      for (const dir of order) {
        await home.writeLog(`${dir}/a.jsonl`, [line(dir)]);
        changes = afterRun(await home.collect(changes), changes);
      }
      const { snapshot } = await home.collect(changes);
      expect(snapshot.daily).toMatchObject([{ project: '/home/dev/one', responses: 1 }]);
    }
  });

  test('a response counts as in the main chain when a side chain repeats it with a larger prompt', async () => {
    await using home = await temporaryHome();
    const replay = usage(9, { cache_read_input_tokens: 50_000 });
    await home.writeLog('-home-dev-app/a/subagents/agent-x.jsonl', [
      responseLine({ requestId: 'req_2', usage: replay, isSidechain: true }),
    ]);
    const first = await home.collect();
    expect(claudeCodeTotals(first)).toMatchObject({ responses: 1, tokens: { cacheRead: 50_000 } });
    await home.writeLog('-home-dev-app/a.jsonl', [responseLine({ usage: usage(9) })]);
    for (const run of [await home.collect(afterRun(first)), await home.collect()]) {
      expect(claudeCodeTotals(run)).toMatchObject({ responses: 1, tokens: { cacheRead: 100 } });
    }
  });

  test.each([
    { own: 3, echo: 9, date: '2026-11-19' },
    { own: 9, echo: 3, date: '2026-11-20' },
  ])(
    'a response of a sub-agent counts once when the main chain repeats it ($own and $echo tokens)',
    async ({ own, echo, date }) => {
      await using home = await temporaryHome();
      const line = responseLine({ usage: usage(own), isSidechain: true });
      const echoed = responseLine({ usage: usage(echo), at: '2026-11-19T10:00:00.000Z' });
      const progress = {
        type: 'progress',
        cwd: '/home/dev/app',
        timestamp: '2026-11-20T11:00:00.000Z',
      };
      await home.writeLog('-home-dev-app/a/subagents/agent-x.jsonl', [line]);
      await home.writeLog('-home-dev-app/a.jsonl', [
        { ...progress, data: { type: 'agent_progress', message: echoed } },
      ]);
      const { snapshot } = await home.collect();
      expect(snapshot.daily).toMatchObject([
        { date, project: '/home/dev/app', responses: 1, tokens: { output: 9 } },
      ]);
    },
  );

  test('lines with and without a request id are the same response', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [
      responseLine({ usage: usage(9) }),
      responseLine({ requestId: null, usage: usage(20) }),
    ]);
    expect(claudeCodeTotals(await home.collect())).toMatchObject({
      responses: 1,
      tokens: { output: 20 },
    });
  });
});

describe('responses without request ids', () => {
  test('lines without request ids are merged when only the output grows, over all logs', async () => {
    await using home = await temporaryHome();
    const line = (output: number): object =>
      responseLine({ requestId: null, usage: usage(output) });
    await home.writeLog('-home-dev-app/a.jsonl', [line(1), line(50), line(50)]);
    await home.writeLog('-home-dev-app/fork.jsonl', [line(50)]);
    expect(claudeCodeTotals(await home.collect())).toMatchObject({
      responses: 1,
      tokens: { output: 50 },
    });
  });

  test('lines without request ids are separate responses when their prompts differ', async () => {
    await using home = await temporaryHome();
    const line = (input: number): object =>
      responseLine({
        id: 'same',
        requestId: null,
        usage: { input_tokens: input, output_tokens: 7 },
      });
    await home.writeLog('-home-dev-app/a.jsonl', [line(1), line(1), line(2), line(3)]);
    expect(claudeCodeTotals(await home.collect())).toMatchObject({
      responses: 3,
      tokens: { input: 6, output: 21 },
    });
  });

  test.each([
    ['null', null],
    ['empty', ''],
  ])('a request id that is %s counts as missing', async (_, requestId) => {
    await using home = await temporaryHome();
    const lines = [1, 2].map((input) => ({
      ...responseLine({ id: 'same', usage: { input_tokens: input, output_tokens: 7 } }),
      requestId,
    }));
    await home.writeLog('-home-dev-app/a.jsonl', lines);
    expect(claudeCodeTotals(await home.collect()).responses).toBe(2);
  });
});

test('lines without a message id are identified by request id, else by their own id', async () => {
  await using home = await temporaryHome();
  await home.writeLog('-home-dev-app/a.jsonl', [
    responseLine({ id: null, requestId: 'req_1' }),
    responseLine({ id: null, requestId: 'req_1' }),
    responseLine({ id: null, requestId: 'req_2' }),
    responseLine({ id: null, requestId: null, uuid: 'one' }),
    responseLine({ id: '', requestId: null, uuid: 'two' }),
  ]);
  expect(claudeCodeTotals(await home.collect()).responses).toBe(4);
});

describe('extra calls of a response', () => {
  const advisor = {
    type: 'advisor_message',
    model: 'claude-haiku-4-5',
    input_tokens: 1_000,
    output_tokens: 100,
    cache_read_input_tokens: null,
  };
  const compaction = { type: 'compaction', input_tokens: 2_000, output_tokens: 200 };
  const message = { type: 'message', input_tokens: 5, output_tokens: 9 };

  test('advisor and compaction calls are counted once, under the model of the advisor or the message', async () => {
    await using home = await temporaryHome();
    const line = responseLine({
      usage: usage(9, { speed: 'fast', iterations: [message, advisor, compaction] }),
    });
    await home.writeLog('-home-dev-app/a.jsonl', [responseLine({ usage: usage(1) }), line, line]);
    await home.writeLog('-home-dev-app/fork.jsonl', [line]);
    const run = await home.collect();
    const expected = [
      { model: 'claude-haiku-4-5', responses: 1, tokens: { input: 1_000, output: 100 } },
      { model: 'claude-opus-5-fast', responses: 2, tokens: { input: 2_005, output: 209 } },
    ];
    expect(run.snapshot.daily).toMatchObject(expected);
    // The cache contains them too.
    const again = await home.collect({ ...afterRun(run), options: { timeZone: 'Asia/Tokyo' } });
    expect(again.snapshot.daily).toMatchObject(expected);
  });
});

test('lines that are not responses of the API are not counted', async () => {
  await using home = await temporaryHome();
  const result = { status: 'completed', usage: { input_tokens: 9, output_tokens: 333 } };
  const nested = responseLine();
  Object.assign(nested, { message: { id: 'x', model: 'm', content: [{ input: { usage: {} } }] } });
  await home.writeLog('-home-dev-app/a.jsonl', [
    responseLine({ id: 'a', model: '<synthetic>', usage: { input_tokens: 0, output_tokens: 0 } }),
    { ...responseLine({ id: 'b' }), type: 'user', toolUseResult: result },
    { type: 'user', message: { role: 'user', content: '"usage"' }, toolUseResult: result },
    nested,
    [{ usage: 1 }],
    '"usage"',
  ]);
  const { snapshot } = await home.collect();
  expect(snapshot.daily).toEqual([]);
  expect(snapshot.sources['claude-code']?.warnings).toEqual({});
});
