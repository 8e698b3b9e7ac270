import { parseUnixTime } from '../../../report/report-time.ts';
import type { CoverageFormat, Hits } from '../../coverage-format.ts';
import { hitsOrNull, sumHits } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import type { LineTable } from '../../parse/line-table.ts';
import { hitsIn, parseXml, type Attributes } from '../../parse/xml-stream.ts';

/**
 * Cobertura XML (coverage.py, gcovr, Istanbul, coverlet, tarpaulin, …).
 *
 * The counts are attributes of the root; older versions of the format lack them, so the lines of the classes
 * are counted instead, as they are if the counts are 0 or invalid. Lines under `<methods>` repeat them, and one file may be split into several classes.
 * gcovr since 8.4 counts a line once for each function that it is in. Rates are rounded and not used.
 */
export const cobertura = {
  name: 'cobertura',
  tools:
    'coverage.py, gcovr, Istanbul, coverlet, tarpaulin, PHPUnit, Meson, scoverage, xcresultparser',
  recognizes: ({ root, attributes, elements }) =>
    root === 'coverage' &&
    (attributes['line-rate'] !== undefined ||
      attributes['lines-valid'] !== undefined ||
      // Other formats with this root have no such element.
      elements.has('packages')),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const sourceRoots: string[] = [];
    let root: Attributes = {};
    let table: LineTable | null = null;
    let file = '';
    await parseXml(chunks, {
      open: (path, attributes) => {
        if (path.length === 1) root = attributes;
        const name = path.at(-1);
        if (name === 'class') {
          file = attributes['filename'] ?? '';
          table = report.at(file);
        }
        if (name === 'line' && path.at(-2) === 'lines' && path.at(-3) === 'class') {
          const isHit = Number(attributes['hits'] ?? '0') > 0;
          table?.add(Number(attributes['number']), isHit);
          report.count(file, isHit);
        }
      },
      text: (path, text) => {
        if (path.at(-1) === 'source') sourceRoots.push(text.trim());
      },
    });
    const hitsOf = (kind: string): Hits | null => hitsIn(root, `${kind}-covered`, `${kind}-valid`);
    const stated = hitsOrNull(hitsOf('lines'));
    const counted = report.countedFiles();
    return report.toReport({
      ...(stated?.total === sumHits(counted).total ? { files: counted } : {}),
      ...stated,
      branches: hitsOrNull(hitsOf('branches')),
      functions: hitsOrNull(hitsOf('functions')),
      reportTime: parseUnixTime(root['timestamp']),
      sourceRoots,
    });
  },
} as const satisfies CoverageFormat;
