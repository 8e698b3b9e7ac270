import * as z from 'zod/mini';
import { readMembers } from '../../report/json-stream.ts';
import { ReportError } from '../../report/report-file.ts';
import { hitsOrNull, type CoverageFormat, type FileCoverage } from '../coverage-format.ts';
import { countLines, createLineTables, uniteLines } from '../parse/line-table.ts';

const count = z.int().check(z.nonnegative());
const hits = z.object({ covered: count, total: count });
const fileSummary = z.object({ lines: hits, branches: hits, functions: hits });

/**
 * Istanbul's `json-summary` (nyc, c8, Jest, Vitest): counts by file, and their total.
 * `pct` is not read: it is "Unknown" or 100 where there is nothing to count.
 */
export const istanbulSummary: CoverageFormat = {
  name: 'istanbul-summary',
  hasLines: false,
  rounding: 'down',
  recognizes: (head) => /^\ufeff?\s*\{\s*"total"\s*:\s*\{/.test(head) && head.includes('"pct"'),
  parse: async (chunks) => {
    let total: z.infer<typeof fileSummary> | null = null;
    const files: FileCoverage[] = [];
    for await (const [key, value] of readMembers(chunks)) {
      const summary = check(fileSummary, key, value);
      if (key === 'total') total = summary;
      else files.push({ path: key, ...summary.lines, lines: null });
    }
    if (!total) throw new ReportError('has no "total"');
    return {
      ...total.lines,
      metric: 'line',
      branches: hitsOrNull(total.branches),
      functions: hitsOrNull(total.functions),
      reportTime: null,
      sourceRoots: [],
      files,
    };
  },
};

const times = z.number();
const fileFinal = z.object({
  path: z.optional(z.string()),
  statementMap: z.record(
    z.string(),
    z.object({ start: z.object({ line: z.nullish(z.number()) }) }),
  ),
  s: z.record(z.string(), times),
  b: z.optional(z.record(z.string(), z.array(times))),
  f: z.optional(z.record(z.string(), times)),
});

/**
 * Istanbul's `json` (coverage-final.json, and the raw files of nyc, one for each process).
 * A line counts as hit when any statement that starts on it was, as in istanbul-lib-coverage.
 */
export const istanbulFinal: CoverageFormat = {
  name: 'istanbul',
  hasLines: true,
  rounding: 'down',
  // A run that instrumented nothing writes `{}`.
  recognizes: (head) =>
    /^\ufeff?\s*\{\s*\}\s*$/.test(head) ||
    (/^\ufeff?\s*\{\s*"/.test(head) && head.includes('"statementMap"')),
  parse: async (chunks) => {
    const tables = createLineTables();
    const lines = { covered: 0, total: 0 };
    const branches = { covered: 0, total: 0 };
    const functions = { covered: 0, total: 0 };
    const files = new Map<string, FileCoverage>();
    for await (const [key, value] of readMembers(chunks)) {
      const file = check(fileFinal, key, value);
      const table = tables.create();
      for (const [id, { start }] of Object.entries(file.statementMap)) {
        if (typeof start.line === 'number') table.add(start.line, (file.s[id] ?? 0) > 0);
      }
      const path = file.path ?? key;
      const known = files.get(path)?.lines;
      const united = known ? uniteLines(known, table.lines()) : table.lines();
      files.set(path, { path, ...countLines(united), lines: united });
      addHits(branches, Object.values(file.b ?? {}).flat());
      addHits(functions, Object.values(file.f ?? {}));
    }
    for (const { covered, total } of files.values()) {
      lines.covered += covered;
      lines.total += total;
    }
    return {
      ...lines,
      metric: 'line',
      branches: hitsOrNull(branches),
      functions: hitsOrNull(functions),
      reportTime: null,
      sourceRoots: [],
      files: [...files.values()],
    };
  },
};

function addHits(sum: { covered: number; total: number }, counts: readonly number[]): void {
  sum.total += counts.length;
  sum.covered += counts.filter((times) => times > 0).length;
}

function check<Schema extends z.ZodMiniType>(
  schema: Schema,
  key: string,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ReportError(`"${key}"${at && ` at ${at}`}: is not what Istanbul writes`);
}
