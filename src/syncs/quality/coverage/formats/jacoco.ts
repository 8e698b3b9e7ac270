import { ReportError } from '../../report/report-file.ts';
import {
  hitsOrNull,
  type CoverageFormat,
  type FileCoverage,
  type Hits,
} from '../coverage-format.ts';
import { createLineFiles } from '../parse/line-files.ts';
import type { LineTable } from '../parse/line-table.ts';
import { countOf, readXml, type Attributes } from '../parse/xml-stream.ts';

/**
 * JaCoCo XML (https://www.jacoco.org/jacoco/trunk/coverage/report.dtd).
 *
 * Counters repeat at each level; only those that are direct children of `<report>` are its numbers.
 * Classes that were compiled without line numbers have no LINE counter: then instructions count.
 */
export const jacoco: CoverageFormat = {
  name: 'jacoco',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) =>
    /<report\s[^<>]*\bname\s*=/.test(head) && /JACOCO|<(?:sessioninfo|group|package)\b/.test(head),
  parse: async (chunks) => {
    const totals = new Map<string, Hits>();
    const instructions = new Map<string, Hits>();
    const lineFiles = createLineFiles();
    let packageName = '';
    let source = '';
    let table: LineTable | null = null;
    let start: number | null = null;
    await readXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        const parent = path.at(-2);
        if (name === 'package') packageName = attributes['name'] ?? '';
        if (name === 'sessioninfo') start = later(start, Number(attributes['dump']));
        if (name === 'sourcefile') {
          source = [packageName, attributes['name'] ?? ''].filter(Boolean).join('/');
          table = null;
        }
        if (name === 'line' && parent === 'sourcefile') {
          table ??= lineFiles.at(source);
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
    if (!counted && lineFiles.files().length > 0) throw new ReportError('has no total counters');
    const files = lines
      ? lineFiles.files()
      : Array.from(instructions, ([path, hits]): FileCoverage => ({ path, ...hits, lines: null }));
    return {
      ...(counted ?? { covered: 0, total: 0 }),
      metric: lines ? 'line' : 'instruction',
      branches: hitsOrNull(totals.get('BRANCH') ?? { covered: 0, total: 0 }),
      functions: hitsOrNull(totals.get('METHOD') ?? { covered: 0, total: 0 }),
      reportTime: start,
      sourceRoots: [],
      // Without names of source files there are only totals.
      files: counted && files.length === 0 && counted.total > 0 ? null : files,
    };
  },
};

function hitsOf(attributes: Attributes): Hits {
  const covered = countOf('counter', attributes, 'covered');
  return { covered, total: covered + countOf('counter', attributes, 'missed') };
}

/** The later of two instants in milliseconds since 1970. */
function later(one: number | null, other: number): number | null {
  return other > 0 && other < 1e15 ? Math.max(one ?? 0, other) : one;
}
