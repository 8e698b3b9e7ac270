import { expect, test } from 'vitest';
import { createYield } from '../../../src/util/async.ts';

/** Keeps the event loop for itself. */
function hog(durationMs: number): void {
  const start = performance.now();
  while (performance.now() - start < durationMs);
}

test('a pause lets others have their turn, but not before it is due', async () => {
  const pause = createYield(new AbortController().signal);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  await pause();
  expect(turns).toBe(0);
  for (let round = 0; round < 5; round += 1) {
    hog(25);
    await pause();
  }
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test('a pause ends the work with the reason of the signal', async () => {
  const pause = createYield(AbortSignal.abort(new Error('stopped')));
  hog(25);
  await expect(pause()).rejects.toThrow('stopped');
});
