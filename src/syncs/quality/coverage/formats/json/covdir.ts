import { streamMembers, type ChooseAction } from '../../../report/json-stream.ts';
import * as z from 'zod/mini';
import type { CoverageFormat } from '../../coverage-format.ts';
import { checkMember } from '../../parse/check-member.ts';
import { ReportBuilder } from '../../parse/report-builder.ts';

const lines = z.array(z.number());
/** A directory has `children`, by name; a file has the hits of its lines, and -1 for a line without code. */
const choose: ChooseAction = (key, path) => {
  if (path !== null && /(?:^|\.)children$/.test(path)) return 'enter';
  return key === 'children' ? 'enter' : key === 'coverage' ? 'read' : 'skip';
};

/** The `covdir` format of grcov: a tree of directories with the lines of each file. */
export const covdir = {
  name: 'covdir',
  tools: 'grcov',
  recognizes: ({ keys }) => keys.has('1.linesTotal') && keys.has('1.children'),
  parse: async (chunks) => {
    const report = new ReportBuilder();
    for await (const [key, value, path] of streamMembers(chunks, choose)) {
      if (key !== 'coverage' || path === null) continue;
      const table = report.at(pathOf(path));
      for (const [index, hits] of checkMember(lines, key, value).entries()) {
        if (hits >= 0) table.add(index + 1, hits > 0);
      }
    }
    return report.toReport();
  },
} as const satisfies CoverageFormat;

/** Returns `src/lib.rs` for `children.src.children.lib.rs`. */
const pathOf = (path: string): string =>
  path.replace(/^children\./, '').replaceAll('.children.', '/');
