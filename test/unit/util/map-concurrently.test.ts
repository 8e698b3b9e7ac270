import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mapConcurrently } from '../../../src/util/async.ts';

const { signal } = new AbortController();
const items = Array.from({ length: 20 }, (_, index) => index);

test('concurrently processes as many items at a time as the limit allows, and returns results in order', async () => {
  let running = 0;
  let maxRunning = 0;
  const results = await mapConcurrently(items, { limit: 4, signal }, async (item) => {
    maxRunning = Math.max(maxRunning, (running += 1));
    for (let turn = 0; turn < 20 - item; turn += 1) await setImmediate();
    running -= 1;
    return item * 2;
  });
  expect(maxRunning).toBe(4);
  expect(results).toEqual(items.map((item) => item * 2));
});

test('concurrently starts no item after a failure and waits for the running ones', async () => {
  const started: number[] = [];
  const finished: number[] = [];
  const work = mapConcurrently(items, { limit: 4, signal }, async (item) => {
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

test('concurrently starts no item after the signal is aborted', async () => {
  const stop = new AbortController();
  const started: number[] = [];
  const work = mapConcurrently(items, { limit: 2, signal: stop.signal }, (item) => {
    started.push(item);
    if (item === 1) stop.abort(new Error('stopped'));
    return Promise.resolve();
  });
  await expect(work).rejects.toThrow('stopped');
  expect(started).toEqual([0, 1]);
});

test('concurrently rejects when the signal is aborted during the last item', async () => {
  const stop = new AbortController();
  const work = mapConcurrently([1], { limit: 4, signal: stop.signal }, () => {
    stop.abort(new Error('stopped'));
    return Promise.resolve();
  });
  await expect(work).rejects.toThrow('stopped');
});

test('concurrently returns an empty list for an empty list', async () => {
  expect(await mapConcurrently([], { limit: 4, signal }, () => Promise.resolve())).toEqual([]);
});
