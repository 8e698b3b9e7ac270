import { expect, test } from 'vitest';
import { flipCacheBits } from '../helpers/cache-bit-flips.ts';

test('run returns the same data as without caches when a bit is flipped in every cache file', async () => {
  const { cacheFiles, differences } = await flipCacheBits(27);
  expect(cacheFiles).toEqual([
    'derived.bin',
    'discovery.bin',
    'projects-result.bin',
    'projects.bin',
    'quality-result.bin',
    'quality.bin',
    'repositories.bin',
    'rollups.bin',
    'status.bin',
    'tokens-result.bin',
    'tokens.bin',
  ]);
  expect(differences).toEqual([]);
});
