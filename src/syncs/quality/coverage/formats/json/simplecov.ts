import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { chooseByKey, streamMembers } from '../../../report/json-stream.ts';
import { parseDate, parseUnixTime } from '../../../report/report-time.ts';
import { type CoverageFormat } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { hitsOrNull } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const meta = z.object({ timestamp: z.optional(z.string()) });
const hits = z.object({ covered: count, total: count });
const totals = z.object({ lines: hits, branches: z.optional(hits), methods: z.optional(hits) });
const lineHits = z.array(z.nullable(z.union([z.number(), z.string()])));
const lineObject = z.object({ lines: lineHits });
const listedFile = z.object({ filename: z.string(), coverage: z.union([lineHits, lineObject]) });
const choose = chooseByKey({
  coverage: 'enter',
  files: 'enter',
  meta: 'read',
  total: 'read',
  timestamp: 'read',
});

/**
 * The coverage.json of SimpleCov's JSON formatter, and of the simplecov-json gem, which lists its files. Lines between
 * `:nocov:` comments are "ignored".
 */
export const simplecov = {
  name: 'simplecov',
  tools: 'SimpleCov, simplecov-json',
  rounding: 'down',
  recognizes: ({ keys }) =>
    keys.has('2.simplecov_version') ||
    (keys.has('3.filename') && keys.has('3.covered_percent') && keys.has('3.coverage')),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    let total: z.infer<typeof totals> | undefined;
    let reportTime: number | null = null;
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (key === 'total' && path === null) total = checkMember(totals, key, value);
      if (key === 'meta' && path === null) {
        reportTime ??= parseDate(checkMember(meta, key, value).timestamp);
      }
      if (key === 'timestamp' && path === null && typeof value === 'number') {
        reportTime ??= parseUnixTime(value);
      }
      if (path === null) continue;
      const listed = path === 'files' ? checkMember(listedFile, path, value) : null;
      const file = listed ? listed.coverage : checkMember(lineObject, key, value);
      const table = report.at(listed?.filename ?? key);
      for (const [index, line] of (Array.isArray(file) ? file : file.lines).entries()) {
        if (typeof line === 'number') table.add(index + 1, line > 0);
      }
    }
    return report.toReport({
      // Versions before 1.0 write no totals.
      ...hitsOrNull(total?.lines),
      branches: hitsOrNull(total?.branches),
      functions: hitsOrNull(total?.methods),
      reportTime,
    });
  },
} as const satisfies CoverageFormat;
