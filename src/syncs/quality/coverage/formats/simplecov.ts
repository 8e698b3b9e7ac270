import * as z from 'zod/mini';
import { count } from '../../../../schema/numbers.ts';
import { readMembers } from '../../report/json-stream.ts';
import { checked, dateOf } from '../parse/check-member.ts';
import { hitsOrNull, type CoverageFormat } from '../coverage-format.ts';
import { createLineFiles, sumHits } from '../parse/line-files.ts';

const meta = z.object({ timestamp: z.optional(z.string()) });
const hits = z.object({ covered: count, total: count });
const totals = z.object({ lines: hits, branches: z.optional(hits), methods: z.optional(hits) });
const fileMember = z.object({ lines: z.array(z.nullable(z.union([z.number(), z.string()]))) });

/**
 * SimpleCov's coverage.json (its JSON formatter). Lines between `:nocov:` are "ignored" in it.
 */
export const simplecov: CoverageFormat = {
  name: 'simplecov',
  hasLines: true,
  rounding: 'down',
  recognizes: (head) => /^\s*\{/.test(head) && head.includes('"simplecov_version"'),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    let total: z.infer<typeof totals> | undefined;
    let time: string | undefined;
    const treat = (key: string, inside: string | null): boolean | 'enter' =>
      inside !== null || (key === 'coverage' ? 'enter' : key === 'meta' || key === 'total');
    for await (const [key, value, inside] of readMembers(chunks, treat)) {
      if (inside === null) {
        if (key === 'total') total = checked(totals, key, value);
        if (key === 'meta') time = checked(meta, key, value).timestamp;
        continue;
      }
      const table = lineFiles.at(key);
      for (const [index, hits] of checked(fileMember, key, value).lines.entries()) {
        if (typeof hits === 'number') table.add(index + 1, hits > 0);
      }
    }
    const files = lineFiles.files();
    return {
      // Versions before 1.0 write no totals.
      ...{ ...(total?.lines ?? sumHits(files)), metric: 'line' },
      branches: total?.branches ? hitsOrNull(total.branches) : null,
      functions: total?.methods ? hitsOrNull(total.methods) : null,
      ...{ reportTime: dateOf(time), sourceRoots: [], files },
    };
  },
};
