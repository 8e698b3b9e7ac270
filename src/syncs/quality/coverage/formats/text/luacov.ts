import { ReportError } from '../../../report/report-file.ts';
import type { CoverageFormat } from '../../coverage-format.ts';
import { completeLines } from '../../parse/complete-lines.ts';
import type { LineTable } from '../../parse/line-table.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const rule = /^={10,}\r?$/;

/**
 * The luacov.report.out of LuaCov: for each file its name between two rules, then its lines, which start with the
 * number of hits, with `***0` for a line that did not run, or with spaces for one without code.
 */
export const luacov = {
  name: 'luacov',
  tools: 'LuaCov',
  recognizes: ({ text }) => /^={10,}\r?\n[^\n]+\n={10,}\r?\n/.test(text),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let table: LineTable | null = null;
    let isHeader = false;
    let hasSummary = false;
    let line = 0;
    for await (const bytes of completeLines(chunks)) {
      // A piece ends with a newline, so that its last item is empty.
      for (const text of bytes.toString().split('\n').slice(0, -1)) {
        if (rule.test(text)) {
          isHeader = !isHeader;
        } else if (isHeader) {
          hasSummary ||= text.trim() === 'Summary';
          table = hasSummary ? null : report.at(text.trim());
          line = 0;
        } else {
          line += 1;
          const [, missed, hits] = /^\s*(?:(\*+0)|(\d+))(?:\s|$)/.exec(text) ?? [];
          if (missed !== undefined || hits !== undefined) table?.add(line, Number(hits ?? 0) > 0);
        }
      }
    }
    if (!hasSummary) throw new ReportError('ends without its summary');
    return report.toReport();
  },
} as const satisfies CoverageFormat;
