import type { BigIntStats } from 'node:fs';
import { statKey } from '../../util/fs.ts';
import { shortHash } from '../../util/hash.ts';

const maxUnhashed = 160;

/** Returns a short text that changes when one of the named files is changed, replaced, added or removed. */
export function signatureOf(
  files: readonly (readonly [name: string, stats: BigIntStats])[],
): string {
  const text = files.map(([name, stats]) => `${name}\0${statKey(stats)}\0`).join('');
  // The hash of a single file would take longer than its stat.
  if (text.length <= maxUnhashed) return text;
  return shortHash(text);
}
