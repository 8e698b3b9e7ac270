import { ReportError } from '../../report/report-file.ts';
import { type CoverageFormat, type Hits } from '../coverage-format.ts';
import { hitsOrNull } from '../parse/hit-counter.ts';
import { ReportBuilder } from '../parse/report-builder.ts';
import { hitsIn, parseXml, type Attributes } from '../parse/xml-stream.ts';

/**
 * OpenCover XML (OpenCover, coverlet, AltCover; https://github.com/OpenCover/opencover/wiki/Reports).
 *
 * Modules, classes and methods have a `<Summary>` each; only that of the session has the totals. It counts
 * sequence points, of which a line may have several.
 */
export const opencover = {
  name: 'opencover',
  recognizes: (head) => /<CoverageSession\b/.test(head),
  parse: async (chunks) => {
    const report = new ReportBuilder();
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
        const source = paths.get(attributes['fileid'] ?? methodFile);
        if (source === undefined) return;
        const isHit = Number(attributes['vc'] ?? '0') > 0;
        report.at(source).add(Number(attributes['sl']), isHit);
      },
    });
    const hitsOf = (visited: string, total: string): Hits | null =>
      hitsIn('Summary', summary, visited, total);
    const points = hitsOf('visitedSequencePoints', 'numSequencePoints');
    if (!points) {
      throw new ReportError('has no <Summary> of its session that counts sequence points');
    }
    return report.toReport({
      ...points,
      metric: 'sequencePoint',
      branches: hitsOrNull(hitsOf('visitedBranchPoints', 'numBranchPoints')),
      functions: hitsOrNull(hitsOf('visitedMethods', 'numMethods')),
    });
  },
} as const satisfies CoverageFormat;
