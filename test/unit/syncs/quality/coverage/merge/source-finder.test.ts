import { expect, test } from 'vitest';
import { createSourceFinder } from '../../../../../../src/syncs/quality/coverage/merge/source-finder.ts';

const find = createSourceFinder('/home/ada/shop', [
  'src/cart.ts',
  'packages/api/src/cart.ts',
  'packages/api/src/price.ts',
  'lib/index.ts',
  'web/index.ts',
]);
const root = { package: '', sourceRoots: [] };

test.each([
  ['/home/ada/shop/src/cart.ts', root, 'src/cart.ts'],
  ['./src/cart.ts', root, 'src/cart.ts'],
  ['src/cart.ts', { package: 'packages/api', sourceRoots: [] }, 'src/cart.ts'],
  ['src/price.ts', { package: 'packages/api', sourceRoots: [] }, 'packages/api/src/price.ts'],
  [
    'price.ts',
    { package: '', sourceRoots: ['/home/ada/shop/packages/api/src'] },
    'packages/api/src/price.ts',
  ],
  ['/home/runner/work/shop/shop/packages/api/src/cart.ts', root, 'packages/api/src/cart.ts'],
  ['C:\\agent\\shop\\packages\\api\\src\\cart.ts', root, 'packages/api/src/cart.ts'],
  ['src\\price.ts', { package: 'packages/api', sourceRoots: [] }, 'packages/api/src/price.ts'],
  ['/elsewhere/index.ts', root, null],
  ['/usr/include/stdio.h', root, null],
  ['../../../etc/passwd', root, null],
  ['', root, null],
])('createSourceFinder maps %j, %j to %j', (reported, place, source) => {
  expect(find(reported, place)).toBe(source);
});

test('createSourceFinder finds 30,000 files of the same name in bounded time', () => {
  const numbers = Array.from({ length: 30_000 }, (_, number) => String(number));
  const inMany = createSourceFinder(
    '/p',
    numbers.map((number) => `d${number}/index.ts`),
  );
  // Comparing every pair would take minutes.
  for (const number of numbers) {
    expect(inMany(`/ci/d${number}/index.ts`, root)).toBe(`d${number}/index.ts`);
    expect(inMany(`/ci/z${number}/index.ts`, root)).toBeNull();
  }
});
