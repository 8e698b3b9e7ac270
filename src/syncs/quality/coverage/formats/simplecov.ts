import * as z from 'zod/mini';
import { count } from '../../../../schema/numbers.ts';
import { chooseByKey, streamMembers } from '../../report/json-stream.ts';
import { parseDate } from '../../report/report-time.ts';
import { reportDefaults, type CoverageFormat } from '../coverage-format.ts';
import { checkMember } from '../parse/check-member.ts';
import { hitsOrNull, sumHits } from '../parse/hit-counter.ts';
import { createLineFiles } from '../parse/line-files.ts';

const meta = z.object({ timestamp: z.optional(z.string()) });
const hits = z.object({ covered: count, total: count });
const totals = z.object({ lines: hits, branches: z.optional(hits), methods: z.optional(hits) });
const fileMember = z.object({ lines: z.array(z.nullable(z.union([z.number(), z.string()]))) });
const choose = chooseByKey({ coverage: 'enter', meta: 'read', total: 'read' });

/** The coverage.json of SimpleCov's JSON formatter. Lines between `:nocov:` comments are "ignored". */
export const simplecov = {
  name: 'simplecov',
  hasLines: true,
  rounding: 'down',
  recognizes: (head) => /^\s*\{/.test(head) && head.includes('"simplecov_version"'),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    let total: z.infer<typeof totals> | undefined;
    let time: string | undefined;
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path === null) {
        if (key === 'total') total = checkMember(totals, key, value);
        if (key === 'meta') time = checkMember(meta, key, value).timestamp;
        continue;
      }
      const table = lineFiles.at(key);
      for (const [index, line] of checkMember(fileMember, key, value).lines.entries()) {
        if (typeof line === 'number') table.add(index + 1, line > 0);
      }
    }
    const files = lineFiles.files();
    return {
      ...reportDefaults,
      // Versions before 1.0 write no totals.
      ...(total?.lines ?? sumHits(files)),
      branches: total?.branches ? hitsOrNull(total.branches) : null,
      functions: total?.methods ? hitsOrNull(total.methods) : null,
      reportTime: parseDate(time),
      files,
    };
  },
} as const satisfies CoverageFormat;
