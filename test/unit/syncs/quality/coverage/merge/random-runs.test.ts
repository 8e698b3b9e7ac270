import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  CoverageFormat,
  Report,
} from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { cobertura } from '../../../../../../src/syncs/quality/coverage/formats/xml/cobertura.ts';
import { coveragePy } from '../../../../../../src/syncs/quality/coverage/formats/json/coverage-py.ts';
import { istanbulFinal } from '../../../../../../src/syncs/quality/coverage/formats/json/istanbul.ts';
import { lcov } from '../../../../../../src/syncs/quality/coverage/formats/text/lcov.ts';
import { sonarqube } from '../../../../../../src/syncs/quality/coverage/formats/xml/sonarqube.ts';
import { countCoverage } from '../../../../../../src/syncs/quality/coverage/merge/count-coverage.ts';
import {
  resolveReport,
  type ResolvedReport,
} from '../../../../../../src/syncs/quality/coverage/merge/resolve-report.ts';
import { createSourceFinder } from '../../../../../../src/syncs/quality/coverage/merge/source-finder.ts';
import { inChunks } from '../../in-chunks.ts';

const sources = ['a/src/x.js', 'b/src/x.js', 'src/x.js', 'src/y.js', 'lib/z.py', 'main.py'];
const formats = [istanbulFinal, coveragePy, lcov, cobertura, sonarqube];
/** Lines that the sources have; a run knows all of them, as tools do. */
const linesEach = 4;

/** One test run: when it ended, which lines of which sources it ran, and the formats that it wrote. */
interface Run {
  readonly day: number;
  readonly hits: ReadonlyMap<string, readonly boolean[]>;
  readonly formats: readonly CoverageFormat[];
}

/** The oracle: a source has the lines that any run of its last day ran. Formats make no difference. */
function expectedHits(runs: readonly Run[]): { readonly covered: number; readonly total: number } {
  let covered = 0;
  let total = 0;
  for (const source of sources) {
    const about = runs.filter(({ hits }) => hits.has(source));
    const last = Math.max(...about.map(({ day }) => day));
    const newest = about.filter(({ day }) => day === last);
    if (newest.length === 0) continue;
    total += linesEach;
    for (let line = 0; line < linesEach; line += 1) {
      if (newest.some(({ hits }) => hits.get(source)?.[line] === true)) covered += 1;
    }
  }
  return { covered, total };
}

/** Writes a run in a format, and reads it with the parser of the format. */
function write({ hits }: Run, format: CoverageFormat): Promise<Report> {
  const lines = [...hits].map(([path, states]) => ({
    path,
    lines: states.map((isHit, index) => ({ line: index + 1, isHit })),
  }));
  return format.parse(inChunks(writers[format.name]?.(lines) ?? ''));
}

type Lines = readonly {
  readonly path: string;
  readonly lines: readonly { readonly line: number; readonly isHit: boolean }[];
}[];

const writers: Readonly<Record<string, (files: Lines) => string>> = {
  istanbul: (files) =>
    JSON.stringify(
      Object.fromEntries(
        files.map(({ path, lines }) => [
          path,
          {
            path,
            statementMap: Object.fromEntries(lines.map(({ line }) => [line, { start: { line } }])),
            s: Object.fromEntries(lines.map(({ line, isHit }) => [line, isHit ? 3 : 0])),
          },
        ]),
      ),
    ),
  'coverage.py': (files) =>
    JSON.stringify({
      files: Object.fromEntries(
        files.map(({ path, lines }) => [
          path,
          {
            executed_lines: lines.filter(({ isHit }) => isHit).map(({ line }) => line),
            missing_lines: lines.filter(({ isHit }) => !isHit).map(({ line }) => line),
          },
        ]),
      ),
    }),
  lcov: (files) =>
    files
      .map(({ path, lines }) => {
        const records = lines.map(({ line, isHit }) => `DA:${String(line)},${isHit ? '2' : '0'}\n`);
        return `SF:${path}\n${records.join('')}end_of_record\n`;
      })
      .join(''),
  cobertura: (files) =>
    xml(
      files,
      'line-rate="1"',
      (path, inside) => `<class filename="${path}"><lines>${inside}</lines></class>`,
      (line, isHit) => `<line number="${line}" hits="${isHit ? '1' : '0'}"/>`,
    ),
  sonarqube: (files) =>
    xml(
      files,
      'version="1"',
      (path, inside) => `<file path="${path}">${inside}</file>`,
      (line, isHit) => `<lineToCover lineNumber="${line}" covered="${String(isHit)}"/>`,
    ),
};

const xml = (
  files: Lines,
  attribute: string,
  element: (path: string, inside: string) => string,
  lineElement: (line: string, isHit: boolean) => string,
): string =>
  `<coverage ${attribute}>${files
    .map(({ path, lines }) =>
      element(path, lines.map(({ line, isHit }) => lineElement(String(line), isHit)).join('')),
    )
    .join('')}</coverage>`;

const run: fc.Arbitrary<Run> = fc.record({
  day: fc.nat(3),
  hits: fc
    .dictionary(
      fc.constantFrom(...sources),
      fc.array(fc.boolean(), { minLength: linesEach, maxLength: linesEach }),
      { minKeys: 1 },
    )
    .map((hits) => new Map(Object.entries(hits))),
  formats: fc.subarray(formats, { minLength: 1 }),
});

test('countCoverage returns the hits of an oracle for random runs, formats, ages and overlaps', async () => {
  const find = createSourceFinder('/p', sources);
  await fc.assert(
    fc.asyncProperty(fc.array(run, { maxLength: 5 }), fc.nat(), async (runs, rotation) => {
      const reports: ResolvedReport[] = [];
      for (const [index, one] of runs.entries()) {
        for (const format of one.formats) {
          const mtimeMs = one.day * 86_400_000 + (index + reports.length) * 1000;
          const candidate = {
            path: `${String(index)}.${format.name}`,
            package: '',
            isConfigured: false,
            stats: { key: '', mtimeMs, isRacy: false },
          };
          const report = await write(one, format);
          reports.push(resolveReport({ candidate, format, report }, find, false));
        }
      }
      const start = reports.length > 0 ? rotation % reports.length : 0;
      const { merged } = countCoverage([...reports.slice(start), ...reports.slice(0, start)]);
      const { covered, total } = merged ?? { covered: 0, total: 0 };
      expect({ covered, total }).toEqual(expectedHits(runs));
    }),
    { numRuns: 200 },
  );
});
