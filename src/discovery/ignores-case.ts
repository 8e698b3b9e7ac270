import { lstatSync } from 'node:fs';
import { errnoOf, isMachineProblem } from '../util/errors.ts';

/**
 * Whether the file system of a directory ignores the case of names, as those of Windows and macOS do by default.
 * Determined by looking for the path with the case of all letters swapped. False if that can't be determined.
 */
export function ignoresCaseAt(path: string): boolean {
  const swapped = path.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  if (swapped === path) return false;
  try {
    const other = lstatSync(swapped, { bigint: true, throwIfNoEntry: false });
    if (other === undefined) return false;
    const { dev, ino } = lstatSync(path, { bigint: true });
    return other.dev === dev && other.ino === ino;
  } catch (error) {
    if (errnoOf(error) === null || isMachineProblem(error)) throw error;
    return false;
  }
}
