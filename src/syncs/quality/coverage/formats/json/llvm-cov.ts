import * as z from 'zod/mini';
import { count } from '../../../../../schema/numbers.ts';
import { streamMembers, type ChooseAction } from '../../../report/json-stream.ts';
import { ReportError } from '../../../report/report-file.ts';
import {
  reportDefaults,
  type CoverageFormat,
  type FileCoverage,
  type Hits,
} from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { hitsOrNull, sumHits } from '../../parse/hit-counter.ts';

const hits = z.object({ covered: count, count });
const summary = z.object({ lines: hits, functions: z.optional(hits), branches: z.optional(hits) });
const exportType = 'llvm.coverage.json.export';

/**
 * `llvm-cov export` and `cargo llvm-cov --json`
 * (https://github.com/llvm/llvm-project/blob/main/llvm/tools/llvm-cov/CoverageExporterJson.cpp).
 * The totals count the best instantiation of a template, so they differ from a union of its lines.
 */
export const llvmCov = {
  name: 'llvm-cov',
  tools: 'llvm-cov export, cargo-llvm-cov, SwiftPM',
  recognizes: ({ keys }) =>
    keys.has('1.data') && ['3.totals', '3.files', '3.functions'].some((key) => keys.has(key)),
  parse: async (chunks) => {
    let total: z.infer<typeof summary> | undefined;
    let type: unknown;
    const files: FileCoverage[] = [];
    let filename: string | null = null;
    let lines: Hits | null = null;
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (key === 'type') type = value;
      else if (key === 'totals') total ??= checkMember(summary, key, value);
      else if (key === 'filename') filename = checkMember(z.string(), key, value);
      else if (key === 'summary') lines = toHits(checkMember(summary, key, value).lines);
      if (path !== 'data.*.files.*' || filename === null || lines === null) continue;
      files.push({ path: filename, ...lines, lines: null });
      filename = null;
      lines = null;
    }
    if (type !== exportType) throw new ReportError(`is not of the type ${exportType}`);
    return {
      ...reportDefaults,
      ...(total ? toHits(total.lines) : sumHits(files)),
      branches: hitsOrNull(total?.branches && toHits(total.branches)),
      functions: hitsOrNull(total?.functions && toHits(total.functions)),
      files,
    };
  },
} as const satisfies CoverageFormat;

const choose: ChooseAction = (key, path) => {
  if (path === 'data' || path === 'data.*.files') return 'enter';
  if (path === null) return key === 'data' ? 'enter' : key === 'type' ? 'read' : 'skip';
  if (path === 'data.*') return key === 'files' ? 'enter' : key === 'totals' ? 'read' : 'skip';
  return key === 'filename' || key === 'summary' ? 'read' : 'skip';
};

const toHits = (one: z.infer<typeof hits>): Hits => ({ covered: one.covered, total: one.count });
