import { expect, test } from 'vitest';
import { stopAtRandomMoments } from '../helpers/signal-rounds.ts';

test.each([
  ['one SIGTERM', 1],
  ['two SIGTERM in a row', 2],
] as const)('200 runs that receive %s at random moments leave no lock', async (_name, signals) => {
  const { ends, locksLeft } = await stopAtRandomMoments(200, signals);
  process.stdout.write(`${JSON.stringify(ends)}\n`);
  expect(locksLeft).toBe(0);
});
