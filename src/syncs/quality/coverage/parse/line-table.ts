import { ReportError } from '../../report/report-file.ts';
import { lineState, type Hits } from '../coverage-format.ts';

// A byte a line: 64 MiB hold more lines than a report of the largest size can name one by one,
// and hostile line numbers can't ask for more.
const maxBytes = 64 * 1024 * 1024;

/** The lines of all files of one report, with a common bound on memory. */
export interface LineTables {
  readonly create: () => LineTable;
}

/** Which lines of one source file can run, and which did. Naming a line twice counts it once. */
export interface LineTable {
  /** Throws `ReportError` for a line number that no source file has. */
  readonly add: (line: number, hit: boolean) => void;
  readonly lines: () => Uint8Array;
}

export function createLineTables(): LineTables {
  let allocated = 0;
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
      return {
        add: (line, hit) => {
          if (!(line < states.length)) states = grow(states, line);
          if (hit) states[line] = lineState.hit;
          else if (states[line] === lineState.none) states[line] = lineState.missed;
        },
        lines: () => states,
      };
    },
  };
}

/** Counts the lines of a table. */
export function countLines(lines: Uint8Array): Hits {
  let covered = 0;
  let total = 0;
  let line = lines.length;
  // Four times faster than `for … of` over a typed array.
  while (line > 0) {
    line -= 1;
    const state = lines[line];
    if (state !== lineState.none) total += 1;
    if (state === lineState.hit) covered += 1;
  }
  return { covered, total };
}

/** The lines of both: a line is hit when either has hit it. */
export function uniteLines(one: Uint8Array, other: Uint8Array): Uint8Array {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  const united = Uint8Array.from(longer);
  for (let line = 0; line < shorter.length; line += 1) {
    united[line] = Math.max(united[line] ?? 0, shorter[line] ?? 0);
  }
  return united;
}
