import { describe, expect, test } from 'vitest';
import { after, answer, claudeCode, temporaryHome } from './collecting.ts';

const usage = (output: number, more: object = {}): object => ({
  input_tokens: 5,
  output_tokens: output,
  cache_read_input_tokens: 100,
  ...more,
});

describe('one response', () => {
  test('that stands on several lines counts once, with its highest numbers, on their day', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [
      answer({ at: '2026-11-19T23:59:59.000Z', usage: usage(2) }),
      answer({ at: '2026-11-20T00:00:01.000Z', usage: usage(90) }),
      answer({ at: '2026-11-20T00:00:02.000Z', usage: usage(40) }),
    ]);
    const { snapshot } = await home.collect();
    expect(snapshot.daily).toMatchObject([
      { date: '2026-11-20', responses: 1, tokens: { input: 5, output: 90, cacheRead: 100 } },
    ]);
  });

  test('counts at its earliest time when lines differ in nothing else', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [
      answer({ at: '2026-11-20T00:00:01.000Z', usage: usage(9) }),
      answer({ at: '2026-11-19T23:59:59.000Z', usage: usage(9) }),
    ]);
    expect((await home.collect()).snapshot.daily).toMatchObject([{ date: '2026-11-19' }]);
  });

  test('that a fork copies belongs to the smaller path, whichever is read first', async () => {
    const folders = ['-home-dev-one', '-home-dev-two'];
    const line = (cwd: string): object =>
      answer({ cwd: cwd.replaceAll('-', '/'), usage: usage(9) });
    for (const order of [folders, folders.toReversed()]) {
      await using home = await temporaryHome();
      let changes = {};
      for (const folder of order) {
        await home.writeLog(`${folder}/a.jsonl`, [line(folder)]);
        changes = after(await home.collect(changes), changes);
      }
      const { snapshot } = await home.collect(changes);
      expect(snapshot.daily).toMatchObject([{ project: '/home/dev/one', responses: 1 }]);
    }
  });

  test('that a side chain replays with a larger prompt counts as in the main chain', async () => {
    await using home = await temporaryHome();
    const replay = usage(9, { cache_read_input_tokens: 50_000 });
    await home.writeLog('-home-dev-app/a/subagents/agent-x.jsonl', [
      answer({ requestId: 'req_2', usage: replay, isSidechain: true }),
    ]);
    const first = await home.collect();
    expect(claudeCode(first)).toMatchObject({ responses: 1, tokens: { cacheRead: 50_000 } });
    await home.writeLog('-home-dev-app/a.jsonl', [answer({ usage: usage(9) })]);
    for (const told of [await home.collect(after(first)), await home.collect()]) {
      expect(claudeCode(told)).toMatchObject({ responses: 1, tokens: { cacheRead: 100 } });
    }
  });

  test.each([
    { own: 3, echo: 9, date: '2026-11-19' },
    { own: 9, echo: 3, date: '2026-11-20' },
  ])(
    'of a sub-agent counts once beside its echo in the main chain',
    async ({ own, echo, date }) => {
      await using home = await temporaryHome();
      const line = answer({ usage: usage(own), isSidechain: true });
      const echoed = answer({ usage: usage(echo), at: '2026-11-19T10:00:00.000Z' });
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

  test('is the same with and without a request id', async () => {
    await using home = await temporaryHome();
    await home.writeLog('-home-dev-app/a.jsonl', [
      answer({ usage: usage(9) }),
      answer({ requestId: null, usage: usage(20) }),
    ]);
    expect(claudeCode(await home.collect())).toMatchObject({
      responses: 1,
      tokens: { output: 20 },
    });
  });
});

describe('a gateway that leaves request ids out', () => {
  test('has its growing lines merged, and its copies in other logs too', async () => {
    await using home = await temporaryHome();
    const line = (output: number): object => answer({ requestId: null, usage: usage(output) });
    await home.writeLog('-home-dev-app/a.jsonl', [line(1), line(50), line(50)]);
    await home.writeLog('-home-dev-app/fork.jsonl', [line(50)]);
    expect(claudeCode(await home.collect())).toMatchObject({
      responses: 1,
      tokens: { output: 50 },
    });
  });

  test('may give one message id to all responses', async () => {
    await using home = await temporaryHome();
    const line = (input: number): object =>
      answer({ id: 'same', requestId: null, usage: { input_tokens: input, output_tokens: 7 } });
    await home.writeLog('-home-dev-app/a.jsonl', [line(1), line(1), line(2), line(3)]);
    expect(claudeCode(await home.collect())).toMatchObject({
      responses: 3,
      tokens: { input: 6, output: 21 },
    });
  });

  test.each([
    ['null', null],
    ['empty', ''],
  ])('may write a request id that is %s', async (_, requestId) => {
    await using home = await temporaryHome();
    const lines = [1, 2].map((input) => ({
      ...answer({ id: 'same', usage: { input_tokens: input, output_tokens: 7 } }),
      requestId,
    }));
    await home.writeLog('-home-dev-app/a.jsonl', lines);
    expect(claudeCode(await home.collect()).responses).toBe(2);
  });
});

test('lines without a message id are told apart by request id, else by their own id', async () => {
  await using home = await temporaryHome();
  await home.writeLog('-home-dev-app/a.jsonl', [
    answer({ id: null, requestId: 'req_1' }),
    answer({ id: null, requestId: 'req_1' }),
    answer({ id: null, requestId: 'req_2' }),
    answer({ id: null, requestId: null, uuid: 'one' }),
    answer({ id: '', requestId: null, uuid: 'two' }),
  ]);
  expect(claudeCode(await home.collect()).responses).toBe(4);
});

describe('calls inside of a response', () => {
  const advisor = {
    type: 'advisor_message',
    model: 'claude-haiku-4-5',
    input_tokens: 1_000,
    output_tokens: 100,
    cache_read_input_tokens: null,
  };
  const compaction = { type: 'compaction', input_tokens: 2_000, output_tokens: 200 };
  const message = { type: 'message', input_tokens: 5, output_tokens: 9 };

  test('are counted beside it once: an advisor by its own model, a compaction by that of the message', async () => {
    await using home = await temporaryHome();
    const line = answer({
      usage: usage(9, { speed: 'fast', iterations: [message, advisor, compaction] }),
    });
    await home.writeLog('-home-dev-app/a.jsonl', [answer({ usage: usage(1) }), line, line]);
    await home.writeLog('-home-dev-app/fork.jsonl', [line]);
    const told = await home.collect();
    const expected = [
      { model: 'claude-haiku-4-5', responses: 1, tokens: { input: 1_000, output: 100 } },
      { model: 'claude-opus-5-fast', responses: 2, tokens: { input: 2_005, output: 209 } },
    ];
    expect(told.snapshot.daily).toMatchObject(expected);
    // From the cache too, where they are kept beside their response.
    const again = await home.collect({ ...after(told), options: { timeZone: 'Asia/Tokyo' } });
    expect(again.snapshot.daily).toMatchObject(expected);
  });
});

test('what is no call of the API counts nothing', async () => {
  await using home = await temporaryHome();
  const result = { status: 'completed', usage: { input_tokens: 9, output_tokens: 333 } };
  const nested = answer();
  Object.assign(nested, { message: { id: 'x', model: 'm', content: [{ input: { usage: {} } }] } });
  await home.writeLog('-home-dev-app/a.jsonl', [
    answer({ id: 'a', model: '<synthetic>', usage: { input_tokens: 0, output_tokens: 0 } }),
    { ...answer({ id: 'b' }), type: 'user', toolUseResult: result },
    { type: 'user', message: { role: 'user', content: '"usage"' }, toolUseResult: result },
    nested,
    [{ usage: 1 }],
    '"usage"',
  ]);
  const { snapshot } = await home.collect();
  expect(snapshot.daily).toEqual([]);
  expect(snapshot.sources['claude-code']?.warnings).toEqual({});
});
