import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { streamMembers, type ChooseAction } from '../../../report/json-stream.ts';
import { reportDefaults, type CoverageFormat, type FileCoverage } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { sumHits } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const sums = { coveredLines: count, executableLines: count };
const fileSums = z.object({ path: z.string(), ...sums });
const fileLines = z.array(
  z.object({
    line: z.number(),
    isExecutable: z.boolean(),
    executionCount: z.optional(z.number()),
  }),
);
const choose: ChooseAction = (key, path) => {
  if (path === null && key === 'targets') return 'enter';
  if (path === 'targets') return 'enter';
  if (path === 'targets.*') return key === 'files' ? 'enter' : 'skip';
  return 'read';
};

/**
 * The JSON of `xcrun xccov view --report --json` (Xcode): the lines of each target and of its files. A file of several
 * targets counts in each, as in Xcode.
 */
export const xccov = {
  name: 'xccov',
  tools: 'Xcode (`xcrun xccov view --report --json`)',
  recognizes: ({ keys }) => keys.has('1.executableLines') && keys.has('1.coveredLines'),
  parse: async (chunks) => {
    const files: FileCoverage[] = [];
    const stated = new Map<string, unknown>();
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path === null) stated.set(key, value);
      if (path !== 'targets.*.files') continue;
      const file = checkMember(fileSums, path, value);
      files.push({
        path: file.path,
        covered: file.coveredLines,
        total: file.executableLines,
        lines: null,
      });
    }
    const total = z.safeParse(z.object(sums), Object.fromEntries(stated));
    return {
      ...reportDefaults,
      ...(total.success
        ? { covered: total.data.coveredLines, total: total.data.executableLines }
        : sumHits(files)),
      files,
    };
  },
} as const satisfies CoverageFormat;

/** The JSON of `xcrun xccov view --archive --json` (Xcode): how often each line of a file ran. */
export const xccovLines = {
  name: 'xccov-lines',
  tools: 'Xcode (`xcrun xccov view --archive --json`)',
  recognizes: ({ keys }) => keys.has('3.isExecutable'),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    for await (const [path, value] of streamMembers(chunks)) {
      const table = report.at(path);
      for (const { line, isExecutable, executionCount = 0 } of checkMember(
        fileLines,
        path,
        value,
      )) {
        if (isExecutable) table.add(line, executionCount > 0);
      }
    }
    return report.toReport();
  },
} as const satisfies CoverageFormat;
