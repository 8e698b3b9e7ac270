import * as z from 'zod/mini';
import { count } from '../../../../schema/numbers.ts';
import { readMembers } from '../../report/json-stream.ts';
import { checked } from '../parse/check-member.ts';
import type { CoverageFormat } from '../coverage-format.ts';
import { createLineFiles, sumHits } from '../parse/line-files.ts';

const fileMember = z.object({
  path: z.array(z.string()),
  traces: z.array(
    z.object({ line: z.number(), stats: z.object({ Line: z.optional(z.number()) }) }),
  ),
});

/**
 * cargo-tarpaulin's JSON (its src/report/json.rs). A path is an array of its parts.
 * Older versions have no totals: then the lines count.
 */
export const tarpaulin: CoverageFormat = {
  name: 'tarpaulin',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /^\s*\{\s*"files"\s*:\s*\[\s*\{\s*"path"\s*:\s*\[/.test(head),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    const totals = new Map<string, number>();
    const treat = (key: string, inside: string | null): boolean | 'enter' =>
      inside !== null || (key === 'files' ? 'enter' : key === 'covered' || key === 'coverable');
    for await (const [key, value, inside] of readMembers(chunks, treat)) {
      if (inside === null) {
        if (key !== 'files') totals.set(key, checked(count, key, value));
        continue;
      }
      const file = checked(fileMember, inside, value);
      const table = lineFiles.at(file.path.join('/').replace(/^\/\//, '/'));
      for (const { line, stats } of file.traces) table.add(line, (stats.Line ?? 0) > 0);
    }
    const files = lineFiles.files();
    const covered = totals.get('covered');
    const total = totals.get('coverable');
    return {
      ...(covered === undefined || total === undefined ? sumHits(files) : { covered, total }),
      ...{ metric: 'line', branches: null, functions: null },
      ...{ reportTime: null, sourceRoots: [], files },
    };
  },
};
