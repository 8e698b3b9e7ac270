import { createHash } from 'node:crypto';

/** Returns 22 characters of the SHA-256 of a text. */
export const shortHash = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);
