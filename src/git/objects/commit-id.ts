import { hash } from 'node:crypto';
import type { OpenRepository } from '../open-repository.ts';

/** Whether the hash of a commit is its id: a repository may contain forged objects. */
export function isCommitWithId(
  oid: string,
  content: Buffer,
  format: OpenRepository['format'],
): boolean {
  const header = Buffer.from(`commit ${String(content.length)}\0`);
  return hash(format, Buffer.concat([header, content]), 'hex') === oid;
}
