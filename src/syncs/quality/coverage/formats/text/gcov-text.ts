import { ReportError } from '../../../report/report-file.ts';
import type { CoverageFormat } from '../../coverage-format.ts';
import { completeLines } from '../../parse/complete-lines.ts';
import type { LineTable } from '../../parse/line-table.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

/** `<count>:<line>:<source>`; the count is `-` without code, `#####` or `=====` if the line did not run. */
const record = /^\s*(-|#+|=+|\d+\*?):\s*(\d{1,9}):(?:Source:(.*))?/;

/**
 * The text that gcov writes, one file for each source
 * (https://gcc.gnu.org/onlinedocs/gcc/Invoking-Gcov.html). A template repeats its lines for each instance.
 */
export const gcovText = {
  name: 'gcov',
  tools: 'gcov',
  recognizes: ({ text }) => /^\s*-:\s*0:Source:/.test(text),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let table: LineTable | null = null;
    for await (const bytes of completeLines(chunks)) {
      for (const text of bytes.toString().split('\n')) {
        const [, count, line, source] = record.exec(text) ?? [];
        if (source !== undefined) table = report.at(source.trim());
        if (count === undefined || count === '-' || line === '0') continue;
        if (table === null) throw new ReportError('has a line before the name of its source');
        table.add(Number(line), Number.parseInt(count, 10) > 0);
      }
    }
    return report.toReport();
  },
} as const satisfies CoverageFormat;
