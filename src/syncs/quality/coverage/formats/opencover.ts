import { ReportError } from '../../report/report-file.ts';
import { hitsOrNull, type CoverageFormat } from '../coverage-format.ts';
import { createLineFiles } from '../parse/line-files.ts';
import { hitsIn, readXml, type Attributes } from '../parse/xml-stream.ts';

/**
 * OpenCover XML (OpenCover, coverlet, AltCover; https://github.com/OpenCover/opencover/wiki/Reports).
 *
 * Modules, classes and methods have a `<Summary>` each; only that of the session is its number. It counts
 * sequence points, of which a line may have several.
 */
export const opencover: CoverageFormat = {
  name: 'opencover',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /<CoverageSession\b/.test(head),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    let summary: Attributes = {};
    // Numbers of files are those of their module, and sometimes stand only in the method.
    let paths = new Map<string, string>();
    let methodFile = '';
    await readXml(chunks, {
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
        const hit = Number(attributes['vc'] ?? '0') > 0;
        lineFiles.at(source).add(Number(attributes['sl']), hit);
      },
    });
    const points = hitsIn('Summary', summary, 'visitedSequencePoints', 'numSequencePoints');
    if (!points)
      throw new ReportError('has no <Summary> of its session that counts sequence points');
    const none = { covered: 0, total: 0 };
    return {
      ...points,
      metric: 'sequencePoint',
      branches: hitsOrNull(
        hitsIn('Summary', summary, 'visitedBranchPoints', 'numBranchPoints') ?? none,
      ),
      functions: hitsOrNull(hitsIn('Summary', summary, 'visitedMethods', 'numMethods') ?? none),
      reportTime: null,
      sourceRoots: [],
      files: lineFiles.files(),
    };
  },
};
