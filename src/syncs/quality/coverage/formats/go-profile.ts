import { setImmediate } from 'node:timers/promises';
import { ReportError } from '../../report/report-file.ts';
import { completeLines } from '../parse/complete-lines.ts';
import type { CoverageFormat, FileCoverage } from '../coverage-format.ts';
import { createLineTables } from '../parse/line-table.ts';

/**
 * Go's cover profile (`go test -coverprofile`; golang.org/x/tools/cover/profile.go):
 * `name.go:line.column,line.column statements count`.
 *
 * It counts statements by block. With `-coverpkg` each package repeats the blocks of all of them: a
 * block counts once, and is covered when any of them has run it, as `go tool cover -func` says. Its lines
 * serve to unite several profiles: a line is hit when any of the blocks that it is part of is.
 */
export const goProfile: CoverageFormat = {
  name: 'go',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /^mode: (?:set|count|atomic)\r?\n/.test(head),
  parse: async (chunks) => {
    const files = new Map<string, Blocks>();
    let lineNumber = 0;
    for await (const bytes of completeLines(chunks)) {
      await setImmediate();
      for (const line of decode(bytes).split('\n')) {
        lineNumber += 1;
        // Several profiles may stand one after the other; a blank line ends each piece.
        if (line.trim() === '' || line.startsWith('mode: ')) continue;
        addBlock(files, line, lineNumber);
      }
      lineNumber -= 1;
    }
    return toReport(files);
  },
};

/** Twice the number of statements of each block, and one more when it ran. */
type Blocks = Map<string, number>;

const blockLine = /^(.+):(\d{1,9}\.\d{1,9},\d{1,9}\.\d{1,9}) (\d{1,9}) (\d{1,20})\r?$/;

function addBlock(files: Map<string, Blocks>, line: string, lineNumber: number): void {
  const [, path, block, statements, count] = blockLine.exec(line) ?? [];
  if (path === undefined || block === undefined) {
    throw new ReportError(`line ${String(lineNumber)}: is not a block of a Go cover profile`);
  }
  let blocks = files.get(path);
  if (!blocks) files.set(path, (blocks = new Map<string, number>()));
  const known = blocks.get(block) ?? 0;
  const isHit = known % 2 === 1 || Number(count) > 0;
  blocks.set(block, Number(statements) * 2 + (isHit ? 1 : 0));
}

/** Of all blocks together: more than any program has, and gone through in a moment. */
const maxLines = 16 * 1024 * 1024;

function toReport(
  blocksByFile: ReadonlyMap<string, Blocks>,
): Awaited<ReturnType<CoverageFormat['parse']>> {
  const sums = { covered: 0, total: 0 };
  const files: FileCoverage[] = [];
  const tables = createLineTables();
  let lines = 0;
  for (const [path, blocks] of blocksByFile) {
    const file = { covered: 0, total: 0 };
    const table = tables.create();
    for (const [place, block] of blocks) {
      const statements = Math.floor(block / 2);
      const isHit = block % 2 === 1;
      file.total += statements;
      if (isHit) file.covered += statements;
      if (statements === 0) continue;
      const [first = 0, last = 0] = place.split(',').map((end) => Math.floor(Number(end)));
      lines += Math.max(0, last - first + 1);
      if (lines > maxLines) throw new ReportError(`${path}: its blocks have too many lines`);
      for (let line = first; line <= last; line += 1) table.add(line, isHit);
    }
    sums.covered += file.covered;
    sums.total += file.total;
    files.push({ path, ...file, lines: table.lines() });
  }
  return {
    ...{ ...sums, metric: 'statement', branches: null, functions: null },
    ...{ reportTime: null, sourceRoots: [], files },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new ReportError('is not UTF-8', { cause: error });
  }
}
