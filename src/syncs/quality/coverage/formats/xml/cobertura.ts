import { parseUnixTime } from '../../../report/report-time.ts';
import type { CoverageFormat, Hits } from '../../coverage-format.ts';
import { hitsOrNull } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import type { LineTable } from '../../parse/line-table.ts';
import { hitsIn, parseXml, type Attributes } from '../../parse/xml-stream.ts';

/**
 * Cobertura XML (coverage.py, gcovr, Istanbul, coverlet, tarpaulin, …).
 *
 * The counts are attributes of the root; older versions of the format lack them, so the lines of the classes
 * are counted instead, as they are if the counts are 0 or invalid. Lines under `<methods>` repeat them, and one file may be split into several classes.
 * Rates are rounded and not used.
 */
export const cobertura = {
  name: 'cobertura',
  tools:
    'coverage.py, gcovr, Istanbul, coverlet, tarpaulin, PHPUnit, Meson, scoverage, xcresultparser',
  recognizes: ({ root, attributes }) =>
    root === 'coverage' &&
    (attributes['line-rate'] !== undefined || attributes['lines-valid'] !== undefined),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const sourceRoots: string[] = [];
    let root: Attributes = {};
    let table: LineTable | null = null;
    await parseXml(chunks, {
      open: (path, attributes) => {
        if (path.length === 1) root = attributes;
        const name = path.at(-1);
        if (name === 'class') table = report.at(attributes['filename'] ?? '');
        if (name === 'line' && path.at(-2) === 'lines' && path.at(-3) === 'class') {
          table?.add(Number(attributes['number']), Number(attributes['hits'] ?? '0') > 0);
        }
      },
      text: (path, text) => {
        if (path.at(-1) === 'source') sourceRoots.push(text.trim());
      },
    });
    const hitsOf = (kind: string): Hits | null => hitsIn(root, `${kind}-covered`, `${kind}-valid`);
    return report.toReport({
      ...hitsOrNull(hitsOf('lines')),
      branches: hitsOrNull(hitsOf('branches')),
      functions: hitsOrNull(hitsOf('functions')),
      reportTime: parseUnixTime(root['timestamp']),
      sourceRoots,
    });
  },
} as const satisfies CoverageFormat;
