import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';

/** A short text that changes when one of the named files is changed, replaced, added or removed. */
export function signatureOf(files: readonly (readonly [name: string, stats: Stats])[]): string {
  const hash = createHash('sha256');
  for (const [name, { ino, mode, size, mtimeMs, ctimeMs }] of files) {
    hash.update(`${name}\0${[ino, mode, size, mtimeMs, ctimeMs].map(String).join(' ')}\0`);
  }
  return hash.digest('base64url').slice(0, 22);
}
