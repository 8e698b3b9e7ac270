import * as z from 'zod/mini';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import type { CoverageFormat } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

/** The hits of a line; `1/2` for a line of which one of two branches was taken; null for a line without code. */
const lineHits = z.nullable(z.union([z.number(), z.boolean(), z.string()]));
const fileMember = z.union([z.array(lineHits), z.record(z.string(), lineHits)]);
const choose = chooseByKey({ coverage: 'enter' });

/** Codecov's own JSON (https://docs.codecov.com/docs/codecov-custom-coverage-format): hits by file and line. */
export const codecov = {
  name: 'codecov',
  tools: 'converters',
  // Other formats have a member of this name too, and more, so the complete file has to be known.
  recognizes: ({ keys, isComplete }) =>
    isComplete &&
    keys.has('1.coverage') &&
    [...keys].every((key) => !key.startsWith('1.') || /^1\.(?:coverage|messages)$/.test(key)),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (path === null) continue;
      const table = report.at(key);
      for (const [line, hits] of Object.entries(checkMember(fileMember, key, value))) {
        // The first item of an array is line 0, which no file has.
        if (hits === null || !/^[1-9]\d{0,8}$/.test(line)) continue;
        table.add(Number(line), hits === true || Number.parseInt(String(hits), 10) > 0);
      }
    }
    return report.toReport();
  },
} as const satisfies CoverageFormat;
