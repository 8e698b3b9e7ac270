import { expect, test } from 'vitest';
import { comparablePath } from '../../../src/util/compare-paths.ts';

test('comparablePath returns one form of all spellings of a Windows path', () => {
  const spellings = [
    'C:\\Code\\Alpha',
    'c:\\code\\alpha',
    'C:/Code/alpha/',
    '\\\\?\\C:\\Code\\Alpha',
  ];
  expect(new Set(spellings.map((path) => comparablePath(path))).size).toBe(1);
  const shares = ['\\\\Server\\Share\\Alpha', '\\\\server\\share\\alpha\\'];
  expect(new Set(shares.map((path) => comparablePath(path))).size).toBe(1);
  expect(comparablePath('C:\\')).toBe('c:\\');
});

test('comparablePath ignores case and composition of other paths only on request', () => {
  const [composed, decomposed] = ['/Users/ada/É', '/users/ada/e\u0301'];
  expect(comparablePath(composed)).toBe(composed);
  expect(comparablePath(decomposed, true)).toBe(comparablePath(composed, true));
});
