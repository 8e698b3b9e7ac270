import { type CoverageFormat } from '../../coverage-format.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import type { LineTable } from '../../parse/line-table.ts';
import { countIn, parseXml } from '../../parse/xml-stream.ts';

/**
 * The generic test coverage of SonarQube
 * (https://docs.sonarsource.com/sonarqube-server/latest/analyzing-source-code/test-coverage/generic-test-data/).
 * It has no totals and no date.
 */
export const sonarqube = {
  name: 'sonarqube',
  tools: 'gcovr, converters',
  recognizes: ({ root, attributes, elements, isComplete }) =>
    root === 'coverage' &&
    attributes['version'] === '1' &&
    attributes['line-rate'] === undefined &&
    (elements.has('lineToCover') || (isComplete && [...elements].every((name) => name === 'file'))),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let table: LineTable | null = null;
    await parseXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        if (name === 'file') table = report.at(attributes['path'] ?? '');
        if (name !== 'lineToCover') return;
        table?.add(Number(attributes['lineNumber']), attributes['covered'] === 'true');
        const total = countIn(attributes['branchesToCover']) ?? 0;
        const covered = countIn(attributes['coveredBranches']) ?? 0;
        report.branches.addHits({ covered: Math.min(covered, total), total });
      },
    });
    return report.toReport();
  },
} as const satisfies CoverageFormat;
