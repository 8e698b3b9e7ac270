import type { Stats } from 'node:fs';
import { shortHash } from '../../util/hash.ts';

const maxUnhashed = 160;

/**
 * Returns a text that changes when a file is changed or replaced. Like `statKey`, from stats that take half the time;
 * their times are rounded to a quarter of a microsecond.
 */
export const fastStatKey = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string =>
  [dev, ino, size, mtimeMs, ctimeMs].join(' ');

/** Returns a short text that changes when one of the named files is changed, replaced, added or removed. */
export function signatureOf(files: readonly (readonly [name: string, stats: Stats])[]): string {
  const text = files.map(([name, stats]) => `${name}\0${fastStatKey(stats)}\0`).join('');
  // The hash of a single file would take longer than its stat.
  if (text.length <= maxUnhashed) return text;
  return shortHash(text);
}
