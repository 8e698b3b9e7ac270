import { expect, test } from 'vitest';
import { createSourceFinder } from '../../../../../../src/syncs/quality/coverage/merge/source-finder.ts';

const find = createSourceFinder('/home/ada/shop', [
  'src/cart.ts',
  'packages/api/src/cart.ts',
  'packages/api/src/price.ts',
  'lib/index.ts',
  'web/index.ts',
]);
const root = { package: '', sourceRoots: [], topDir: null };

test.each([
  ['/home/ada/shop/src/cart.ts', root, 'src/cart.ts'],
  ['./src/cart.ts', root, 'src/cart.ts'],
  ['src/cart.ts', { ...root, package: 'packages/api' }, 'packages/api/src/cart.ts'],
  ['src/price.ts', { ...root, package: 'packages/api' }, 'packages/api/src/price.ts'],
  [
    'price.ts',
    { ...root, sourceRoots: ['/home/ada/shop/packages/api/src'] },
    'packages/api/src/price.ts',
  ],
  ['/home/runner/work/shop/shop/packages/api/src/cart.ts', root, 'packages/api/src/cart.ts'],
  ['C:\\agent\\shop\\packages\\api\\src\\cart.ts', root, 'packages/api/src/cart.ts'],
  ['src\\price.ts', { ...root, package: 'packages/api' }, 'packages/api/src/price.ts'],
  ['./src\\price.ts', { ...root, package: 'packages/api' }, 'packages/api/src/price.ts'],
  ['D:/agent/shop/packages/api/src\\cart.ts', root, 'packages/api/src/cart.ts'],
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
  const found = numbers.map((number) => inMany(`/ci/d${number}/index.ts`, root));
  expect(found).toEqual(numbers.map((number) => `d${number}/index.ts`));
  const unknown = numbers.filter((number) => inMany(`/ci/z${number}/index.ts`, root) !== null);
  expect(unknown).toEqual([]);
});

test.each([
  // A name alone is not an ending, unless both files are at the top.
  ['/ci/gen/index.ts', { ...root, topDir: '/ci' }, null],
  ['gen/cart.ts', root, null],
  ['/ci/index.ts', { ...root, topDir: '/ci', package: 'web' }, 'web/index.ts'],
  ['price.ts', root, 'packages/api/src/price.ts'],
  // The ending includes the source root of the report.
  ['cart.ts', { ...root, sourceRoots: ['/ci/packages/api/src'] }, 'packages/api/src/cart.ts'],
  [
    'cart.ts',
    { ...root, package: 'packages/api', sourceRoots: ['src'] },
    'packages/api/src/cart.ts',
  ],
  // An absolute path in the project is never another file.
  ['/home/ada/shop/lib/src/cart.ts', root, null],
])('createSourceFinder maps %j, %j in the order of the tool to %j', (reported, place, source) => {
  expect(find(reported, place)).toBe(source);
});

test('createSourceFinder maps the paths of Go modules to their directories', () => {
  const files = ['main.go', 'cmd/main.go', 'tools/main.go', 'tools/gen/gen.go'];
  const modules = new Map([
    ['example.com/shop', ''],
    ['example.com/shop/tools', 'tools'],
  ]);
  const inModules = createSourceFinder('/p', files, modules);
  expect(inModules('example.com/shop/main.go', root)).toBe('main.go');
  expect(inModules('example.com/shop/tools/main.go', root)).toBe('tools/main.go');
  expect(inModules('example.com/shop/tools/gen/gen.go', root)).toBe('tools/gen/gen.go');
  expect(inModules('example.com/shop/deleted/main.go', root)).toBeNull();
});
