import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import { reportDefaults, type CoverageFormat } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { hitsOrNull } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';
import { countIn, hitsIn, parseXml, type Attributes } from '../../parse/xml-stream.ts';

/** The XML and detailed XML of JetBrains dotCover: statements, and their lines in the detailed form. */
export const dotCover = {
  name: 'dotcover',
  tools: 'JetBrains dotCover',
  recognizes: ({ root, attributes }) =>
    root === 'Root' && attributes['CoveredStatements'] !== undefined,
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const paths = new Map<string, string>();
    let root: Attributes = {};
    await parseXml(chunks, {
      open: (path, attributes) => {
        if (path.length === 1) root = attributes;
        const name = path.at(-1);
        if (name === 'File') paths.set(attributes['Index'] ?? '', attributes['Name'] ?? '');
        if (name !== 'Statement') return;
        const [source, line] = [
          paths.get(attributes['FileIndex'] ?? ''),
          countIn(attributes['Line']),
        ];
        if (source === undefined || line === null) return;
        report
          .at(source)
          .addRange(line, countIn(attributes['EndLine']) ?? line, attributes['Covered'] === 'True');
      },
    });
    const statements = hitsOrNull(hitsIn(root, 'CoveredStatements', 'TotalStatements'));
    return report.toReport({ ...statements, metric: statements ? 'statement' : 'line' });
  },
} as const satisfies CoverageFormat;

const totals = z.object({ CoveredStatements: count, TotalStatements: count });
const choose = chooseByKey({ CoveredStatements: 'read', TotalStatements: 'read' });

/** The JSON of JetBrains dotCover: statements of assemblies and types, without files. */
export const dotCoverJson = {
  name: 'dotcover-json',
  tools: 'JetBrains dotCover',
  recognizes: ({ keys }) => keys.has('1.CoveredStatements') && keys.has('1.TotalStatements'),
  parse: async (chunks) => {
    const members: Record<string, unknown> = {};
    for await (const [key, value] of streamMembers(chunks, choose)) members[key] = value;
    const { CoveredStatements, TotalStatements } = checkMember(totals, 'Root', members);
    return {
      ...reportDefaults,
      covered: CoveredStatements,
      total: TotalStatements,
      metric: 'statement',
      files: null,
    };
  },
} as const satisfies CoverageFormat;
