import { expect, test } from 'vitest';
import { killAtRandomMoments } from '../helpers/kill-rounds.ts';

test('kill -9 at 300 random moments leaves valid files, user fields and an exact history', async () => {
  const { killed, completeRunMs, faults } = await killAtRandomMoments(300);
  expect(faults).toEqual([]);
  // The other runs ended before they were killed.
  expect(killed).toBeGreaterThan(300 / 3);
  process.stdout.write(`${String(killed)} killed within ${completeRunMs.toFixed(0)} ms\n`);
});
