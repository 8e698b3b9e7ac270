import { setImmediate } from 'node:timers';
import { expect, test } from 'vitest';
import { createPause } from '../../../../src/syncs/tokens/pause.ts';

function workFor(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test('a pause gives others their turn only after long work', async () => {
  const pause = createPause(new AbortController().signal);
  let turns = 0;
  setImmediate(() => (turns += 1));
  await pause();
  expect(turns).toBe(0);
  workFor(35);
  await pause();
  expect(turns).toBe(1);
});

test('a pause ends the work when it was stopped meanwhile', async () => {
  const stop = new AbortController();
  const pause = createPause(stop.signal);
  setImmediate(() => {
    stop.abort(new Error('stopped'));
  });
  workFor(35);
  await expect(pause()).rejects.toThrow('stopped');
});
