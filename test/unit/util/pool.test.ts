import { expect, test } from 'vitest';
import { createPool } from '../../../src/util/async.ts';

test('createPool lends each resource to one task at a time, in the order of the requests', async () => {
  let created = 0;
  const lend = createPool(2, () => (created += 1));
  const busy = new Set<number>();
  const started: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      lend(async (resource) => {
        expect(busy.has(resource)).toBe(false);
        busy.add(resource);
        started.push(number);
        await new Promise((done) => setImmediate(done));
        busy.delete(resource);
      }),
    ),
  );
  expect(created).toBe(2);
  expect(started).toEqual(started.toSorted((a, b) => a - b));
});

test('createPool reuses the resource of a failed task and creates another one when creation failed', async () => {
  let attempts = 0;
  const lend = createPool(1, () => {
    attempts += 1;
    if (attempts === 1) throw new Error('not yet');
    return attempts;
  });
  await expect(lend(() => Promise.resolve())).rejects.toThrow('not yet');
  await expect(lend(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await lend((resource) => Promise.resolve(resource))).toBe(2);
});
