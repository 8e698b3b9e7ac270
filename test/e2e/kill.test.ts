import { expect, test } from 'vitest';
import { killAtRandomMoments } from '../helpers/kill-rounds.ts';

test('kill -9 at 12 random moments leaves valid files, user fields and an exact history', async () => {
  const { killed, completeRunMs, faults } = await killAtRandomMoments(12);
  expect(faults).toEqual([]);
  // The other runs ended before they were killed.
  expect(killed).toBeGreaterThan(12 / 3);
  process.stdout.write(`${String(killed)} killed within ${completeRunMs.toFixed(0)} ms\n`);
});
