import * as z from 'zod/mini';
import { count } from '../../../../schema/numbers.ts';
import { readMembers } from '../../report/json-stream.ts';
import { ReportError } from '../../report/report-file.ts';
import { checked } from '../parse/check-member.ts';
import {
  hitsOrNull,
  type CoverageFormat,
  type FileCoverage,
  type Hits,
} from '../coverage-format.ts';

const hits = z.object({ covered: count, count });
const summary = z.object({ lines: hits, functions: z.optional(hits), branches: z.optional(hits) });
const exportType = 'llvm.coverage.json.export';

/**
 * `llvm-cov export` and `cargo llvm-cov --json` (LLVM's tools/llvm-cov/CoverageExporterJson.cpp).
 * The totals take the best instance of a template, so that they differ from a union of its lines.
 */
export const llvmCov: CoverageFormat = {
  name: 'llvm-cov',
  hasLines: false,
  rounding: 'nearest',
  recognizes: (head) =>
    /^\s*\{\s*"data"\s*:\s*\[\s*\{\s*"(?:files|functions|totals)"\s*:/.test(head) ||
    (/^\s*\{/.test(head) && head.includes(`"${exportType}"`)),
  parse: async (chunks) => {
    let total: z.infer<typeof summary> | undefined;
    let type: unknown;
    const files: FileCoverage[] = [];
    let path: string | null = null;
    let lines: Hits | null = null;
    for await (const [key, value, inside] of readMembers(chunks, treat)) {
      if (key === 'type') type = value;
      else if (key === 'totals') total ??= checked(summary, key, value);
      else if (key === 'filename') path = checked(z.string(), key, value);
      else if (key === 'summary') lines = toHits(checked(summary, key, value).lines);
      if (inside !== 'data.*.files.*' || path === null || lines === null) continue;
      files.push({ path, ...lines, lines: null });
      path = null;
      lines = null;
    }
    if (type !== exportType) throw new ReportError(`is not of the type ${exportType}`);
    if (!total) throw new ReportError('has no totals');
    return {
      ...{ ...toHits(total.lines), metric: 'line' },
      branches: total.branches ? hitsOrNull(toHits(total.branches)) : null,
      functions: total.functions ? hitsOrNull(toHits(total.functions)) : null,
      ...{ reportTime: null, sourceRoots: [], files },
    };
  },
};

function treat(key: string, inside: string | null): boolean | 'enter' {
  if (inside === null) return key === 'data' ? 'enter' : key === 'type';
  if (inside === 'data' || inside === 'data.*.files') return 'enter';
  if (inside === 'data.*') return key === 'files' ? 'enter' : key === 'totals';
  return key === 'filename' || key === 'summary';
}

const toHits = (one: z.infer<typeof hits>): Hits => ({ covered: one.covered, total: one.count });
