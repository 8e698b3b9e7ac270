import { ReportError } from '../../report/report-file.ts';
import {
  reportDefaults,
  type CoverageFormat,
  type FileCoverage,
  type Hits,
} from '../coverage-format.ts';
import { hitsOrNull } from '../parse/hit-counter.ts';
import { ReportBuilder } from '../parse/report-builder.ts';
import type { LineTable } from '../parse/line-table.ts';
import { countOf, parseXml, type Attributes } from '../parse/xml-stream.ts';

/**
 * JaCoCo XML (https://www.jacoco.org/jacoco/trunk/coverage/report.dtd).
 *
 * Counters repeat at each level; only the direct children of `<report>` are its totals. Classes that were
 * compiled without line numbers have no LINE counter: then instructions are counted.
 */
export const jacoco = {
  name: 'jacoco',
  recognizes: (head) =>
    /<report\s[^<>]*\bname\s*=/.test(head) && /JACOCO|<(?:sessioninfo|group|package)\b/.test(head),
  parse: async (chunks) => {
    const totals = new Map<string, Hits>();
    const instructions = new Map<string, Hits>();
    const report = new ReportBuilder();
    let packageName = '';
    let source = '';
    let table: LineTable | null = null;
    let reportTime: number | null = null;
    await parseXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        const parent = path.at(-2);
        if (name === 'package') packageName = attributes['name'] ?? '';
        if (name === 'sessioninfo') reportTime = latest(reportTime, Number(attributes['dump']));
        if (name === 'sourcefile') {
          source = [packageName, attributes['name'] ?? ''].filter(Boolean).join('/');
          table = null;
        }
        if (name === 'line' && parent === 'sourcefile') {
          table ??= report.at(source);
          table.add(Number(attributes['nr']), countOf('line', attributes, 'ci') > 0);
        }
        if (name !== 'counter') return;
        if (path.length === 2) totals.set(attributes['type'] ?? '', hitsOf(attributes));
        if (parent === 'sourcefile' && attributes['type'] === 'INSTRUCTION') {
          instructions.set(source, hitsOf(attributes));
        }
      },
    });
    const lines = totals.get('LINE');
    const counted = lines ?? totals.get('INSTRUCTION');
    if (!counted && report.files().length > 0) throw new ReportError('has no total counters');
    const files = lines
      ? report.files()
      : Array.from(instructions, ([path, hits]): FileCoverage => ({ path, ...hits, lines: null }));
    const hasOnlyTotals = files.length === 0 && (counted?.total ?? 0) > 0;
    return {
      ...reportDefaults,
      ...(counted ?? { covered: 0, total: 0 }),
      metric: lines ? 'line' : 'instruction',
      branches: hitsOrNull(totals.get('BRANCH')),
      functions: hitsOrNull(totals.get('METHOD')),
      reportTime,
      // Classes without debug information have no names of source files.
      files: hasOnlyTotals ? null : files,
    };
  },
} as const satisfies CoverageFormat;

function hitsOf(attributes: Attributes): Hits {
  const covered = countOf('counter', attributes, 'covered');
  return { covered, total: covered + countOf('counter', attributes, 'missed') };
}

/** Returns the later of two times in milliseconds since 1970. */
function latest(one: number | null, other: number): number | null {
  return other > 0 && other < 1e15 ? Math.max(one ?? 0, other) : one;
}
