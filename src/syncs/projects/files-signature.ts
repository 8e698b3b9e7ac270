import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { statKey } from '../../util/fs.ts';

/** Returns a short text that changes when one of the named files is changed, replaced, added or removed. */
export function signatureOf(
  files: readonly (readonly [name: string, stats: BigIntStats])[],
): string {
  const hash = createHash('sha256');
  for (const [name, stats] of files) hash.update(`${name}\0${statKey(stats)}\0`);
  return hash.digest('base64url').slice(0, 22);
}
