import { setImmediate } from 'node:timers/promises';
import { ReportError } from '../../report/report-file.ts';
import {
  reportDefaults,
  type CoverageFormat,
  type FileCoverage,
  type Report,
} from '../coverage-format.ts';
import { completeLines } from '../parse/complete-lines.ts';
import { HitCounter, sumHits } from '../parse/hit-counter.ts';
import { createLineTables } from '../parse/line-table.ts';

/**
 * The cover profile of Go (`go test -coverprofile`; golang.org/x/tools/cover/profile.go):
 * `name.go:line.column,line.column statements count`.
 *
 * It counts statements per block. With `-coverpkg` each package repeats the blocks of all packages: a block
 * counts once and is covered if any package ran it, as in `go tool cover -func`. Lines are used only to merge
 * several profiles: a line is hit if any of its blocks is.
 */
export const goProfile = {
  name: 'go',
  recognizes: (head) => /^mode: (?:set|count|atomic)\r?\n/.test(head),
  parse: async (chunks) => {
    const files = new Map<string, Blocks>();
    let lineNumber = 0;
    for await (const bytes of completeLines(chunks)) {
      await setImmediate();
      for (const line of decode(bytes).split('\n')) {
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

/** By the position of a block: twice its number of statements, plus one if it ran. */
type Blocks = Map<string, number>;

const blockLine = /^(.+):(\d{1,9}\.\d{1,9},\d{1,9}\.\d{1,9}) (\d{1,9}) (\d{1,20})\r?$/;

function addBlock(files: Map<string, Blocks>, line: string, lineNumber: number): void {
  const [, path, position, statements, count] = blockLine.exec(line) ?? [];
  if (path === undefined || position === undefined) {
    throw new ReportError(`line ${String(lineNumber)}: is not a block of a Go cover profile`);
  }
  let blocks = files.get(path);
  if (!blocks) files.set(path, (blocks = new Map<string, number>()));
  const known = blocks.get(position) ?? 0;
  const isHit = known % 2 === 1 || Number(count) > 0;
  blocks.set(position, Number(statements) * 2 + (isHit ? 1 : 0));
}

/** The limit for all blocks together, so that a forged profile cannot take minutes. */
const maxLines = 16 * 1024 * 1024;

function toReport(blocksByFile: ReadonlyMap<string, Blocks>): Report {
  const files: FileCoverage[] = [];
  const tables = createLineTables();
  let lines = 0;
  for (const [path, blocks] of blocksByFile) {
    const { covered, total } = countStatements(blocks);
    const table = tables.create();
    for (const [position, block] of blocks) {
      if (block < 2) continue;
      const [first = 0, last = 0] = position.split(',').map((end) => Math.floor(Number(end)));
      lines += Math.max(0, last - first + 1);
      if (lines > maxLines) throw new ReportError(`${path}: its blocks have too many lines`);
      for (let line = first; line <= last; line += 1) table.add(line, block % 2 === 1);
    }
    files.push({ path, covered, total, lines: table.lines() });
  }
  return { ...reportDefaults, ...sumHits(files), metric: 'statement', files };
}

function countStatements(blocks: Blocks): HitCounter {
  const counter = new HitCounter();
  for (const block of blocks.values()) {
    const total = Math.floor(block / 2);
    counter.addHits({ covered: block % 2 === 1 ? total : 0, total });
  }
  return counter;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new ReportError('is not UTF-8', { cause: error });
  }
}
