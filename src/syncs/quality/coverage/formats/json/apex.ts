import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { streamMembers } from '../../../report/json-stream.ts';
import type { CoverageFormat } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const classMember = z.object({
  name: z.string(),
  totalLines: count,
  totalCovered: count,
  lines: z.record(z.string(), z.number()),
});

/** The code coverage that `sf apex run test --code-coverage --output-dir` writes: the lines of each Apex class. */
export const apex = {
  name: 'apex',
  tools: 'Salesforce CLI',
  recognizes: ({ keys }) => keys.has('2.totalLines') && keys.has('2.totalCovered'),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    for await (const [key, value] of streamMembers(chunks)) {
      const { name, lines } = checkMember(classMember, key, value);
      const table = report.at(`${name}.cls`);
      for (const [line, hits] of Object.entries(lines)) table.add(Number(line), hits > 0);
    }
    return report.toReport();
  },
} as const satisfies CoverageFormat;
