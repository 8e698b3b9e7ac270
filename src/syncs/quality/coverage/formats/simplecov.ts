import * as z from 'zod/mini';
import { count } from '../../../../schema/numbers.ts';
import { chooseByKey, streamMembers } from '../../report/json-stream.ts';
import { parseDate } from '../../report/report-time.ts';
import { type CoverageFormat } from '../coverage-format.ts';
import { checkMember } from '../parse/check-member.ts';
import { hitsOrNull } from '../parse/hit-counter.ts';
import { ReportBuilder } from '../parse/report-builder.ts';

const meta = z.object({ timestamp: z.optional(z.string()) });
const hits = z.object({ covered: count, total: count });
const totals = z.object({ lines: hits, branches: z.optional(hits), methods: z.optional(hits) });
const fileMember = z.object({ lines: z.array(z.nullable(z.union([z.number(), z.string()]))) });
const choose = chooseByKey({ coverage: 'enter', meta: 'read', total: 'read' });

/** The coverage.json of SimpleCov's JSON formatter. Lines between `:nocov:` comments are "ignored". */
export const simplecov = {
  name: 'simplecov',
  rounding: 'down',
  recognizes: (head) => /^\s*\{/.test(head) && head.includes('"simplecov_version"'),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let total: z.infer<typeof totals> | undefined;
    let time: string | undefined;
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path === null) {
        if (key === 'total') total = checkMember(totals, key, value);
        if (key === 'meta') time = checkMember(meta, key, value).timestamp;
        continue;
      }
      const table = report.at(key);
      for (const [index, line] of checkMember(fileMember, key, value).lines.entries()) {
        if (typeof line === 'number') table.add(index + 1, line > 0);
      }
    }
    return report.toReport({
      // Versions before 1.0 write no totals.
      ...total?.lines,
      branches: hitsOrNull(total?.branches),
      functions: hitsOrNull(total?.methods),
      reportTime: parseDate(time),
    });
  },
} as const satisfies CoverageFormat;
