import * as z from 'zod/mini';
import { count } from '../../../../schema/numbers.ts';
import { readMembers } from '../../report/json-stream.ts';
import { ReportError } from '../../report/report-file.ts';
import { checked, dateOf } from '../parse/check-member.ts';
import { hitsOrNull, type CoverageFormat, type Hits } from '../coverage-format.ts';
import { createLineFiles } from '../parse/line-files.ts';

const meta = z.object({ timestamp: z.optional(z.string()) });
const totals = z.object({
  covered_lines: count,
  num_statements: count,
  covered_branches: z.optional(count),
  num_branches: z.optional(count),
});
const lineNumbers = z.array(z.number());
const fileMember = z.object({
  ...{ executed_lines: lineNumbers, missing_lines: lineNumbers },
  summary: z.object({ covered_lines: count, num_statements: count }),
});

/**
 * coverage.py's JSON report (`coverage json`; https://coverage.readthedocs.io/en/latest/commands/cmd_json.html).
 * `percent_covered` mixes the branches in and is not read. Its time is local time without a zone.
 */
export const coveragePy: CoverageFormat = {
  name: 'coverage.py',
  hasLines: true,
  rounding: 'nearest',
  // SimpleCov's `meta` tells of branches too.
  recognizes: (head) =>
    /^\s*\{\s*"meta"\s*:\s*\{[^{}]*"(?:branch_coverage|show_contexts)"/.test(head) &&
    !head.includes('"simplecov_version"'),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    // A line that ran may be a part of a statement, which counts once.
    const counts = new Map<string, Hits>();
    let total: z.infer<typeof totals> | undefined;
    let time: string | undefined;
    const treat = (key: string, inside: string | null): boolean | 'enter' => {
      if (inside !== null) return true;
      return key === 'files' ? 'enter' : key === 'meta' || key === 'totals';
    };
    for await (const [key, value, inside] of readMembers(chunks, treat)) {
      if (inside !== null) {
        const file = checked(fileMember, key, value);
        const { covered_lines: covered, num_statements } = file.summary;
        counts.set(key, { covered, total: num_statements });
        const table = lineFiles.at(key);
        for (const line of file.executed_lines) table.add(line, true);
        for (const line of file.missing_lines) table.add(line, false);
      } else if (key === 'totals') total = checked(totals, key, value);
      else if (key === 'meta') time = checked(meta, key, value).timestamp;
    }
    const files = lineFiles.files().map((file) => ({ ...file, ...counts.get(file.path) }));
    if (!total) throw new ReportError('has no "totals"');
    return {
      ...{ covered: total.covered_lines, total: total.num_statements, metric: 'line' },
      branches: hitsOrNull({
        covered: total.covered_branches ?? 0,
        total: total.num_branches ?? 0,
      }),
      functions: null,
      ...{ reportTime: dateOf(time), sourceRoots: [], files },
    };
  },
};
