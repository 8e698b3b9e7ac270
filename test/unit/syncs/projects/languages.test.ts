import { expect, test } from 'vitest';
import { languageOf, languagesOf } from '../../../../src/syncs/projects/stack/languages.ts';

test.each([
  ['src/a.ts', 'TypeScript'],
  ['App.VUE', 'Vue'],
  ['docker/Dockerfile', 'Dockerfile'],
  ['Makefile', 'Makefile'],
  ['lib/a.test.rb', 'Ruby'],
  ['CMakeLists.txt', 'CMake'],
])('%s counts for %s', (path, language) => {
  expect(languageOf(path)).toBe(language);
});

test.each([
  'data.json',
  'README.md',
  'LICENSE',
  'a.constructor',
  'toString',
  '.ts/x',
  'vendor/a.go',
  'web/node_modules/a/a.js',
  'dist/a.js',
  'jquery.min.js',
  'a_pb2.py',
])('%s counts for no language', (path) => {
  expect(languageOf(path)).toBeNull();
});

test('headers count for whichever of C and C++ there is more of', () => {
  const of = (languages: Record<string, number>): object =>
    languagesOf(new Map(Object.entries(languages)));
  expect(of({ 'C header': 5, C: 10, 'C++': 9 })).toEqual({ C: 15, 'C++': 9 });
  expect(of({ 'C header': 5, C: 1, 'C++': 9 })).toEqual({ 'C++': 14, C: 1 });
  expect(of({ 'C header': 5 })).toEqual({ C: 5 });
});

test('the largest language comes first', () => {
  const languages = languagesOf(new Map(Object.entries({ B: 2, C: 3, A: 2 })));
  expect(Object.keys(languages)).toEqual(['C', 'A', 'B']);
});
