import { expect, test } from 'vitest';
import { createGlobMatcher } from '../../../src/discovery/globs.ts';

test('globs with the separators of Windows match', async () => {
  const globs = ['.\\legacy\\', 'clients\\*\\old'];
  const matches = await createGlobMatcher(globs, false, { separator: '\\' });
  expect(['legacy', 'clients/acme/old', 'clients/acme'].map(matches)).toEqual([true, true, false]);
});

test('globs match regardless of case and composition where the file system ignores them', async () => {
  const matches = await createGlobMatcher(['Café/*'], false, { ignoresCase: true });
  expect(['cafe\u0301/x', 'CAFÉ/x', 'cafe/x'].map(matches)).toEqual([true, true, false]);
  const exact = await createGlobMatcher(['Café/*'], false, { ignoresCase: false });
  expect(['Café/x', 'café/x'].map(exact)).toEqual([true, false]);
});

test('globs match both forms of composed characters on every file system', async () => {
  const [composed, decomposed] = ['Caf\u00e9', 'Cafe\u0301'];
  for (const glob of [composed, decomposed]) {
    const matches = await createGlobMatcher([`${glob}/*`], false);
    expect([`${composed}/x`, `${decomposed}/x`, 'Cafe/x'].map(matches)).toEqual([
      true,
      true,
      false,
    ]);
  }
});
