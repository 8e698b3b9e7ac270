import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import { type CoverageFormat } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const fileMember = z.object({
  path: z.array(z.string()),
  traces: z.array(
    z.object({ line: z.number(), stats: z.object({ Line: z.optional(z.number()) }) }),
  ),
});
const choose = chooseByKey({ files: 'enter', covered: 'read', coverable: 'read' });

/**
 * The JSON of cargo-tarpaulin (https://github.com/xd009642/tarpaulin/blob/develop/src/report/json.rs).
 * A path is an array of its parts. Older versions write no totals: then the lines are counted.
 */
export const tarpaulin = {
  name: 'tarpaulin',
  tools: 'cargo-tarpaulin',
  recognizes: ({ keys }) => keys.has('3.path') && keys.has('3.traces'),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    const totals = new Map<string, number>();
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path === null) {
        if (key !== 'files') totals.set(key, checkMember(count, key, value));
        continue;
      }
      const file = checkMember(fileMember, path, value);
      const table = report.at(file.path.join('/').replace(/^\/\//, '/'));
      for (const { line, stats } of file.traces) table.add(line, (stats.Line ?? 0) > 0);
    }
    const covered = totals.get('covered');
    const total = totals.get('coverable');
    const hasTotals = covered !== undefined && total !== undefined;
    return report.toReport(hasTotals ? { covered, total } : {});
  },
} as const satisfies CoverageFormat;
