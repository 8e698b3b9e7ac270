import * as z from 'zod/mini';
import { count } from '../../../../schema/numbers.ts';
import { readMembers } from '../../report/json-stream.ts';
import { checked } from '../parse/check-member.ts';
import { hitsOrNull, type CoverageFormat, type FileCoverage } from '../coverage-format.ts';
import { createLineFiles, sumHits } from '../parse/line-files.ts';

const excluded = { 'gcovr/excluded': z.optional(z.boolean()) };
const fileMember = z.object({
  file: z.string(),
  lines: z.array(
    z.object({
      ...{ line_number: z.number(), count: z.number(), ...excluded },
      'gcovr/noncode': z.optional(z.boolean()),
      branches: z.optional(z.array(z.object({ count: z.number(), ...excluded }))),
    }),
  ),
  functions: z.optional(z.array(z.object({ execution_count: z.number(), ...excluded }))),
});

/** gcovr's own JSON (`gcovr --json`; https://gcovr.com/en/stable/output/json.html). */
export const gcovr: CoverageFormat = {
  name: 'gcovr',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) =>
    /^\s*\{\s*"(?:files|gcovr\/format_version|current_working_directory)"/.test(head) &&
    /"gcovr\/(?:format_version|noncode|excluded)"/.test(head),
  parse: async (chunks) => {
    const lineFiles = createLineFiles();
    const branches = { covered: 0, total: 0 };
    const functions = { covered: 0, total: 0 };
    for await (const [key, value] of readMembers(chunks, treat)) {
      const file = checked(fileMember, `files.${key}`, value);
      const table = lineFiles.at(file.file);
      for (const line of file.lines) {
        if (line['gcovr/noncode'] === true || line['gcovr/excluded'] === true) continue;
        table.add(line.line_number, line.count > 0);
        for (const branch of line.branches ?? []) addTo(branches, branch, branch.count);
      }
      for (const one of file.functions ?? []) addTo(functions, one, one.execution_count);
    }
    const files = lineFiles.files();
    return {
      ...{ ...sumHits(files), metric: 'line', reportTime: null, sourceRoots: [], files },
      ...{ branches: hitsOrNull(branches), functions: hitsOrNull(functions) },
    };
  },
};

const treat = (key: string, inside: string | null): boolean | 'enter' =>
  inside === null ? key === 'files' && 'enter' : true;

function addTo(
  sum: { covered: number; total: number },
  one: { readonly 'gcovr/excluded'?: boolean | undefined },
  times: number,
): void {
  if (one['gcovr/excluded'] === true) return;
  sum.total += 1;
  if (times > 0) sum.covered += 1;
}

const summaryCounts = {
  ...{ line_covered: count, line_total: count, branch_covered: count, branch_total: count },
  ...{ function_covered: z.optional(count), function_total: z.optional(count) },
};
const summary = z.object(summaryCounts);
const summaryFile = z.object({ filename: z.string(), line_covered: count, line_total: count });

/** gcovr's `--json-summary`: counts without lines. Percentages may be null and are not read. */
export const gcovrSummary: CoverageFormat = {
  name: 'gcovr-summary',
  hasLines: false,
  rounding: 'nearest',
  recognizes: (head) =>
    /^\s*\{/.test(head) && head.includes('"line_covered"') && head.includes('"branch_covered"'),
  parse: async (chunks) => {
    const members: Record<string, unknown> = {};
    const files: FileCoverage[] = [];
    const treatSummary = (key: string, inside: string | null): boolean | 'enter' =>
      inside !== null || (key === 'files' ? 'enter' : Object.hasOwn(summaryCounts, key));
    for await (const [key, value, inside] of readMembers(chunks, treatSummary)) {
      if (inside === null) {
        members[key] = value;
        continue;
      }
      const file = checked(summaryFile, inside, value);
      const { filename: path, line_covered: covered, line_total: total } = file;
      files.push({ path, covered, total, lines: null });
    }
    const sums = checked(summary, 'summary', members);
    const { function_covered: covered = 0, function_total: total = 0 } = sums;
    return {
      ...{ covered: sums.line_covered, total: sums.line_total, metric: 'line' },
      branches: hitsOrNull({ covered: sums.branch_covered, total: sums.branch_total }),
      functions: hitsOrNull({ covered, total }),
      ...{ reportTime: null, sourceRoots: [], files },
    };
  },
};
