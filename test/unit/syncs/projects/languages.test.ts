import { expect, test } from 'vitest';
import { languageOf, sortedLanguages } from '../../../../src/syncs/projects/stack/languages.ts';

test.each([
  ['src/a.ts', 'TypeScript'],
  ['App.VUE', 'Vue'],
  ['docker/Dockerfile', 'Dockerfile'],
  ['Makefile', 'Makefile'],
  ['lib/a.test.rb', 'Ruby'],
  ['CMakeLists.txt', 'CMake'],
])('languageOf returns the language of %s: %s', (path, language) => {
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
])('languageOf returns null for %s', (path) => {
  expect(languageOf(path)).toBeNull();
});

test('sortedLanguages adds C headers to C++ when there is more C++ than C, and else to C', () => {
  const sorted = (languages: Record<string, number>): object =>
    sortedLanguages(new Map(Object.entries(languages)));
  expect(sorted({ 'C header': 5, C: 10, 'C++': 9 })).toEqual({ C: 15, 'C++': 9 });
  expect(sorted({ 'C header': 5, C: 1, 'C++': 9 })).toEqual({ 'C++': 14, C: 1 });
  expect(sorted({ 'C header': 5 })).toEqual({ C: 5 });
});

test('sortedLanguages puts the largest language first', () => {
  const languages = sortedLanguages(new Map(Object.entries({ B: 2, C: 3, A: 2 })));
  expect(Object.keys(languages)).toEqual(['C', 'A', 'B']);
});
