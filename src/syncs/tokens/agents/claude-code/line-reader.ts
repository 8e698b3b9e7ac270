import { readSync } from 'node:fs';
import type { YieldToEventLoop } from '../../../../util/async.ts';

const blockBytes = 1024 * 1024;
/** Longer lines are skipped. Real ones with images in them have a few megabytes. */
const maxLineBytes = 64 * 1024 * 1024;
const newline = 0x0a;
const needle = Buffer.from('"usage"');

/** Where the bytes of a line stand, without its end; they are only good until the function returns. */
export type OnLine = (bytes: Buffer, start: number, end: number) => void;

export interface LineRange {
  readonly fd: number;
  readonly from: number;
  readonly to: number;
}

export interface LinesRead {
  /** Where the next line begins: behind the last complete one. An incomplete last line is left. */
  readonly offset: number;
  /** Lines of more than 64 MiB, which were passed over. */
  readonly tooLong: number;
}

export interface LineReader {
  readonly read: (range: LineRange, onLine: OnLine) => Promise<LinesRead>;
}

/**
 * Makes a reader that hands over every complete line of a range that has `"usage"` in it, in order. The
 * text in quotes also finds keys of other objects, but never one inside a string, where quotes are escaped.
 * It reads in blocks, into one buffer that all files share, and never holds more than a line.
 * `read` throws system errors.
 */
export function createLineReader(pause: YieldToEventLoop): LineReader {
  const block = Buffer.allocUnsafeSlow(blockBytes);

  const read = async ({ fd, from, to }: LineRange, onLine: OnLine): Promise<LinesRead> => {
    let buffer = block;
    /** Bytes at the start of the buffer that begin a line whose end is still to be read. */
    let filled = 0;
    let position = from;
    let offset = from;
    let isSkipping = false;
    let tooLong = 0;
    while (position < to) {
      const wanted = Math.min(buffer.length - filled, to - position);
      const bytesRead = readSync(fd, buffer, filled, wanted, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const begun = filled;
      filled += bytesRead;
      const last = buffer.subarray(begun, filled).lastIndexOf(newline);
      if (last !== -1) {
        const end = begun + last + 1;
        const start = isSkipping ? buffer.indexOf(newline) + 1 : 0;
        isSkipping = false;
        findLines(buffer.subarray(start, end), onLine);
        buffer.copyWithin(0, end, filled);
        filled -= end;
        offset = position - filled;
      } else if (isSkipping) {
        filled = 0;
      } else if (filled === buffer.length && filled < maxLineBytes) {
        const larger = Buffer.allocUnsafeSlow(filled * 2);
        buffer.copy(larger, 0, 0, filled);
        buffer = larger;
      } else if (filled === buffer.length) {
        isSkipping = true;
        tooLong += 1;
        filled = 0;
        buffer = block;
      }
      await pause();
    }
    return { offset, tooLong: isSkipping ? tooLong - 1 : tooLong };
  };
  return { read };
}

/** `region` begins with a line and ends with the end of one. */
function findLines(region: Buffer, onLine: OnLine): void {
  for (let at = region.indexOf(needle); at !== -1;) {
    const end = region.indexOf(newline, at);
    onLine(region, region.lastIndexOf(newline, at) + 1, end);
    at = region.indexOf(needle, end);
  }
}
