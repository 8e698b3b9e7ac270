import { hitsOrNull, type CoverageFormat } from '../coverage-format.ts';
import { createLineFiles, sumHits } from '../parse/line-files.ts';
import type { LineTable } from '../parse/line-table.ts';
import { stampOf } from '../parse/unix-time.ts';
import { hitsIn, readXml, type Attributes } from '../parse/xml-stream.ts';

/**
 * Cobertura XML (coverage.py, gcovr, Istanbul, coverlet, tarpaulin, …).
 *
 * The counts are those of the root's attributes; older versions of the format lack them, then the
 * lines of the classes are counted. Lines under `<methods>` repeat them, and one file may stand in
 * several classes. Rates are rounded and not read.
 */
export const cobertura: CoverageFormat = {
  name: 'cobertura',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /<coverage\s[^<>]*\b(?:line-rate|lines-valid)\s*=/.test(head),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    const sources: string[] = [];
    let root: Attributes = {};
    let table: LineTable | null = null;
    await readXml(chunks, {
      open: (path, attributes) => {
        if (path.length === 1) root = attributes;
        const name = path.at(-1);
        if (name === 'class') table = lineFiles.at(attributes['filename'] ?? '');
        if (name === 'line' && path.at(-2) === 'lines' && path.at(-3) === 'class') {
          table?.add(Number(attributes['number']), Number(attributes['hits'] ?? '0') > 0);
        }
      },
      text: (path, text) => {
        if (path.at(-1) === 'source') sources.push(text.trim());
      },
    });
    const files = lineFiles.files();
    const hitsOf = (kind: string): ReturnType<typeof hitsIn> =>
      hitsIn('coverage', root, `${kind}-covered`, `${kind}-valid`);
    const branches = hitsOf('branches');
    const functions = hitsOf('functions');
    return {
      ...(hitsOf('lines') ?? sumHits(files)),
      metric: 'line',
      branches: branches && hitsOrNull(branches),
      functions: functions && hitsOrNull(functions),
      reportTime: stampOf(root['timestamp']),
      sourceRoots: sources,
      files,
    };
  },
};
