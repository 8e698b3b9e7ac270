import { ReportError } from '../../../report/report-file.ts';
import { reportDefaults, type CoverageFormat } from '../../coverage-format.ts';
import { completeLines } from '../../parse/complete-lines.ts';
import { HitCounter, hitsOrNull, sumHits } from '../../parse/hit-counter.ts';

/** The number of columns from the end, because names of groups and classes may contain commas. */
const columns = { instruction: 10, branch: 8, line: 6, method: 2 } as const;

/**
 * The CSV of JaCoCo: the missed and the covered instructions, branches, lines and methods of each class. It does not
 * name source files.
 */
export const jacocoCsv = {
  name: 'jacoco-csv',
  tools: 'JaCoCo',
  recognizes: ({ text }) => text.startsWith('GROUP,PACKAGE,CLASS,INSTRUCTION_MISSED,'),
  parse: async (chunks) => {
    const counters = {
      instruction: new HitCounter(),
      branch: new HitCounter(),
      line: new HitCounter(),
      method: new HitCounter(),
    };
    let lineNumber = 0;
    for await (const bytes of completeLines(chunks)) {
      for (const text of bytes.toString().split('\n').slice(0, -1)) {
        lineNumber += 1;
        if (lineNumber === 1 || text.trim() === '') continue;
        const values = text.trimEnd().split(',').slice(-10);
        if (values.length < 10 || !values.every((value) => /^\d{1,15}$/.test(value))) {
          throw new ReportError(`line ${String(lineNumber)}: is not a row of counters`);
        }
        for (const [name, fromEnd] of Object.entries(columns)) {
          const [missed, covered] = values.slice(10 - fromEnd).map(Number);
          const total = (missed ?? 0) + (covered ?? 0);
          counters[name as keyof typeof columns].addHits({ covered: covered ?? 0, total });
        }
      }
    }
    const lines = hitsOrNull(counters.line);
    return {
      ...reportDefaults,
      ...(lines ?? sumHits([counters.instruction])),
      metric: lines ? 'line' : 'instruction',
      branches: hitsOrNull(counters.branch),
      functions: hitsOrNull(counters.method),
      files: null,
    };
  },
} as const satisfies CoverageFormat;
