import { setImmediate } from 'node:timers/promises';
import { getOrInsert } from '../../../../../util/collections.ts';
import { ReportError } from '../../../report/report-file.ts';
import {
  reportDefaults,
  type Blocks,
  type CoverageFormat,
  type FileCoverage,
  type Report,
} from '../../coverage-format.ts';
import { completeLines } from '../../parse/complete-lines.ts';
import { sumHits } from '../../parse/hit-counter.ts';
import { countStatements } from '../../merge/resolve-report.ts';
import { createLineTables } from '../../parse/line-table.ts';

/**
 * The cover profile of Go (`go test -coverprofile`; golang.org/x/tools/cover/profile.go):
 * `name.go:line.column,line.column statements count`.
 *
 * It counts statements per block. With `-coverpkg` each package repeats the blocks of all packages: a block
 * counts once and is covered if any package ran it, as in `go tool cover -func`. Several profiles are merged by block.
 * Lines are used to merge a profile with other formats: a line is hit if any of its blocks is.
 */
export const goProfile = {
  name: 'go',
  tools: 'go test, Ginkgo, go tool covdata',
  recognizes: ({ text }) => /^mode: (?:set|count|atomic)\r?\n/.test(text),
  parse: async (chunks) => {
    const files = new Map<string, Map<string, number>>();
    let lineNumber = 0;
    for await (const bytes of completeLines(chunks)) {
      await setImmediate();
      for (const line of bytes.toString().split('\n')) {
        lineNumber += 1;
        // Profiles may be concatenated. A piece ends with a newline, so its last line is blank.
        if (line.trim() === '' || line.startsWith('mode: ')) continue;
        addBlock(files, line, lineNumber);
      }
      lineNumber -= 1;
    }
    return toReport(files);
  },
} as const satisfies CoverageFormat;

const blockLine = /^(.+):(\d{1,9}\.\d{1,9},\d{1,9}\.\d{1,9}) (\d{1,9}) (\d{1,20})\r?$/;

function addBlock(files: Map<string, Map<string, number>>, line: string, lineNumber: number): void {
  const [, path, position, statements, count] = blockLine.exec(line) ?? [];
  if (path === undefined || position === undefined) {
    throw new ReportError(`line ${String(lineNumber)}: is not a block of a Go cover profile`);
  }
  const blocks = getOrInsert(files, path, () => new Map<string, number>());
  const known = blocks.get(position) ?? 0;
  const isHit = known % 2 === 1 || Number(count) > 0;
  blocks.set(position, Number(statements) * 2 + (isHit ? 1 : 0));
}

function toReport(blocksByFile: ReadonlyMap<string, Blocks>): Report {
  const files: FileCoverage[] = [];
  const tables = createLineTables();
  for (const [path, blocks] of blocksByFile) {
    const { covered, total } = countStatements(blocks);
    const table = tables.create();
    for (const [position, block] of blocks) {
      if (block < 2) continue;
      const [first = 0, last = 0] = position.split(',').map((end) => Math.floor(Number(end)));
      table.addRange(first, last, block % 2 === 1);
    }
    files.push({ path, covered, total, lines: table.lines(), blocks });
  }
  return { ...reportDefaults, ...sumHits(files), metric: 'statement', files };
}
