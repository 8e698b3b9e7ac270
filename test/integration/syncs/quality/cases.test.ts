import { readdirSync, readFileSync } from 'node:fs';
import { cp, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectQuality } from '../../../../src/schema/quality.ts';
import { git, temporaryWorkspace, type TemporaryWorkspace } from '../../../helpers/workspace.ts';
import { collectQuality, found } from './run-quality.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/quality/', import.meta.url));

interface Case {
  readonly name: string;
  readonly percent: number | null | undefined;
  readonly lighthouse: number | undefined;
  readonly freshness: string | undefined;
  readonly todos: number | undefined;
  /** Ages in seconds by path. */
  readonly ages: Readonly<Record<string, number>>;
  readonly isTracked: boolean;
}

/** Reads the expectations of a case. */
function readCase(name: string): Case {
  const text = readFileSync(join(fixtures, name, 'EXPECTED.txt'), 'utf8');
  const percent = /^percent expected: (.+)$/m.exec(text)?.[1];
  const score = /^lighthouse score expected (\d+)$/m.exec(text)?.[1];
  const todos = /^todos expected: (\d+)$/m.exec(text)?.[1];
  const ages = /^ages in seconds[^{]*(\{.*\})$/m.exec(text)?.[1];
  return {
    name,
    percent: percent === undefined ? undefined : percent === 'None' ? null : Number(percent),
    lighthouse: score === undefined ? undefined : Number(score),
    freshness: /^freshness expected: (\w+)/m.exec(text)?.[1],
    todos: todos === undefined ? undefined : Number(todos),
    ages: ages === undefined ? {} : (JSON.parse(ages) as Record<string, number>),
    isTracked: todos !== undefined || /^a tracked /m.test(text),
  };
}

const cases = readdirSync(fixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => readCase(name));

const sourceName =
  /\.(?:py|js|ts|c|cpp|cs|java|kt|rs|go|php|rb|swift|scala|dart|lua|sh|pl|vue|exs?|cls|R)$/;
const manifestName =
  /^(?:package|sfdx-project|composer|lighthouserc)\.json$|^pom\.xml$|\.(?:sln|csproj|gradle|kts|toml|mod|sbt|bazel|yaml|PL)$|^(?:Gemfile|Makefile|CMakeLists\.txt|meson\.build|dune-project|setup\.py|DESCRIPTION)$/;
const isReport = (path: string): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return !sourceName.test(name) && !manifestName.test(name);
};

let workspace: TemporaryWorkspace;
let entries: ReadonlyMap<string, ProjectQuality>;

beforeAll(async () => {
  workspace = await temporaryWorkspace();
  const projects = [];
  for (const { name, ages, isTracked } of cases) {
    const dir = join(workspace.root, 'code', name);
    await cp(join(fixtures, name, 'repo'), dir, { recursive: true });
    const files = readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
    git(dir, 'init', '-q');
    const sources = files.filter((path) => isTracked || !isReport(path));
    git(dir, 'add', '-f', '--', ...sources);
    git(dir, 'commit', '-q', '-m', 'Sources');
    const ignored = files.filter((path) => !sources.includes(path)).map((path) => `/${path}\n`);
    await workspace.write(`code/${name}/.git/info/exclude`, ignored.join(''));
    for (const [path, age] of Object.entries(ages)) {
      const time = new Date(Date.now() - age * 1000);
      await utimes(join(dir, path), time, time);
    }
    projects.push(found(dir));
  }
  const { snapshot } = await collectQuality(workspace.root, projects);
  entries = new Map(snapshot.projects.map((entry) => [entry.id, entry]));
});

afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
});

test.each(cases)('quality reads $name as expected', ({ name, ...expected }) => {
  const { coverage, lighthouse, todos } = entries.get(name) ?? {};
  // With the reason, which explains an unexpected null.
  if (expected.percent === null) expect(coverage?.percent).toBeNull();
  else if (expected.percent !== undefined) {
    expect({ percent: coverage?.percent, reason: coverage?.reason }).toEqual({
      percent: expect.closeTo(expected.percent, 1) as number,
      reason: null,
    });
  }
  if (expected.lighthouse !== undefined) expect(lighthouse?.score).toBe(expected.lighthouse);
  if (expected.todos !== undefined) expect(todos?.total).toBe(expected.todos);
  if (expected.freshness !== undefined) expect(coverage?.freshness).toBe(expected.freshness);
});

test.each([
  ['format-v8-raw', /V8.*c8 report/],
  ['format-bullseye', /Bullseye/],
  ['format-bisect-coverage', /bisect/],
  ['unknown-xml-named-coverage', /^coverage\.xml/],
  ['doc-example-as-coverage', /example_cobertura\.xml/],
  ['fixture-as-coverage', /brace\.info/],
  ['cobertura-only-rate', /coverage\.xml/],
  ['format-pit', /mutations\.xml|no coverage report/],
])('quality names the report that it does not count in %s', (name, reason) => {
  expect(entries.get(name)?.coverage.reason).toMatch(reason);
});
