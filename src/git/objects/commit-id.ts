import { createHash } from 'node:crypto';
import type { OpenRepository } from '../open-repository.ts';

/** Whether the hash of a commit is its id: a repository may contain forged objects. */
export function isCommitWithId(
  oid: string,
  content: Buffer,
  format: OpenRepository['format'],
): boolean {
  const hash = createHash(format).update(`commit ${String(content.length)}\0`);
  return hash.update(content).digest('hex') === oid;
}
