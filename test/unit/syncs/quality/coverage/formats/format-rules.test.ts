import { expect, test } from 'vitest';
import { coverageFormats } from '../../../../../../src/syncs/quality/coverage/formats/registry.ts';
import type { Report } from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { inChunks } from '../../in-chunks.ts';
import { signatureOf } from '../../signature-of.ts';

// Rules of formats that the reports in tool-reports.test.ts do not exercise. LCOV, Cobertura, Istanbul and Go have
// their own test files.

async function read(text: string): Promise<readonly [format: string, Report]> {
  const signature = await signatureOf(text);
  const [format, ...others] = coverageFormats.filter((one) => one.recognizes(signature));
  if (format === undefined || others.length > 0) throw new Error('is not of one format');
  return [format.name, await format.parse(inChunks(text))];
}

test('clover ignores `elements` and the code of the tests', async () => {
  const [name, report] = await read(`<?xml version="1.0"?>
    <coverage generated="1795000000" clover="4.5.2">
      <project timestamp="1795000000">
        <metrics statements="10" coveredstatements="4" conditionals="2" coveredconditionals="1"
          methods="3" coveredmethods="2" elements="15" coveredelements="7"/>
        <package name="app"><metrics statements="10" coveredstatements="4"/>
          <file name="a.java" path="/ci/app/a.java"><metrics statements="10" coveredstatements="4"/>
            <line num="1" type="method" count="9"/><line num="2" type="stmt" count="1"/>
          </file>
        </package>
      </project>
      <testproject timestamp="1795000000">
        <metrics statements="90" coveredstatements="90"/>
        <package name="test"><file name="T.java" path="/ci/test/T.java"><line num="1" type="stmt" count="1"/></file></package>
      </testproject>
    </coverage>`);
  expect(name).toBe('clover');
  expect(report).toMatchObject({
    covered: 4,
    total: 10,
    metric: 'statement',
    reportTime: 1_795_000_000_000,
    branches: { covered: 1, total: 2 },
    functions: { covered: 2, total: 3 },
    files: [{ path: '/ci/app/a.java', covered: 1, total: 1 }],
  });
});

test('jacoco uses only the counters of the report, not those of groups, packages, classes and methods', async () => {
  const counters = '<counter type="LINE" missed="3" covered="1"/>';
  const [name, report] = await read(`<?xml version="1.0"?>
    <!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "http://127.0.0.1:1/report.dtd">
    <report name="all"><sessioninfo id="ci" start="1" dump="1795000000000"/>
      <group name="one"><package name="p"><class name="p/A"><method name="m" desc="()V">${counters}</method>${counters}</class>
        <sourcefile name="A.java"><line nr="7" mi="0" ci="2" mb="0" cb="0"/>${counters}</sourcefile>${counters}</package>${counters}</group>
      <counter type="LINE" missed="5" covered="2"/>
    </report>`);
  expect(name).toBe('jacoco');
  expect(report).toMatchObject({ covered: 2, total: 7, reportTime: 1_795_000_000_000 });
});

test('opencover uses only the summary of the session, not those of modules, classes and methods', async () => {
  const summary = (visited: number): string =>
    `<Summary numSequencePoints="8" visitedSequencePoints="${String(visited)}" numBranchPoints="2" visitedBranchPoints="1"/>`;
  const [name, report] = await read(
    `<CoverageSession>${summary(5)}<Modules><Module>${summary(1)}<Classes><Class>${summary(2)}<Methods><Method>${summary(3)}</Method></Methods></Class></Classes></Module></Modules></CoverageSession>`,
  );
  expect(name).toBe('opencover');
  expect(report).toMatchObject({ covered: 5, total: 8, branches: { covered: 1, total: 2 } });
});

test('tarpaulin counts the lines of the files when totals are missing, as in older versions', async () => {
  const traces = [0, 3].map((hits, at) => ({ line: at + 1, stats: { Line: hits } }));
  const files = ['a.rs', 'b.rs'].map((file) => ({ path: ['/', 'ci', 'src', file], traces }));
  const [name, report] = await read(JSON.stringify({ files }));
  expect(name).toBe('tarpaulin');
  expect(report).toMatchObject({ covered: 2, total: 4, files: [{ path: '/ci/src/a.rs' }, {}] });
});

test('coveralls skips lines with null and reads branches as quadruples', async () => {
  const file = {
    name: 'lib/a.ex',
    coverage: [null, 0, 2, null],
    branches: [2, 0, 0, 1, 2, 0, 1, 0],
  };
  const [name, report] = await read(JSON.stringify({ source_files: [file] }));
  expect(name).toBe('coveralls');
  expect(report).toMatchObject({ covered: 1, total: 2, branches: { covered: 1, total: 2 } });
});

test('gcovr-summary accepts a percentage of null', async () => {
  const counts = { line_covered: 3, line_total: 4, branch_covered: 0, branch_total: 0 };
  const percents = { line_percent: 75, branch_percent: null };
  const [name, report] = await read(
    JSON.stringify({
      files: [{ filename: 'a.c', ...counts, ...percents }],
      ...counts,
      ...percents,
    }),
  );
  expect(name).toBe('gcovr-summary');
  expect(report).toMatchObject({ covered: 3, total: 4, branches: null });
});

test('sonarqube counts no covered branch on a line without coveredBranches', async () => {
  const [name, report] = await read(`<coverage version="1"><file path="a.py">
    <lineToCover lineNumber="1" covered="true" branchesToCover="2"/>
    <lineToCover lineNumber="2" covered="false" branchesToCover="2" coveredBranches="1"/></file></coverage>`);
  expect(name).toBe('sonarqube');
  expect(report).toMatchObject({ covered: 1, total: 2, branches: { covered: 1, total: 4 } });
});

test.each([
  ['seconds, from gcovr', '1795000000'],
  ['milliseconds, from coverage.py and Istanbul', '1795000000000'],
])('cobertura reads a timestamp in %s', async (_, stamp) => {
  const [name, report] = await read(
    `<coverage lines-valid="2" lines-covered="1" line-rate="0.5" timestamp="${stamp}"><packages/></coverage>`,
  );
  expect(name).toBe('cobertura');
  expect(report).toMatchObject({ covered: 1, total: 2, reportTime: 1_795_000_000_000 });
});

test('coverage.json is recognized by its content', async () => {
  const written: readonly (readonly [string, object])[] = [
    [
      'coverage.py',
      {
        meta: { version: '7.6', branch_coverage: true },
        files: {},
        totals: { covered_lines: 1, num_statements: 2 },
      },
    ],
    [
      'istanbul',
      {
        '/a.js': { path: '/a.js', statementMap: {}, fnMap: {}, branchMap: {}, s: {}, f: {}, b: {} },
      },
    ],
    [
      'coverlet',
      {
        'App.dll': {
          '/a.cs': { 'App.A': { 'Void App.A::M()': { Lines: { 1: 1 }, Branches: [] } } },
        },
      },
    ],
    [
      'gcovr',
      { 'gcovr/format_version': '0.11', files: [{ file: 'a.c', lines: [], functions: [] }] },
    ],
  ];
  for (const [name, content] of written) {
    const signature = await signatureOf(JSON.stringify(content));
    const known = coverageFormats.filter((format) => format.recognizes(signature));
    expect(known.map((format) => format.name)).toEqual([name]);
  }
});
