import { expect, test } from 'vitest';
import { compareCachedReads } from '../../helpers/cached-reads.ts';

test('a repository is read with the cache as without it after random edits', async () => {
  const { differences, withoutGit } = await compareCachedReads(30, Date.now() % 1e6);
  expect(differences).toEqual([]);
  expect(withoutGit).toBeGreaterThan(10);
});
