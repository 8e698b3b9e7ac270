import { readSync } from 'node:fs';
import type { YieldToEventLoop } from '../../../../util/async.ts';

const blockBytes = 1024 * 1024;
/** Longer lines are skipped. Real lines with images have a few megabytes. */
const maxLineBytes = 64 * 1024 * 1024;
const newline = 0x0a;

/** Receives a line without its terminator. The bytes are valid only until the function returns. */
type OnLine = (bytes: Buffer, start: number, end: number) => void;

export interface LineHandler {
  readonly onLine: OnLine;
  /** Whether the next line is passed on even if it contains no marker. */
  readonly needsNextLine?: (() => boolean) | undefined;
}

export interface LineRange {
  /** Reads bytes from a position into a buffer, like `fs.readSync`. Returns 0 at the end. */
  readonly read: (
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ) => number | Promise<number>;
  readonly from: number;
  readonly to: number;
}

/** Returns a function that reads an open file. */
export const readFile =
  (fd: number): LineRange['read'] =>
  (buffer, offset, length, position) =>
    readSync(fd, buffer, offset, length, position);

export interface LinesRead {
  /** The start of the next line: behind the last complete one. An incomplete last line is not read. */
  readonly offset: number;
  /** How many lines of more than 64 MiB were skipped. */
  readonly tooLong: number;
}

/**
 * Returns a function that calls `onLine` with every complete line of a range that contains one of `markers`, in order;
 * with every complete line if there are no markers. It reads in blocks, into one buffer for all files, and never holds
 * more than a line. It rejects with system errors.
 */
export function createLineReader(
  markers: readonly string[],
  yieldToEventLoop: YieldToEventLoop,
): (range: LineRange, handler: LineHandler) => Promise<LinesRead> {
  const searched = markers.map(toSearchText);
  const block = Buffer.allocUnsafeSlow(blockBytes);

  return async ({ read, from, to }, handler) => {
    let buffer = block;
    /** Bytes at the start of the buffer that belong to a line without an end so far. */
    let filled = 0;
    let position = from;
    let offset = from;
    let isSkipping = false;
    let tooLong = 0;
    while (position < to) {
      const wanted = Math.min(buffer.length - filled, to - position);
      const result = read(buffer, filled, wanted, position);
      const bytesRead = typeof result === 'number' ? result : await result;
      if (bytesRead === 0) break;
      position += bytesRead;
      const carried = filled;
      filled += bytesRead;
      const lastNewline = buffer.subarray(carried, filled).lastIndexOf(newline);
      if (lastNewline !== -1) {
        const end = carried + lastNewline + 1;
        const start = isSkipping ? buffer.indexOf(newline) + 1 : 0;
        isSkipping = false;
        const region = buffer.subarray(start, end);
        if (searched.length === 0) passLines(region, handler.onLine);
        else findLines(region, searched, handler);
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
      await yieldToEventLoop();
    }
    return { offset, tooLong: isSkipping ? tooLong - 1 : tooLong };
  };
}

/** A marker, and the part of it that is searched. */
interface SearchText {
  readonly marker: Buffer;
  readonly rare: Buffer;
  /** Where `rare` starts in `marker`. */
  readonly distance: number;
}

/** Letters from the most to the least frequent in English; capitals are rarer. */
const letters = 'etaoinshrdlcumwfgypbvkjxqzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * `indexOf` searches for the first byte of a text of up to 7 bytes, which is up to five times faster where that byte is
 * rare. Quotes are the most frequent bytes of JSON.
 */
function toSearchText(text: string): SearchText {
  const marker = Buffer.from(text);
  const rarities = Array.from(text.slice(0, -2), (letter) => Math.min(26, letters.indexOf(letter)));
  const distance = rarities.indexOf(Math.max(...rarities));
  return { marker, rare: marker.subarray(distance, distance + 7), distance };
}

function indexOfMarker(
  region: Buffer,
  { marker, rare, distance }: SearchText,
  from: number,
): number {
  for (let at = from + distance; ; at += 1) {
    at = region.indexOf(rare, at);
    if (at === -1) return -1;
    if (isAt(region, at - distance, marker)) return at - distance;
  }
}

/** Whether `text` is at an offset of `bytes`. */
export function isAt(bytes: Buffer, start: number, text: Buffer): boolean {
  for (let at = 0; at < text.length; at += 1) if (bytes[start + at] !== text[at]) return false;
  return true;
}

function passLines(region: Buffer, onLine: OnLine): void {
  for (let start = 0; start < region.length;) {
    const end = region.indexOf(newline, start);
    onLine(region, start, end);
    start = end + 1;
  }
}

/** `region` starts with a line and ends with the end of one. */
function findLines(
  region: Buffer,
  markers: readonly SearchText[],
  { onLine, needsNextLine }: LineHandler,
): void {
  const next = markers.map((marker) => indexOfMarker(region, marker, 0));
  for (let start = 0; start < region.length;) {
    let at = needsNextLine?.() === true ? start : -1;
    if (at === -1) {
      for (const position of next) {
        if (position !== -1 && (at === -1 || position < at)) at = position;
      }
      if (at === -1) return;
      start = region.lastIndexOf(newline, at) + 1;
    }
    const end = region.indexOf(newline, at);
    onLine(region, start, end);
    for (const [index, marker] of markers.entries()) {
      const position = next[index] ?? -1;
      if (position !== -1 && position < end) {
        next[index] = indexOfMarker(region, marker, end);
      }
    }
    start = end + 1;
  }
}
