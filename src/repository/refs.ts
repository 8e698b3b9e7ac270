import { join } from 'node:path';
import { readText } from './read-text.ts';
import { RepositoryError } from './repository.ts';

const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** What git allows in a ref (git-check-ref-format(1)), and no way out of the folder. */
const refName = /^refs\/(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\p{Cc} ~^:?*[\\]+$/u;
const maxSymbolicDepth = 5;

export interface RefFolders {
  readonly gitFolder: string;
  readonly commonFolder: string;
}

/** What HEAD says: a branch, or a commit. Throws `RepositoryError` broken-head. */
export async function readHead(
  gitFolder: string,
): Promise<{ readonly ref: string } | { readonly oid: string }> {
  const text = (await readText(join(gitFolder, 'HEAD')))?.trim() ?? '';
  const ref = /^ref:\s*(\S.*)$/.exec(text)?.[1];
  if (ref !== undefined && refName.test(ref)) return { ref };
  if (objectId.test(text)) return { oid: text };
  throw new RepositoryError(
    'broken-head',
    'error',
    '.git/HEAD names neither a branch nor a commit',
  );
}

/** The object that a ref leads to; null when there is no such ref. */
export async function resolveRef(folders: RefFolders, ref: string): Promise<string | null> {
  let name = ref;
  for (let depth = 0; depth < maxSymbolicDepth; depth += 1) {
    if (!refName.test(name)) return null;
    const text = (await readText(join(folders.commonFolder, name)))?.trim() ?? null;
    if (text === null) return packedRef(folders.commonFolder, name);
    if (objectId.test(text)) return text;
    const next = /^ref:\s*(\S+)$/.exec(text)?.[1];
    if (next === undefined) break;
    name = next;
  }
  throw new RepositoryError('broken-ref', 'error', `${ref} is damaged`);
}

async function packedRef(commonFolder: string, name: string): Promise<string | null> {
  const text = await readText(join(commonFolder, 'packed-refs'));
  if (text === null) return null;
  const end = text.indexOf(` ${name}\n`);
  if (end < 0) return null;
  const oid = text.slice(text.lastIndexOf('\n', end) + 1, end);
  return objectId.test(oid) ? oid : null;
}
