import { expect, test } from 'vitest';
import { compareCachedReads } from '../helpers/cached-reads.ts';

/** To repeat a failure: `SEED=7 npm run torture -- test/torture/cached-reads.test.ts`. */
const seed = Number(process.env['SEED'] ?? Date.now() % 1e6);
const edits = Number(process.env['EDITS'] ?? 5000);

test('a repository is read with the cache as without it after each of 5,000 edits', async () => {
  const { differences, withoutGit, unchanged } = await compareCachedReads(edits, seed);
  process.stdout.write(
    `seed ${String(seed)}: ${String(edits)} edits, ${String(withoutGit)} of ${String(2 * edits)} reads without git, ` +
      `${String(unchanged)} with the revision of the previous read, ` +
      `${String(differences.length)} differences\n`,
  );
  expect(differences).toEqual([]);
  expect(withoutGit).toBeGreaterThan(edits / 4);
  expect(unchanged).toBeGreaterThan(edits / 4);
});
