import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { concurrently } from '../../../src/util/async.ts';

const { signal } = new AbortController();
const items = Array.from({ length: 20 }, (_, index) => index);

test('works on several items at a time, but on no more than the limit', async () => {
  let atWork = 0;
  let most = 0;
  const answers = await concurrently(items, { limit: 4, signal }, async (item) => {
    most = Math.max(most, (atWork += 1));
    for (let turn = 0; turn < 20 - item; turn += 1) await setImmediate();
    atWork -= 1;
    return item * 2;
  });
  expect(most).toBe(4);
  expect(answers).toEqual(items.map((item) => item * 2));
});

test('takes no new item after a failure, and leaves none at work', async () => {
  const started: number[] = [];
  const finished: number[] = [];
  const work = concurrently(items, { limit: 4, signal }, async (item) => {
    started.push(item);
    if (item === 1) throw new Error('item 1 failed');
    await setImmediate();
    await setImmediate();
    finished.push(item);
  });
  await expect(work).rejects.toThrow('item 1 failed');
  expect(started).toEqual([0, 1, 2, 3]);
  expect(finished).toEqual([0, 2, 3]);
});

test('takes no new item after the run is stopped', async () => {
  const stop = new AbortController();
  const started: number[] = [];
  const work = concurrently(items, { limit: 2, signal: stop.signal }, (item) => {
    started.push(item);
    if (item === 1) stop.abort(new Error('stopped'));
    return Promise.resolve();
  });
  await expect(work).rejects.toThrow('stopped');
  expect(started).toEqual([0, 1]);
});

test('rejects when the run is stopped during the last item', async () => {
  const stop = new AbortController();
  const work = concurrently([1], { limit: 4, signal: stop.signal }, () => {
    stop.abort(new Error('stopped'));
    return Promise.resolve();
  });
  await expect(work).rejects.toThrow('stopped');
});

test('answers for no items at once', async () => {
  expect(await concurrently([], { limit: 4, signal }, () => Promise.resolve())).toEqual([]);
});
