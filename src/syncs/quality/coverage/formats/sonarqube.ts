import { type CoverageFormat } from '../coverage-format.ts';
import { ReportBuilder } from '../parse/report-builder.ts';
import type { LineTable } from '../parse/line-table.ts';
import { countOf, parseXml } from '../parse/xml-stream.ts';

/**
 * The generic test coverage of SonarQube
 * (https://docs.sonarsource.com/sonarqube-server/latest/analyzing-source-code/test-coverage/generic-test-data/).
 * It has no totals and no date.
 */
export const sonarqube = {
  name: 'sonarqube',
  recognizes: (head) =>
    /<coverage\s[^<>]*\bversion\s*=\s*["']1["'][^<>]*>\s*(?:<file\s[^<>]*\bpath\s*=|<\/coverage)/.test(
      head,
    ),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let table: LineTable | null = null;
    await parseXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        if (name === 'file') table = report.at(attributes['path'] ?? '');
        if (name !== 'lineToCover') return;
        table?.add(Number(attributes['lineNumber']), attributes['covered'] === 'true');
        if (attributes['branchesToCover'] === undefined) return;
        const total = countOf(name, attributes, 'branchesToCover');
        const isGiven = attributes['coveredBranches'] !== undefined;
        report.branches.addHits({
          covered: isGiven ? countOf(name, attributes, 'coveredBranches') : 0,
          total,
        });
      },
    });
    return report.toReport();
  },
} as const satisfies CoverageFormat;
