import type { CoverageFormat, Hits } from '../../coverage-format.ts';
import { HitCounter, hitsOrNull } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import { countIn, parseXml, type Attributes } from '../../parse/xml-stream.ts';

interface Range {
  readonly sourceId: string;
  readonly first: number;
  readonly last: number;
  readonly isHit: boolean;
}

/**
 * The XML that `dotnet-coverage`, `vstest.console` and `CodeCoverage.exe analyze` write. The source files of a module
 * follow its ranges. A partially covered line was run, so it counts as covered.
 */
export const visualStudio = {
  name: 'visual-studio',
  tools: 'dotnet-coverage, VSTest, Microsoft.Testing.Platform',
  recognizes: ({ root, elements }) =>
    root === 'results' && (elements.has('module') || elements.has('modules')),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const stated = new HitCounter();
    let ranges: Range[] = [];
    let paths = new Map<string, string>();
    const endModule = (): void => {
      addRanges(report, ranges, paths);
      ranges = [];
      paths = new Map();
    };
    await parseXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        if (name === 'module') {
          endModule();
          stated.addHits(hitsOf(attributes));
        }
        if (name === 'source_file') paths.set(attributes['id'] ?? '', attributes['path'] ?? '');
        const first = name === 'range' ? countIn(attributes['start_line']) : null;
        if (first === null) return;
        ranges.push({
          sourceId: attributes['source_id'] ?? '',
          first,
          last: countIn(attributes['end_line']) ?? first,
          isHit: /^(?:yes|partial)$/.test(attributes['covered'] ?? ''),
        });
      },
    });
    endModule();
    return report.toReport({ ...hitsOrNull(stated) });
  },
} as const satisfies CoverageFormat;

function hitsOf(module: Attributes): Hits {
  const [covered = 0, partial = 0, missed = 0] = [
    'lines_covered',
    'lines_partially_covered',
    'lines_not_covered',
  ].map((name) => countIn(module[name]) ?? 0);
  return { covered: covered + partial, total: covered + partial + missed };
}

/**
 * The `.coveragexml` of Visual Studio (`CoverageDSPriv`), in which the source files are at the end. `Coverage` is 0 for
 * a line that was run, 1 for one that was partially run, and 2 for the others.
 */
export const visualStudioData = {
  name: 'coveragexml',
  tools: 'Visual Studio',
  recognizes: ({ root }) => root === 'CoverageDSPriv',
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const ranges: Range[] = [];
    const paths = new Map<string, string>();
    let values: Record<string, string> = {};
    await parseXml(chunks, {
      open: (path) => {
        const name = path.at(-1);
        if (name === 'Lines' || name === 'SourceFileNames') values = {};
      },
      text: (path, text) => {
        const [parent, name = ''] = path.slice(-2);
        if (parent !== 'Lines' && parent !== 'SourceFileNames') return;
        values[name] = text.trim();
        const { SourceFileID: sourceId, SourceFileName, LnStart, LnEnd, Coverage } = values;
        if (sourceId === undefined) return;
        if (SourceFileName !== undefined) paths.set(sourceId, SourceFileName);
        const [first, last] = [countIn(LnStart), countIn(LnEnd)];
        if (parent === 'Lines' && first !== null && last !== null && Coverage !== undefined) {
          ranges.push({ sourceId, first, last, isHit: Coverage !== '2' });
          values = {};
        }
      },
    });
    addRanges(report, ranges, paths);
    return report.toReport();
  },
} as const satisfies CoverageFormat;

function addRanges(
  report: ReportBuilder,
  ranges: readonly Range[],
  paths: ReadonlyMap<string, string>,
): void {
  for (const { sourceId, first, last, isHit } of ranges) {
    const source = paths.get(sourceId);
    if (source !== undefined) report.at(source).addRange(first, last, isHit);
  }
}
