import { hitsOrNull, type CoverageFormat } from '../coverage-format.ts';
import { createLineFiles, sumHits } from '../parse/line-files.ts';
import type { LineTable } from '../parse/line-table.ts';
import { countOf, readXml } from '../parse/xml-stream.ts';

/**
 * SonarQube's generic test coverage
 * (https://docs.sonarsource.com/sonarqube-server/latest/analyzing-source-code/test-coverage/generic-test-data/).
 * It has no totals and no time.
 */
export const sonar: CoverageFormat = {
  name: 'sonarqube',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) =>
    /<coverage\s[^<>]*\bversion\s*=\s*["']1["'][^<>]*>\s*(?:<file\s[^<>]*\bpath\s*=|<\/coverage)/.test(
      head,
    ),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    const branches = { covered: 0, total: 0 };
    let table: LineTable | null = null;
    await readXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        if (name === 'file') table = lineFiles.at(attributes['path'] ?? '');
        if (name !== 'lineToCover') return;
        table?.add(Number(attributes['lineNumber']), attributes['covered'] === 'true');
        if (attributes['branchesToCover'] === undefined) return;
        branches.total += countOf(name, attributes, 'branchesToCover');
        if (attributes['coveredBranches'] === undefined) return;
        branches.covered += countOf(name, attributes, 'coveredBranches');
      },
    });
    const files = lineFiles.files();
    return {
      ...sumHits(files),
      metric: 'line',
      branches: hitsOrNull(branches),
      functions: null,
      reportTime: null,
      sourceRoots: [],
      files,
    };
  },
};
