import * as z from 'zod/mini';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import { parseDate } from '../../../report/report-time.ts';
import { type CoverageFormat } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const fileMember = z.object({
  name: z.string(),
  coverage: z.array(z.nullable(z.number())),
  branches: z._default(z.array(z.number()), []),
});
const choose = chooseByKey({ source_files: 'enter', run_at: 'read' });

/**
 * The JSON of the Coveralls API (excoveralls, gcovr; https://docs.coveralls.io/api-reference): the number of
 * hits for each executable line. Branches are quadruples of line, block, branch and hits.
 */
export const coveralls = {
  name: 'coveralls',
  tools: 'excoveralls, gcovr, luacov-coveralls',
  recognizes: ({ keys }) => keys.has('1.source_files'),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let reportTime: number | null = null;
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path === null) {
        if (key === 'run_at') reportTime = parseDate(checkMember(z.string(), key, value));
        continue;
      }
      const { name, coverage, branches } = checkMember(fileMember, path, value);
      const table = report.at(name);
      for (const [index, hits] of coverage.entries()) {
        if (hits !== null) table.add(index + 1, hits > 0);
      }
      for (let index = 3; index < branches.length; index += 4) {
        report.branches.add((branches[index] ?? 0) > 0);
      }
    }
    return report.toReport({ reportTime });
  },
} as const satisfies CoverageFormat;
