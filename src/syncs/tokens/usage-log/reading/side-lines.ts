import { readSync } from 'node:fs';
import { isMachineProblem } from '../../../../util/errors.ts';
import { openRegularFileSync } from '../../../../util/fs-sync.ts';

const maxBytes = 64 * 1024;

/** The complete lines among the first and the last 64 KiB of a file. */
export interface SideLines {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

const noLines: SideLines = { first: [], last: [] };

/**
 * Returns lines of a file that a log belongs to, however large it is. Returns none if the file is missing or
 * unreadable: then the log is read without it. Throws for errors of the machine, such as EMFILE.
 */
export function readSideLines(path: string): SideLines {
  try {
    using file = openRegularFileSync(path);
    if (file === null) return noLines;
    const { size } = file.stats;
    const first = readText(file.fd, 0).split('\n');
    const start = Math.max(0, size - maxBytes);
    const last = readText(file.fd, start).split('\n');
    // An incomplete line at either side of the cut.
    return {
      first: size > maxBytes ? first.slice(0, -1) : first,
      last: last.slice(start > 0 ? 1 : 0),
    };
  } catch (error) {
    if (isMachineProblem(error)) throw error;
    return noLines;
  }
}

function readText(fd: number, position: number): string {
  const bytes = Buffer.alloc(maxBytes);
  const bytesRead = readSync(fd, bytes, 0, maxBytes, position);
  return bytes.toString('utf8', 0, bytesRead);
}
