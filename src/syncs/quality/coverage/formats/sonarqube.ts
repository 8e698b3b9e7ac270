import { reportDefaults, type CoverageFormat } from '../coverage-format.ts';
import { HitCounter, hitsOrNull, sumHits } from '../parse/hit-counter.ts';
import { createLineFiles } from '../parse/line-files.ts';
import type { LineTable } from '../parse/line-table.ts';
import { countOf, parseXml } from '../parse/xml-stream.ts';

/**
 * The generic test coverage of SonarQube
 * (https://docs.sonarsource.com/sonarqube-server/latest/analyzing-source-code/test-coverage/generic-test-data/).
 * It has no totals and no date.
 */
export const sonarqube = {
  name: 'sonarqube',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) =>
    /<coverage\s[^<>]*\bversion\s*=\s*["']1["'][^<>]*>\s*(?:<file\s[^<>]*\bpath\s*=|<\/coverage)/.test(
      head,
    ),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    const branches = new HitCounter();
    let table: LineTable | null = null;
    await parseXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        if (name === 'file') table = lineFiles.at(attributes['path'] ?? '');
        if (name !== 'lineToCover') return;
        table?.add(Number(attributes['lineNumber']), attributes['covered'] === 'true');
        if (attributes['branchesToCover'] === undefined) return;
        const total = countOf(name, attributes, 'branchesToCover');
        const isGiven = attributes['coveredBranches'] !== undefined;
        branches.addHits({
          covered: isGiven ? countOf(name, attributes, 'coveredBranches') : 0,
          total,
        });
      },
    });
    const files = lineFiles.files();
    return { ...reportDefaults, ...sumHits(files), branches: hitsOrNull(branches), files };
  },
} as const satisfies CoverageFormat;
