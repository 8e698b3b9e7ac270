import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../util/errors.ts';
import { toRepositoryError, readGitDirFile, readGitDirText } from './read-gitdir-file.ts';
import { RepositoryError } from '../repository.ts';

const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** What git allows in a ref (git-check-ref-format(1)), and no way out of the folder. */
const refName = /^refs\/(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\p{Cc} ~^:?*[\\\ufffd]+$/u;
const maxSymbolicDepth = 5;
/** Hundreds of thousands of refs are rare, but real. */
const maxPackedBytes = 64 * 1024 * 1024;

/** Where a symbolic ref ends: the full name of a ref, and its object if there is such a ref. */
export interface Target {
  readonly ref: string;
  readonly oid: string | null;
}

/** What HEAD says: a branch, or a commit. Throws `RepositoryError` broken-head. */
export function readHead(gitFolder: string): { readonly ref: string } | { readonly oid: string } {
  const text = readGitDirText(join(gitFolder, 'HEAD'))?.trim() ?? '';
  const ref = /^ref:\s*(\S.*)$/.exec(text)?.[1];
  if (ref !== undefined && refName.test(ref)) return { ref };
  if (objectId.test(text)) return { oid: text };
  const message = '.git/HEAD names neither a branch nor a commit';
  throw new RepositoryError('broken-head', 'error', message);
}

/** Follows a ref, loose or packed, to its object. Throws `RepositoryError` broken-ref. */
export function resolveRef(commonFolder: string, start: string): Target {
  let ref = start;
  for (let depth = 0; depth < maxSymbolicDepth; depth += 1) {
    if (!refName.test(ref)) return { ref, oid: null };
    const text = looseRef(commonFolder, ref);
    if (text === null) return { ref, oid: packedRef(commonFolder, ref) };
    if (objectId.test(text)) return { ref, oid: text };
    const next = /^ref:\s*(\S+)$/.exec(text)?.[1];
    if (next === undefined) break;
    ref = next;
  }
  throw new RepositoryError('broken-ref', 'error', `${ref} is damaged`);
}

/** The content of a loose ref; null when there is none, or only an empty folder that is left of one. */
function looseRef(commonFolder: string, ref: string): string | null {
  const path = join(commonFolder, ref);
  let real: string;
  try {
    // What is reached through a link belongs to somebody else; what differs in case is another ref.
    real = realpathSync.native(path);
    if (real !== path) {
      if (real.toLowerCase() === path.toLowerCase()) return null;
      throw new RepositoryError('broken-ref', 'untrusted', `${ref} lies outside the git folder`);
    }
    return readGitDirText(path)?.trim() ?? null;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (error instanceof RepositoryError && error.code === 'eisdir') return null;
    throw toRepositoryError(error, path);
  }
}

/** A line of `packed-refs`: `<object> <name>`. */
function packedRef(commonFolder: string, name: string): string | null {
  const packed = readGitDirFile(join(commonFolder, 'packed-refs'), maxPackedBytes);
  const at = packed?.indexOf(` ${name}\n`) ?? -1;
  if (packed === null || at < 0) return null;
  const oid = packed.toString('latin1', packed.lastIndexOf('\n', at) + 1, at);
  return objectId.test(oid) ? oid : null;
}
