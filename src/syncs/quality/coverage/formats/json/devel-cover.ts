import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import { ReportError } from '../../../report/report-file.ts';
import { reportDefaults, type CoverageFormat, type FileCoverage } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { hitsOrNull } from '../../parse/hit-counter.ts';

const hits = z.object({ covered: z._default(count, 0), total: z._default(count, 0) });
const fileMember = z.object({
  statement: z.optional(hits),
  branch: z.optional(hits),
  subroutine: z.optional(hits),
});
const choose = chooseByKey({ summary: 'enter' });

/** The cover.json of Devel::Cover (`cover -report json_summary`): statements of each file, and their total. */
export const develCover = {
  name: 'devel-cover',
  tools: 'Devel::Cover',
  recognizes: ({ keys }) => keys.has('2.Total') && keys.has('1.summary'),
  parse: async (chunks) => {
    const files: FileCoverage[] = [];
    let total: z.infer<typeof fileMember> | undefined;
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path === null) continue;
      const file = checkMember(fileMember, key, value);
      if (key === 'Total') total = file;
      else if (file.statement) files.push({ path: key, ...file.statement, lines: null });
    }
    if (!total?.statement) throw new ReportError('has no total of statements');
    return {
      ...reportDefaults,
      ...total.statement,
      metric: 'statement',
      branches: hitsOrNull(total.branch),
      functions: hitsOrNull(total.subroutine),
      files,
    };
  },
} as const satisfies CoverageFormat;
