import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import { parseDate } from '../../../report/report-time.ts';
import { type CoverageFormat, type Hits } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { hitsOrNull, sumHits } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const meta = z.object({ timestamp: z.optional(z.string()) });
const totals = z.object({
  covered_lines: count,
  num_statements: count,
  covered_branches: z._default(count, 0),
  num_branches: z._default(count, 0),
});
const lineNumbers = z.array(z.number());
const fileMember = z.object({
  executed_lines: lineNumbers,
  missing_lines: lineNumbers,
  summary: z.optional(z.object({ covered_lines: count, num_statements: count })),
});
const choose = chooseByKey({ files: 'enter', meta: 'read', totals: 'read' });

/**
 * The JSON report of coverage.py (`coverage json`; https://coverage.readthedocs.io/en/latest/commands/cmd_json.html).
 * `percent_covered` includes the branches and is not used. The timestamp is local time without a time zone.
 */
export const coveragePy = {
  name: 'coverage.py',
  tools: 'coverage.py, pytest-cov',
  // SimpleCov's `meta` has `branch_coverage` too, but its sums are the `total`.
  recognizes: ({ keys }) =>
    keys.has('3.executed_lines') || (keys.has('1.totals') && keys.has('2.branch_coverage')),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    // Statements per file: one statement may have several executed lines.
    const counts = new Map<string, Hits>();
    let total: z.infer<typeof totals> | undefined;
    let time: string | undefined;
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path !== null) {
        const { executed_lines, missing_lines, summary } = checkMember(fileMember, key, value);
        if (summary) {
          counts.set(key, { covered: summary.covered_lines, total: summary.num_statements });
        }
        const table = report.at(key);
        for (const line of executed_lines) table.add(line, true);
        for (const line of missing_lines) table.add(line, false);
      } else if (key === 'totals') total = checkMember(totals, key, value);
      else if (key === 'meta') time = checkMember(meta, key, value).timestamp;
    }
    const files = report.files().map((file) => ({ ...file, ...counts.get(file.path) }));
    return report.toReport({
      ...sumHits(files),
      ...(total && { covered: total.covered_lines, total: total.num_statements }),
      branches: total
        ? hitsOrNull({ covered: total.covered_branches, total: total.num_branches })
        : null,
      reportTime: parseDate(time),
      files,
    });
  },
} as const satisfies CoverageFormat;
