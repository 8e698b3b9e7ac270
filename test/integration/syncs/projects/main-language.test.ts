import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projects } from '../../../../src/syncs/projects/index.ts';
import type { Project } from '../../../../src/schema/projects.ts';
import { slowdown } from '../../../helpers/slowdown.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';
import { after, contextOf, only } from './collect-context.ts';

/** Collects a repository of these files: content by path. */
async function projectOf(files: Readonly<Record<string, string>>): Promise<Project> {
  await using workspace = await temporaryWorkspace();
  await workspace.gitRepository('code/alpha', files);
  return only(await projects.collect(await contextOf(workspace)));
}

const mainLanguage = ({ stack }: Project): string | undefined =>
  Object.keys(stack.languages ?? {})[0];

describe('projects sync decides by the main language', () => {
  test.each<
    [string, Record<string, string>, Partial<Project['stack']> & { description: string | null }]
  >([
    [
      'a Swift project with a Gemfile',
      {
        'Package.swift': '// swift-tools-version:5.9',
        Gemfile: 'gem "cocoapods"',
        'S/a.swift': 'let a = 1\n'.repeat(50),
      },
      { packageManager: 'swiftpm', description: null },
    ],
    [
      'an Elixir project with a JavaScript client',
      {
        'mix.exs': 'defmodule M do end',
        'package.json': '{"description":"The JavaScript client."}',
        'package-lock.json': '{}',
        'lib/a.ex': 'def a, do: 1\n'.repeat(50),
      },
      { packageManager: 'mix', description: null },
    ],
    [
      'a Go project without manifest and with a linter from npm',
      {
        'package.json': '{"description":"Lints."}',
        'package-lock.json': '{}',
        'main.go': 'package main\n'.repeat(50),
      },
      { packageManager: null, description: null },
    ],
    [
      'a Rust project with as much Python',
      {
        'Cargo.toml': '[package]\ndescription = "In Rust."',
        'pyproject.toml': '[project]\ndescription = "In Python."\n[tool.poetry]\n',
        'a.rs': 'a'.repeat(400),
        'a.py': 'a'.repeat(300),
      },
      { packageManager: 'cargo', description: 'In Rust.' },
    ],
    [
      'a shell project with a package.json',
      {
        'package.json': '{"description":"Runs."}',
        'package-lock.json': '{}',
        'a.sh': 'ls\n'.repeat(50),
      },
      { packageManager: 'npm', description: 'Runs.' },
    ],
    [
      'a Bazel project',
      {
        'MODULE.bazel': 'module(name = "x")',
        'lib/x.bzl': 'def f():\n    pass\n',
        't.sh': '#!/bin/sh',
      },
      { packageManager: 'bazel', frameworks: ['Bazel'], description: null },
    ],
    [
      'a C++ project with Bazel and CMake',
      { WORKSPACE: '', 'CMakeLists.txt': 'project(x)', 'a.cc': 'int a;\n'.repeat(900) },
      { packageManager: 'bazel', frameworks: ['Bazel', 'CMake'], description: null },
    ],
    [
      'the lock file of uv next to settings of pdm',
      {
        'pyproject.toml': '[tool.pdm]\nversion = {source="file"}\n[project]\nname="x"\n',
        'uv.lock': 'version = 1',
      },
      { packageManager: 'uv', description: null },
    ],
  ])('for %s', async (_name, files, { description, ...stack }) => {
    expect(await projectOf(files)).toMatchObject({ stack, description });
  });
});

describe('projects sync counts languages', () => {
  const big = 'x'.repeat(4000);
  test.each<[string, Record<string, string>, string | undefined]>([
    ['documentation', { 'docs/index.html': big, 'lib/a.rb': 'puts 1' }, 'Ruby'],
    [
      'files with linguist-vendored',
      { 'public/x.html': big, '.gitattributes': 'public/** linguist-vendored', 'app.js': 'let a' },
      'JavaScript',
    ],
    [
      'nested attributes',
      { 'web/gen/x.ts': big, 'web/.gitattributes': 'gen/* linguist-generated', 'a.py': 'a' },
      'Python',
    ],
    ['a script without extension', { 'bin/tool': '#!/usr/bin/env ruby\nputs 1' }, 'Ruby'],
    ['nothing', { 'README.md': '# A' }, undefined],
  ])('with %s', async (_name, files, language) => {
    expect(mainLanguage(await projectOf(files))).toBe(language);
  });

  test.each<[string, Record<string, string>, string, string]>([
    ['.gitattributes', { 'a.rb': 'aaaa', 'b.go': 'b' }, '*.rb linguist-vendored\n', 'Go'],
    ['run', { 'a.rb': '', run: '#!/bin/sh\n' }, '#!/usr/bin/perl\n', 'Perl'],
  ])('with and without a cache alike after an edit of %s', async (name, files, text, language) => {
    await using workspace = await temporaryWorkspace();
    const start = { '.gitattributes': '# none\n', ...files };
    const alpha = await workspace.gitRepository('code/alpha', start);
    const first = await projects.collect(await contextOf(workspace));
    await alpha.write(name, text);
    const cached = await projects.collect(await contextOf(workspace, after(first)));
    const fresh = await projects.collect(
      await contextOf(workspace, { ...after(first), cache: null }),
    );
    expect(mainLanguage(only(cached))).toBe(language);
    expect(only(cached).stack).toEqual(only(fresh).stack);
  });

  test('reads the manifests again when another language becomes the main one', async () => {
    await using workspace = await temporaryWorkspace();
    const alpha = await workspace.gitRepository('code/alpha', {
      'Cargo.toml': '[package]\ndescription = "In Rust."',
      'go.mod': 'module x\n',
      'a.rs': 'a'.repeat(100),
      'a.go': 'a'.repeat(10),
    });
    const first = await projects.collect(await contextOf(workspace));
    expect(only(first).stack.packageManager).toBe('cargo');
    await alpha.write('b.go', 'a'.repeat(200));
    alpha.git('add', '-A');
    const second = await projects.collect(await contextOf(workspace, after(first)));
    expect(only(second).stack.packageManager).toBe('go');
  });

  test.each(['.gitattributes', 'tool'])(
    'without reading a FIFO in the place of %s',
    async (name) => {
      await using workspace = await temporaryWorkspace();
      const files = { '.gitattributes': '# none\n', tool: '#!/bin/sh\n', 'a.rb': 'aaaa' };
      const alpha = await workspace.gitRepository('code/alpha', files);
      await rm(join(alpha.path, name));
      execFileSync('mkfifo', [join(alpha.path, name)]);
      const startedMs = performance.now();
      const { stack } = only(await projects.collect(await contextOf(workspace)));
      // Unknown if git itself would block on the file.
      expect([null, 'Ruby']).toContain(stack.languages && Object.keys(stack.languages)[0]);
      expect(performance.now() - startedMs).toBeLessThan(30_000 * slowdown());
    },
  );

  test('leaves them unknown when there are hundreds of rules', async () => {
    const project = await projectOf({
      '.gitattributes': '*.rb linguist-vendored\n'.repeat(600),
      'a.rb': 'aaaa',
    });
    expect(project.stack.languages).toBeNull();
  });
});
