import { expect, test } from 'vitest';
import { createPool } from '../../../src/util/async.ts';

test('a pool lends each thing to one piece of work at a time, in the order of asking', async () => {
  let made = 0;
  const lend = createPool(2, () => (made += 1));
  const busy = new Set<number>();
  const begun: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      lend(async (thing) => {
        expect(busy.has(thing)).toBe(false);
        busy.add(thing);
        begun.push(number);
        await new Promise((done) => setImmediate(done));
        busy.delete(thing);
      }),
    ),
  );
  expect(made).toBe(2);
  expect(begun).toEqual(begun.toSorted((a, b) => a - b));
});

test('a pool gets its thing back from work that fails, and makes another when making fails', async () => {
  let tries = 0;
  const lend = createPool(1, () => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return tries;
  });
  await expect(lend(() => Promise.resolve())).rejects.toThrow('not yet');
  await expect(lend(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await lend((thing) => Promise.resolve(thing))).toBe(2);
});
