import { expect, test, vi } from 'vitest';
import { createYield } from '../../../src/util/async.ts';

/** Blocks the event loop. */
function blockEventLoop(durationMs: number): void {
  const start = performance.now();
  while (performance.now() - start < durationMs);
}

test('createYield lets timers run after its interval and not before', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const yieldIfDue = createYield(new AbortController().signal);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  await yieldIfDue();
  expect(turns).toBe(0);
  clock.mockRestore();
  for (let round = 0; round < 5; round += 1) {
    blockEventLoop(25);
    await yieldIfDue();
  }
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test('createYield rejects with the reason of the signal when it is aborted', async () => {
  const yieldIfDue = createYield(AbortSignal.abort(new Error('stopped')));
  blockEventLoop(25);
  await expect(yieldIfDue()).rejects.toThrow('stopped');
});
