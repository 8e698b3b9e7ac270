import { expect, test } from 'vitest';
import { flipCacheBits } from '../helpers/cache-bit-flips.ts';

test('run returns the same data as without caches after 5,000 flipped bits in cache files', async () => {
  const { flips, differences } = await flipCacheBits(5000);
  process.stdout.write(
    `${String(flips)} bits flipped, ${String(differences.length)} differences\n`,
  );
  expect(differences).toEqual([]);
});
