import * as z from 'zod/mini';
import { readMembers } from '../../report/json-stream.ts';
import { checked, dateOf } from '../parse/check-member.ts';
import { hitsOrNull, type CoverageFormat } from '../coverage-format.ts';
import { createLineFiles, sumHits } from '../parse/line-files.ts';

const fileMember = z.object({
  name: z.string(),
  coverage: z.array(z.nullable(z.number())),
  branches: z.optional(z.array(z.number())),
});

/**
 * The Coveralls API's JSON (excoveralls, gcovr; https://docs.coveralls.io/api-reference): a number of hits
 * for each line that can run. Branches are quadruples of line, block, branch and hits.
 */
export const coveralls: CoverageFormat = {
  name: 'coveralls',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /^\s*\{/.test(head) && /"source_files"\s*:\s*\[/.test(head),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    const branches = { covered: 0, total: 0 };
    let time: number | null = null;
    const treat = (key: string, inside: string | null): boolean | 'enter' =>
      inside !== null || (key === 'source_files' ? 'enter' : key === 'run_at');
    for await (const [key, value, inside] of readMembers(chunks, treat)) {
      if (inside === null) {
        if (key === 'run_at') time = dateOf(checked(z.string(), key, value));
        continue;
      }
      const file = checked(fileMember, inside, value);
      const table = lineFiles.at(file.name);
      for (const [index, hits] of file.coverage.entries()) {
        if (hits !== null) table.add(index + 1, hits > 0);
      }
      const numbers = file.branches ?? [];
      for (let index = 3; index < numbers.length; index += 4) {
        branches.total += 1;
        if ((numbers[index] ?? 0) > 0) branches.covered += 1;
      }
    }
    const files = lineFiles.files();
    return {
      ...{ ...sumHits(files), metric: 'line', branches: hitsOrNull(branches), functions: null },
      ...{ reportTime: time, sourceRoots: [], files },
    };
  },
};
