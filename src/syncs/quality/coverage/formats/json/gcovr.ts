import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import { reportDefaults, type CoverageFormat, type FileCoverage } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { hitsOrNull, sumHits } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const excluded = z.optional(z.boolean());
const fileMember = z.object({
  file: z.string(),
  lines: z.array(
    z.object({
      line_number: z.number(),
      count: z.number(),
      function_name: z.optional(z.string()),
      branches: z.optional(z.array(z.object({ count: z.number(), 'gcovr/excluded': excluded }))),
      'gcovr/excluded': excluded,
      'gcovr/noncode': z.optional(z.boolean()),
    }),
  ),
  functions: z.optional(
    z.array(z.object({ execution_count: z.optional(z.number()), 'gcovr/excluded': excluded })),
  ),
});
const chooseFiles = chooseByKey({ files: 'enter', 'gcovr/format_version': 'read' });

/**
 * The JSON of gcovr (`gcovr --json`; https://gcovr.com/en/stable/output/json.html) and of gcov (`gcov --json-format`),
 * which have the same shape. gcovr since 8.4 repeats a line for each function that it is in, and counts each of them.
 */
export const gcovr = {
  name: 'gcovr',
  tools: 'gcovr (`--json`), gcov (`--json-format`, compressed too)',
  recognizes: ({ keys }) =>
    keys.has('1.gcovr/format_version') || (keys.has('3.lines') && keys.has('5.line_number')),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let isGcovr = false;
    for await (const [key, value, path] of streamMembers(chunks, chooseFiles)) {
      isGcovr ||= key === 'gcovr/format_version';
      if (path === null) continue;
      const file = checkMember(fileMember, `files.${key}`, value);
      const table = report.at(file.file);
      const functions = new Map<string, boolean>();
      for (const line of file.lines) {
        if (line['gcovr/noncode'] === true || line['gcovr/excluded'] === true) continue;
        table.add(line.line_number, line.count > 0);
        const name = `${String(line.line_number)} ${line.function_name ?? ''}`;
        functions.set(name, line.count > 0 || functions.get(name) === true);
        for (const branch of line.branches ?? []) {
          if (branch['gcovr/excluded'] !== true) report.branches.add(branch.count > 0);
        }
      }
      for (const one of file.functions ?? []) {
        const { execution_count: times } = one;
        if (one['gcovr/excluded'] !== true && times !== undefined) report.functions.add(times > 0);
      }
      for (const isHit of functions.values()) report.count(file.file, isHit);
    }
    if (!isGcovr) return report.toReport();
    const files = report.countedFiles();
    return report.toReport({ ...sumHits(files), files });
  },
} as const satisfies CoverageFormat;

const summary = z.object({
  line_covered: count,
  line_total: count,
  branch_covered: count,
  branch_total: count,
  function_covered: z._default(count, 0),
  function_total: z._default(count, 0),
});
const summaryFile = z.object({ filename: z.string(), line_covered: count, line_total: count });
const chooseSummary = chooseByKey({
  files: 'enter',
  ...Object.fromEntries(Object.keys(summary.shape).map((key) => [key, 'read'] as const)),
});

/** The `--json-summary` of gcovr: counts without lines. Percentages may be null and are not used. */
export const gcovrSummary = {
  name: 'gcovr-summary',
  tools: 'gcovr (`--json-summary`)',
  recognizes: ({ keys }) => keys.has('1.line_covered') && keys.has('1.line_total'),
  parse: async (chunks) => {
    const members: Record<string, unknown> = {};
    const files: FileCoverage[] = [];
    for await (const [key, value, path] of streamMembers(chunks, chooseSummary)) {
      if (path === null) {
        members[key] = value;
        continue;
      }
      const file = checkMember(summaryFile, path, value);
      const { filename, line_covered: covered, line_total: total } = file;
      files.push({ path: filename, covered, total, lines: null });
    }
    const counts = checkMember(summary, 'summary', members);
    return {
      ...reportDefaults,
      covered: counts.line_covered,
      total: counts.line_total,
      branches: hitsOrNull({ covered: counts.branch_covered, total: counts.branch_total }),
      functions: hitsOrNull({ covered: counts.function_covered, total: counts.function_total }),
      files,
    };
  },
} as const satisfies CoverageFormat;
