import { type CoverageFormat, type Hits } from '../../coverage-format.ts';
import { HitCounter, hitsOrNull, sumHits } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import { countIn, hitsIn, parseXml, type Attributes } from '../../parse/xml-stream.ts';

/**
 * OpenCover XML (OpenCover, coverlet, AltCover; https://github.com/OpenCover/opencover/wiki/Reports).
 *
 * Modules, classes and methods have a `<Summary>` each; only that of the session has the totals. It counts
 * sequence points, of which a line may have several; these are counted if the session has no summary.
 */
export const opencover = {
  name: 'opencover',
  tools: 'OpenCover, coverlet, AltCover',
  recognizes: ({ root }) => root === 'CoverageSession',
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const points = new HitCounter();
    let summary: Attributes = {};
    // File ids are unique per module; some writers set the id only on the method.
    let paths = new Map<string, string>();
    let methodFile = '';
    await parseXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        if (name === 'Summary' && path.length === 2) summary = attributes;
        if (name === 'Module') paths = new Map();
        if (name === 'Method') methodFile = '';
        if (name === 'File') paths.set(attributes['uid'] ?? '', attributes['fullPath'] ?? '');
        if (name === 'FileRef' && path.at(-2) === 'Method') methodFile = attributes['uid'] ?? '';
        if (name !== 'SequencePoint') return;
        const isHit = Number(attributes['vc'] ?? '0') > 0;
        points.add(isHit);
        const source = paths.get(attributes['fileid'] ?? methodFile);
        const line = countIn(attributes['sl']);
        if (source !== undefined && line !== null) report.at(source).add(line, isHit);
      },
    });
    const hitsOf = (visited: string, total: string): Hits | null => hitsIn(summary, visited, total);
    return report.toReport({
      ...(hitsOrNull(hitsOf('visitedSequencePoints', 'numSequencePoints')) ?? sumHits([points])),
      metric: 'sequencePoint',
      branches: hitsOrNull(hitsOf('visitedBranchPoints', 'numBranchPoints')),
      functions: hitsOrNull(hitsOf('visitedMethods', 'numMethods')),
    });
  },
} as const satisfies CoverageFormat;
