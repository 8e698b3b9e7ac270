import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { streamMembers } from '../../../report/json-stream.ts';
import { ReportError } from '../../../report/report-file.ts';
import { reportDefaults, type CoverageFormat, type FileCoverage } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { hitsOrNull, sumHits } from '../../parse/hit-counter.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const hits = z.object({ covered: count, total: count });
const fileSummary = z.object({
  lines: hits,
  branches: z.optional(hits),
  functions: z.optional(hits),
});

/**
 * The `json-summary` of Istanbul (nyc, c8, Jest, Vitest): counts per file, and their total.
 * `pct` is not used: it is "Unknown" or 100 if there is nothing to count.
 */
export const istanbulSummary = {
  name: 'istanbul-summary',
  tools: 'nyc, c8, Jest, Vitest, Karma',
  rounding: 'down',
  recognizes: ({ keys }) => keys.has('1.total') && keys.has('3.pct'),
  parse: async (chunks) => {
    let total: z.infer<typeof fileSummary> | null = null;
    const files: FileCoverage[] = [];
    for await (const [key, value] of streamMembers(chunks)) {
      const summary = checkMember(fileSummary, key, value);
      if (key === 'total') total = summary;
      else files.push({ path: key, ...summary.lines, lines: null });
    }
    if (!total) throw new ReportError('has no "total"');
    return {
      ...reportDefaults,
      ...(hitsOrNull(total.lines) ?? sumHits(files)),
      branches: hitsOrNull(total.branches),
      functions: hitsOrNull(total.functions),
      files,
    };
  },
} as const satisfies CoverageFormat;

const hitCount = z.number();
const fileFinal = z.object({
  path: z.optional(z.string()),
  statementMap: z.record(
    z.string(),
    z.object({ start: z.object({ line: z.nullish(z.number()) }) }),
  ),
  s: z.record(z.string(), hitCount),
  b: z.optional(z.record(z.string(), z.array(hitCount))),
  f: z.optional(z.record(z.string(), hitCount)),
});

/**
 * The `json` of Istanbul (coverage-final.json, and the raw files of nyc, one for each process).
 * A line is hit if any statement that starts on it is, as in istanbul-lib-coverage.
 */
export const istanbulFinal = {
  name: 'istanbul',
  tools: 'nyc, c8, Jest, Vitest, Karma, Cypress',
  rounding: 'down',
  // A run that instrumented nothing writes `{}`.
  recognizes: ({ keys, text, isComplete }) =>
    keys.has('2.statementMap') || (isComplete && /^\s*\{\s*\}\s*$/.test(text)),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    for await (const [key, value] of streamMembers(chunks)) {
      const file = checkMember(fileFinal, key, value);
      const table = report.at(file.path ?? key);
      for (const [id, { start }] of Object.entries(file.statementMap)) {
        if (typeof start.line === 'number') table.add(start.line, (file.s[id] ?? 0) > 0);
      }
      for (const times of Object.values(file.b ?? {}).flat()) report.branches.add(times > 0);
      for (const times of Object.values(file.f ?? {})) report.functions.add(times > 0);
    }
    return report.toReport();
  },
} as const satisfies CoverageFormat;
