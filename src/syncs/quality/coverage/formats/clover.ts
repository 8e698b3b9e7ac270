import { ReportError } from '../../report/report-file.ts';
import { hitsOrNull, type CoverageFormat, type Hits } from '../coverage-format.ts';
import { createLineFiles } from '../parse/line-files.ts';
import type { LineTable } from '../parse/line-table.ts';
import { stampOf } from '../parse/unix-time.ts';
import { hitsIn, readXml, type Attributes } from '../parse/xml-stream.ts';

/**
 * Clover XML (PHPUnit, Istanbul, Devel::Cover; https://openclover.org/doc/manual/latest/ant--managing-code-coverage-history.html).
 *
 * The numbers are those of `<project><metrics>`, which stands first (Istanbul) or last (PHPUnit);
 * `<testproject>` is the tests' own code. `elements` mixes statements, branches and methods and is
 * not read. Lines of the type `method` are not statements.
 */
export const clover: CoverageFormat = {
  name: 'clover',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /<coverage\s[^<>]*\b(?:generated|clover)\s*=/.test(head),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    let root: Attributes = {};
    let metrics: Attributes = {};
    let table: LineTable | null = null;
    await readXml(chunks, {
      open: (path, attributes) => {
        const name = path.at(-1);
        if (path.length === 1) root = attributes;
        if (path[1] !== 'project') return;
        if (name === 'metrics' && path.length === 3) metrics = attributes;
        // PHPUnit and others write the whole path into the name.
        if (name === 'file') table = lineFiles.at(attributes['path'] ?? attributes['name'] ?? '');
        if (name === 'line' && path.at(-2) === 'file' && attributes['type'] !== 'method') {
          // Istanbul's lines with branches are `cond` with a count; those of Devel::Cover have none.
          const { num, count } = attributes;
          if (count !== undefined) table?.add(Number(num), Number(count) > 0);
        }
      },
    });
    const hitsOf = (kind: string): Hits | null =>
      hitsIn('metrics', metrics, `covered${kind}`, kind);
    const statements = hitsOf('statements');
    if (!statements)
      throw new ReportError('has no <metrics> of its <project> that count statements');
    return {
      ...statements,
      metric: 'statement',
      branches: hitsOrNull(hitsOf('conditionals') ?? { covered: 0, total: 0 }),
      functions: hitsOrNull(hitsOf('methods') ?? { covered: 0, total: 0 }),
      reportTime: stampOf(root['generated']),
      sourceRoots: [],
      files: lineFiles.files(),
    };
  },
};
