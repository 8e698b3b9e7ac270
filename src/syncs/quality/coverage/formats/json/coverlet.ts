import * as z from 'zod/mini';
import { streamMembers, type ChooseAction } from '../../../report/json-stream.ts';
import { type CoverageFormat } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const method = z.object({
  Lines: z.record(z.string(), z.number()),
  Branches: z.nullish(z.array(z.object({ Hits: z.number() }))),
});
const classes = z.record(z.string(), z.record(z.string(), method));
const choose: ChooseAction = (_key, _path, depth) => (depth === 1 ? 'enter' : 'read');

/**
 * The JSON of coverlet: module, file, class, method
 * (https://github.com/coverlet-coverage/coverlet/blob/master/src/coverlet.core/Reporters/JsonReporter.cs).
 */
export const coverlet = {
  name: 'coverlet',
  tools: 'coverlet',
  recognizes: ({ keys }) =>
    keys.has('5.Lines') || [...keys].some((key) => /^1\..+\.(?:dll|exe)$/i.test(key)),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    for await (const [file, value, path] of streamMembers(chunks, choose)) {
      if (path === null) continue;
      const table = report.at(file);
      const methods = Object.values(checkMember(classes, file, value)).flatMap(
        Object.values<z.infer<typeof method>>,
      );
      for (const { Lines, Branches } of methods) {
        const lines = Object.entries(Lines);
        for (const [line, hits] of lines) table.add(Number(line), hits > 0);
        report.functions.add(lines.some(([, hits]) => hits > 0));
        for (const { Hits } of Branches ?? []) report.branches.add(Hits > 0);
      }
    }
    return report.toReport();
  },
} as const satisfies CoverageFormat;
