import * as z from 'zod/mini';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import { parseDate } from '../../../report/report-time.ts';
import { reportDefaults, type CoverageFormat, type FileCoverage } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { sumHits } from '../../parse/hit-counter.ts';

const lineCount = z.union([z.number(), z.string().check(z.regex(/^\d{1,15}$/))]);
const fileMember = z.object({ file: z.string(), covered_lines: lineCount, total_lines: lineCount });
const choose = chooseByKey({ files: 'enter', date: 'read' });

/** The coverage.json of kcov, which counts lines for each file. */
export const kcov = {
  name: 'kcov',
  tools: 'kcov',
  recognizes: ({ keys }) => keys.has('3.total_lines') && keys.has('3.percent_covered'),
  parse: async (chunks) => {
    const files: FileCoverage[] = [];
    let reportTime: number | null = null;
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path === null) {
        if (key === 'date' && typeof value === 'string') reportTime = parseDate(value);
        continue;
      }
      const file = checkMember(fileMember, path, value);
      const [covered, total] = [Number(file.covered_lines), Number(file.total_lines)];
      files.push({ path: file.file, covered, total, lines: null });
    }
    return { ...reportDefaults, ...sumHits(files), reportTime, files };
  },
} as const satisfies CoverageFormat;
