import { parseUnixTime } from '../../../report/report-time.ts';
import { type CoverageFormat, type Hits } from '../../coverage-format.ts';
import { hitsOrNull } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import type { LineTable } from '../../parse/line-table.ts';
import { hitsIn, parseXml, type Attributes } from '../../parse/xml-stream.ts';

/**
 * Clover XML (PHPUnit, Istanbul, Devel::Cover; https://openclover.org/doc/manual/latest/ant--managing-code-coverage-history.html).
 *
 * The numbers are in `<project><metrics>`, which is the first (Istanbul) or the last (PHPUnit) child.
 * `<testproject>` covers the tests' own code. `elements` mixes statements, branches and methods and is not
 * used. Lines of the type `method` are not statements.
 */
export const clover = {
  name: 'clover',
  tools: 'PHPUnit, Codeception, OpenClover, Istanbul, Devel::Cover, gcovr',
  recognizes: ({ root, attributes, elements }) =>
    root === 'coverage' &&
    (attributes['clover'] !== undefined ||
      attributes['generated'] !== undefined ||
      elements.has('project')),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let root: Attributes = {};
    let metrics: Attributes = {};
    let table: LineTable | null = null;
    await parseXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        if (path.length === 1) root = attributes;
        if (path[1] !== 'project') return;
        if (name === 'metrics' && path.length === 3) metrics = attributes;
        // PHPUnit and others write the full path into `name`.
        if (name === 'file') table = report.at(attributes['path'] ?? attributes['name'] ?? '');
        if (name === 'line' && path.at(-2) === 'file' && attributes['type'] !== 'method') {
          // Lines with branches have the type `cond`: with a count from Istanbul, without from Devel::Cover.
          const { num, count } = attributes;
          if (count !== undefined) table?.add(Number(num), Number(count) > 0);
        }
      },
    });
    const hitsOf = (kind: string): Hits | null => hitsIn(metrics, `covered${kind}`, kind);
    return report.toReport({
      // gcovr 8.0 to 8.3 writes 0 statements.
      ...hitsOrNull(hitsOf('statements')),
      metric: 'statement',
      branches: hitsOrNull(hitsOf('conditionals')),
      functions: hitsOrNull(hitsOf('methods')),
      reportTime: parseUnixTime(root['generated']),
    });
  },
} as const satisfies CoverageFormat;
