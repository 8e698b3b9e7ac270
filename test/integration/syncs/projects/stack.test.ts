import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import licenses from 'spdx-license-list/full.js';
import { expect, test } from 'vitest';
import { readRootFiles, type RootFacts } from '../../../../src/syncs/projects/root-files.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';

/** Returns the facts of a project with these files at its root: content by name. */
async function factsOf(files: Readonly<Record<string, string>>): Promise<RootFacts> {
  await using workspace = await temporaryWorkspace();
  const dir = join(workspace.root, 'code');
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return await readRootFiles(dir, null, new AbortController().signal);
}

const json = (value: object): string => JSON.stringify(value);

test.each<[string, Record<string, string>, Partial<RootFacts>]>([
  [
    'package.json',
    {
      'package.json': json({
        description: ' Reads \n all files. ',
        license: 'MIT',
        dependencies: { react: '1', next: '1' },
        devDependencies: { express: '1' },
      }),
      'pnpm-lock.yaml': '',
      'yarn.lock': '',
    },
    {
      description: 'Reads all files.',
      license: 'MIT',
      frameworks: ['Express', 'Next.js', 'React'],
      packageManager: 'pnpm',
    },
  ],
  [
    'the deprecated licence forms of package.json',
    { 'package.json': json({ licenses: [{ type: 'MIT' }, { type: 'ISC' }] }) },
    { license: 'MIT OR ISC', packageManager: null },
  ],
  [
    'the packageManager field before any lock file',
    { 'package.json': json({ packageManager: 'yarn@4.1.0+sha' }), 'package-lock.json': '{}' },
    { packageManager: 'yarn' },
  ],
  [
    'pyproject.toml of a standard project',
    {
      'pyproject.toml': `[project]
description = "Serves."
license = "Apache-2.0"
dependencies = ["Django[argon2]>=5", "torch ; python_version > '3'"]
[project.optional-dependencies]
api = ["FastAPI~=0.1"]
[dependency-groups]
dev = ["Flask", { include-group = "x" }]`,
      'uv.lock': '',
    },
    {
      description: 'Serves.',
      license: 'Apache-2.0',
      frameworks: ['Django', 'FastAPI', 'Flask', 'PyTorch'],
      packageManager: 'uv',
    },
  ],
  [
    'pyproject.toml of Poetry',
    {
      'pyproject.toml': `[tool.poetry]
description = "Serves."
license = "MIT"
[tool.poetry.dependencies]
django-rest = "1"
Flask = { version = "1" }
[tool.poetry.group.dev.dependencies]
Streamlit = "1"`,
    },
    {
      description: 'Serves.',
      license: 'MIT',
      frameworks: ['Flask', 'Streamlit'],
      packageManager: 'poetry',
    },
  ],
  [
    'requirements.txt',
    { 'requirements.txt': '# Flask\n-r other.txt\nDjango==5.0 # web\n' },
    { frameworks: ['Django'], packageManager: 'pip' },
  ],
  [
    'Pipfile',
    { Pipfile: '[packages]\nflask = "*"' },
    { frameworks: ['Flask'], packageManager: 'pipenv' },
  ],
  [
    'Cargo.toml',
    {
      'Cargo.toml': `[package]
description = "Runs."
license = "MIT/Apache-2.0"
[dependencies]
axum = "1"`,
    },
    {
      description: 'Runs.',
      license: 'MIT OR Apache-2.0',
      frameworks: ['Axum'],
      packageManager: 'cargo',
    },
  ],
  [
    'Cargo.toml of a workspace',
    {
      'Cargo.toml': `[workspace.package]
license = "MIT"
[workspace.dependencies]
tauri = "2"
[package]
license = { workspace = true }`,
    },
    { license: 'MIT', frameworks: ['Tauri'] },
  ],
  [
    'go.mod',
    {
      'go.mod': `module example.com/a
require github.com/gin-gonic/gin v1.9.0
require (
	github.com/labstack/echo/v4 v4.1.0
	github.com/gofiber/fiber/v2 v2.0.0 // indirect
)`,
    },
    { frameworks: ['Echo', 'Gin'], packageManager: 'go' },
  ],
  [
    'composer.json',
    {
      'composer.json': json({
        description: 'Shops.',
        license: ['MIT', 'GPL-2.0-only'],
        require: { 'laravel/framework': '^11' },
      }),
    },
    {
      description: 'Shops.',
      license: 'MIT OR GPL-2.0-only',
      frameworks: ['Laravel'],
      packageManager: 'composer',
    },
  ],
  [
    'Gemfile and gemspec',
    {
      Gemfile: `source "https://rubygems.org"\n# gem "sinatra"\ngem 'rails', '~> 7'\n`,
      'a.gemspec': `Gem::Specification.new do |s|\n  s.summary = "Rolls."\n  s.license = "MIT"\nend`,
    },
    {
      description: 'Rolls.',
      license: 'MIT',
      frameworks: ['Ruby on Rails'],
      packageManager: 'bundler',
    },
  ],
  [
    'pom.xml',
    {
      'pom.xml': `<project><parent><groupId>org.springframework.boot</groupId>
<description>of the parent</description></parent><description>Brews.</description>
<licenses><license><name>Apache License, Version 2.0</name></license></licenses>
<dependencies><dependency><groupId>io.quarkus</groupId></dependency></dependencies></project>`,
    },
    {
      description: 'Brews.',
      license: 'Apache-2.0',
      frameworks: ['Quarkus', 'Spring Boot'],
      packageManager: 'maven',
    },
  ],
  [
    'build.gradle.kts',
    {
      'build.gradle.kts': `plugins { id("com.android.application") }\nimplementation("io.ktor:ktor:2")`,
    },
    { frameworks: ['Android', 'Ktor'], packageManager: 'gradle' },
  ],
  [
    'a .NET project file',
    {
      'A.csproj': `<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><Description>Nets.</Description>
<PackageLicenseExpression>MIT</PackageLicenseExpression></PropertyGroup></Project>`,
    },
    {
      description: 'Nets.',
      license: 'MIT',
      frameworks: ['ASP.NET Core'],
      packageManager: 'nuget',
    },
  ],
  [
    'pubspec.yaml',
    {
      'pubspec.yaml':
        'name: a\ndescription: "Flies: high."\ndependencies:\n  flutter:\n    sdk: flutter\n',
    },
    { description: 'Flies: high.', frameworks: ['Flutter'], packageManager: 'pub' },
  ],
  [
    'mix.exs',
    { 'mix.exs': `[description: "Mixes.", licenses: ["MIT"]]\n[{:phoenix, "~> 1.7"}]` },
    { description: 'Mixes.', license: 'MIT', frameworks: ['Phoenix'], packageManager: 'mix' },
  ],
])('readRootFiles reads the facts of %s', async (_name, files, expected) => {
  expect(await factsOf(files)).toMatchObject({ ...expected, failures: [] });
});

test('readRootFiles falls back to README and licence file when no manifest states a fact', async () => {
  const facts = await factsOf({
    'package.json': json({ description: '  ', license: 'SEE LICENSE IN LICENSE' }),
    'README.de.md': '# A\n\nLiest alle Dateien.',
    'README.md': '# A\n\nReads all files.',
    LICENSE: licenses['Unlicense']?.licenseText ?? '',
  });
  expect(facts).toMatchObject({ description: 'Reads all files.', license: 'Unlicense' });
});

test('readRootFiles returns null facts for a directory without relevant files', async () => {
  expect(await factsOf({ 'notes.txt': 'x' })).toMatchObject({
    description: null,
    license: null,
    frameworks: [],
    packageManager: null,
    failures: [],
  });
});

test('readRootFiles treats an invalid field of a manifest as missing and reads the rest', async () => {
  const facts = await factsOf({
    'package.json': `{"description": 7, "license": ["MIT"], "dependencies": "react",
      "devDependencies": {"vue": {"odd": true}, "__proto__": "1", "constructor": "1"}}`,
  });
  expect(facts).toMatchObject({
    description: null,
    license: null,
    frameworks: ['Vue'],
    failures: [],
  });
});
