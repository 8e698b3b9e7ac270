import { ReportError } from '../../report/report-file.ts';
import { lineState, type Hits } from '../coverage-format.ts';

// One byte per line: more lines than a report of the maximum size can name one by one, and a limit on what
// forged line numbers can allocate.
const maxBytes = 64 * 1024 * 1024;

/** Creates the line tables of one report, which share a memory limit. */
export interface LineTables {
  readonly create: () => LineTable;
}

/** The executable lines of one source file. A line that is added twice counts once. */
export interface LineTable {
  /** Throws `ReportError` for an impossible line number. */
  readonly add: (line: number, hit: boolean) => void;
  /** Adds all lines from the first to the last. Throws `ReportError` if the ranges of a report have too many lines. */
  readonly addRange: (first: number, last: number, hit: boolean) => void;
  readonly lines: () => Uint8Array;
}

/** The limit for all ranges of a report together, so that a forged report cannot take minutes. */
const maxRangeLines = 16 * 1024 * 1024;

export function createLineTables(): LineTables {
  let allocated = 0;
  let rangeLines = 0;
  const grow = (states: Uint8Array, line: number): Uint8Array => {
    const length = Math.max(line + 1, Math.min(states.length * 2, states.length + 65_536), 64);
    allocated += length - states.length;
    if (!Number.isSafeInteger(line) || line < 0 || allocated > maxBytes) {
      throw new ReportError(`names line ${String(line)}, which no source file has`);
    }
    const grown = new Uint8Array(length);
    grown.set(states);
    return grown;
  };
  return {
    create: () => {
      let states: Uint8Array = new Uint8Array(0);
      const add = (line: number, hit: boolean): void => {
        if (!(line < states.length)) states = grow(states, line);
        if (hit) states[line] = lineState.hit;
        else if (states[line] === lineState.none) states[line] = lineState.missed;
      };
      return {
        add,
        addRange: (first, last, hit) => {
          rangeLines += Math.max(0, last - first + 1);
          if (rangeLines > maxRangeLines) throw new ReportError('names too many lines');
          for (let line = first; line <= last; line += 1) add(line, hit);
        },
        lines: () => states,
      };
    },
  };
}

/** Returns how many lines of a table are executable, and how many were hit. */
export function countLines(lines: Uint8Array): Hits {
  let covered = 0;
  let total = 0;
  let line = lines.length;
  // Four times faster than `for … of`.
  while (line > 0) {
    line -= 1;
    const state = lines[line];
    if (state !== lineState.none) total += 1;
    if (state === lineState.hit) covered += 1;
  }
  return { covered, total };
}

/** Merges the lines of one file from two reports: a line is hit if either report hit it. */
export function mergeLines(one: Uint8Array, other: Uint8Array): Uint8Array {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  const merged = Uint8Array.from(longer);
  for (let line = 0; line < shorter.length; line += 1) {
    merged[line] = Math.max(merged[line] ?? 0, shorter[line] ?? 0);
  }
  return merged;
}
