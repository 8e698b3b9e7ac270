import { setImmediate } from 'node:timers/promises';
import { ReportError } from '../report-file.ts';
import { completeLines } from './complete-lines.ts';
import type { CoverageFormat, FileCoverage } from './format.ts';

/**
 * Go's cover profile (`go test -coverprofile`; golang.org/x/tools/cover/profile.go):
 * `name.go:line.column,line.column statements count`.
 *
 * It counts statements by block. With `-coverpkg` each package repeats the blocks of all of them: a
 * block counts once, and is covered when any of them has run it, as `go tool cover -func` says.
 */
export const goProfile: CoverageFormat = {
  name: 'go',
  hasLines: false,
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

function toReport(
  blocksByFile: ReadonlyMap<string, Blocks>,
): Awaited<ReturnType<CoverageFormat['parse']>> {
  const sums = { covered: 0, total: 0 };
  const files: FileCoverage[] = [];
  for (const [path, blocks] of blocksByFile) {
    const file = { covered: 0, total: 0 };
    for (const block of blocks.values()) {
      const statements = Math.floor(block / 2);
      file.total += statements;
      if (block % 2 === 1) file.covered += statements;
    }
    sums.covered += file.covered;
    sums.total += file.total;
    files.push({ path, ...file, lines: null });
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
