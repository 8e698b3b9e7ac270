import { describe, expect, test } from 'vitest';
import { countLanguages, needsShebang } from '../../../../src/syncs/projects/stack/languages.ts';
import {
  createAttributeLookup,
  parseAttributes,
} from '../../../../src/linguist/linguist-attributes.ts';
import { cpuMsOf } from '../../../helpers/cpu-time.ts';

const count = (
  sizes: Readonly<Record<string, number>>,
  {
    attributes = {},
    starts = {},
  }: { attributes?: Record<string, string>; starts?: Record<string, string> } = {},
): Record<string, number> =>
  countLanguages(
    Object.entries(sizes).map(([path, size]) => ({ path, size })),
    createAttributeLookup(
      Object.entries(attributes).map(([path, text]) => parseAttributes(path, text)),
    ),
    (path) => starts[path] ?? null,
  );

describe('countLanguages', () => {
  test('does not count scripts and style sheets that have a source map next to them', () => {
    const sizes = { 'lib/a.js': 9, 'lib/a.js.map': 9, 'b.css': 9, 'b.css.map': 9, 'src/a.ts': 1 };
    expect(count(sizes)).toEqual({ TypeScript: 1 });
  });

  test.each([
    ['src/a.ts', 'TypeScript'],
    ['src/a.tsx', 'TypeScript'],
    ['App.VUE', 'Vue'],
    ['docker/Dockerfile', 'Dockerfile'],
    ['Makefile', 'Makefile'],
    ['lib/a.test.rb', 'Ruby'],
    ['CMakeLists.txt', 'CMake'],
    ['lib/x.bzl', 'Starlark'],
    ['BUILD.bazel', 'Starlark'],
    ['Rakefile', 'Ruby'],
    ['views/a.blade.php', 'Blade'],
    ['a.rs', 'Rust'],
    ['main.tf', 'HCL'],
    ['paper.tex', 'TeX'],
    ['a.ex', 'Elixir'],
    ['shader.frag', 'GLSL'],
    ['x.pl', 'Perl'],
    ['x.fs', 'F#'],
    ['x.cls', 'TeX'],
    ['token.sol', 'Solidity'],
    ['vector.hh', 'C++'],
    ['View.mm', 'Objective-C++'],
  ])('counts %s as %s', (path, language) => {
    expect(count({ [path]: 1 })).toEqual({ [language]: 1 });
  });

  test.each([
    'data.json',
    'README.md',
    'LICENSE',
    'schema.sql',
    'build.gradle.kts.txt',
    'a.constructor',
    'toString',
    '.ts/x',
    'vendor/a.go',
    'web/node_modules/a/a.js',
    'dist/a.js',
    'jquery.min.js',
    'jquery-3.7.1.js',
    'a_pb2.py',
    'api/x.pb.go',
    'docs/index.html',
    'examples/a.py',
    'samples/a.py',
    'test/fixtures/a.rb',
    'third_party/x/a.c',
    'types/a.d.ts',
    '.github/scripts/a.py',
    'Form1.Designer.cs',
    'app/Pods/A/a.swift',
    'gradlew',
    `${'a/'.repeat(300)}a.ts`,
  ])('does not count %s', (path) => {
    expect(count({ [path]: 1 })).toEqual({});
  });

  test('adds C headers to the language of which there is more', () => {
    expect(count({ 'a.h': 5, 'a.c': 10, 'a.cpp': 9 })).toEqual({ C: 15, 'C++': 9 });
    expect(count({ 'a.h': 5, 'a.c': 1, 'a.cpp': 9 })).toEqual({ 'C++': 14, C: 1 });
    expect(count({ 'a.h': 5 })).toEqual({ C: 5 });
  });

  test('counts .m as Objective-C when there are headers and as MATLAB otherwise', () => {
    expect(count({ 'a.m': 5, 'a.h': 2 })).toEqual({ 'Objective-C': 7 });
    expect(count({ 'a.m': 5 })).toEqual({ MATLAB: 5 });
  });

  test('puts the largest language first and equal ones in the order of their names', () => {
    expect(Object.keys(count({ 'a.rb': 2, 'a.go': 3, 'a.py': 2 }))).toEqual([
      'Go',
      'Python',
      'Ruby',
    ]);
  });

  test.each([
    ['#!/bin/sh\n', 'Shell'],
    ['#!/usr/bin/env python3\n', 'Python'],
    ['#!/usr/bin/env -S deno run --allow-net\n', 'TypeScript'],
    ['#! /usr/bin/perl -w', 'Perl'],
    ['#!/usr/bin/python3.12\n', 'Python'],
    ['#!/usr/bin/env FOO=1 ruby\n', 'Ruby'],
  ])('recognizes a script by %j as %s', (start, language) => {
    expect(count({ 'bin/tool': 1 }, { starts: { 'bin/tool': start } })).toEqual({ [language]: 1 });
  });

  test.each(['', 'no script', '#!', '#!/usr/bin/env\n', '#!/opt/constructor\n', '\0\0'])(
    'does not count a file without extension that starts with %j',
    (start) => {
      expect(count({ 'bin/tool': 1 }, { starts: { 'bin/tool': start } })).toEqual({});
    },
  );

  test('needsShebang is true for files without extension that are not known by name', () => {
    expect(['bin/tool', 'run'].every(needsShebang)).toBe(true);
    expect(['Makefile', 'a.sh', 'LICENSE', 'vendor/x', '.env', 'docs/x'].some(needsShebang)).toBe(
      false,
    );
  });
});

describe('countLanguages with attributes', () => {
  test.each<[string, Record<string, number>, Record<string, number>]>([
    ['public/** linguist-vendored', { 'public/x.html': 9, 'app.js': 1 }, { JavaScript: 1 }],
    ['*.gen.go linguist-generated=true', { 'a/x.gen.go': 9, 'a.go': 1 }, { Go: 1 }],
    ['lib/docs/* linguist-documentation', { 'lib/docs/x.py': 9 }, {}],
    ['vendor/** -linguist-vendored', { 'vendor/a.go': 9 }, { Go: 9 }],
    ['docs/** linguist-documentation=false', { 'docs/a.py': 9 }, { Python: 9 }],
    ['*.json linguist-detectable', { 'a.json': 9 }, { JSON: 9 }],
    ['*.sql linguist-detectable=true linguist-language=SQL', { 'a.sql': 9 }, { SQL: 9 }],
    ['*.html -linguist-detectable', { 'a.html': 9, 'a.js': 1 }, { JavaScript: 1 }],
    ['*.h linguist-language=C++', { 'a.h': 9 }, { 'C++': 9 }],
    ['*.inc linguist-language=php', { 'a.inc': 9 }, { PHP: 9 }],
    ['*.x linguist-language=Vim-Script', { 'a.x': 9 }, { 'Vim script': 9 }],
    ['*.js linguist-language=Nonexistent', { 'a.js': 9 }, {}],
    ['*.js linguist-vendored\n*.js -linguist-vendored', { 'a.js': 9 }, { JavaScript: 9 }],
    [
      '*.js linguist-vendored\na.js !linguist-vendored',
      { 'a.js': 9, 'b.js': 1 },
      { JavaScript: 9 },
    ],
    ['"with space/*" linguist-vendored', { 'with space/a.js': 9 }, {}],
    ['/a.js linguist-vendored', { 'a.js': 9, 'b/a.js': 1 }, { JavaScript: 1 }],
    ['dir/ linguist-vendored', { 'dir/a.js': 9 }, { JavaScript: 9 }],
    ['!*.js linguist-vendored', { 'a.js': 9 }, { JavaScript: 9 }],
    ['# *.js linguist-vendored', { 'a.js': 9 }, { JavaScript: 9 }],
    ['*.js text eol=lf linguist-vendored', { 'a.js': 9 }, {}],
    ['*.js not-linguist-vendored linguist-vendoredx', { 'a.js': 9 }, { JavaScript: 9 }],
  ])('applies %j', (text, sizes, expected) => {
    expect(count(sizes, { attributes: { '.gitattributes': text } })).toEqual(expected);
  });

  test('lets files further down take precedence for the paths below them', () => {
    const attributes = {
      '.gitattributes': 'a/** linguist-vendored',
      'a/b/.gitattributes': '*.js -linguist-vendored',
    };
    expect(count({ 'a/x.js': 1, 'a/b/x.js': 2, 'b/x.js': 4 }, { attributes })).toEqual({
      JavaScript: 6,
    });
  });

  test('is fast for hostile patterns and paths', () => {
    const text = `${'*a'.repeat(120)} linguist-vendored\n`.repeat(200);
    const sizes = Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [`${'a'.repeat(400)}${String(at)}.js`, 1]),
    );
    const others = Object.fromEntries(
      Array.from({ length: 2000 }, (_, at) => [`${'yui/d3/'.repeat(70)}${String(at)}.js`, 1]),
    );
    const counting = (): void => {
      count(sizes, { attributes: { '.gitattributes': text } });
      count(others);
    };
    expect(cpuMsOf(counting)).toBeLessThan(5_000);
  });
});
