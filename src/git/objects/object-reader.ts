import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { errnoOf, isMachineProblem } from '../../util/errors.ts';
import { getOrInsert } from '../../util/collections.ts';
import { readRegularFileSync } from '../../util/fs-sync.ts';
import { listObjectStores } from '../exec/object-stores.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError } from '../repository.ts';
import { isCommitWithId } from './commit-id.ts';
import { maxObjectBytes, openPack, type Pack } from './pack-file.ts';

/** Repositories with more packs are left to git. */
const maxPacks = 50;

/** Reads commits from the object stores of a repository, in this process. */
export interface CommitReader extends Disposable {
  /**
   * Returns the content of a commit. Null if it is not found, too large or stored in a way that only git reads, or if
   * its hash is not its id: an object that is returned is authentic.
   */
  readonly read: (oid: string) => Buffer | null;
}

/** Opens the object stores of a repository. Links are not followed. */
export function openCommitReader({
  commonDir,
  format,
}: Pick<OpenRepository, 'commonDir' | 'format'>): CommitReader {
  const stores = unlessUnreadable(() => listObjectStores(commonDir)) ?? [];
  const packs = new Map<string, readonly Pack[]>();
  const packsOf = (store: string): readonly Pack[] =>
    getOrInsert(
      packs,
      store,
      () => unlessUnreadable(() => openPacks(join(store, 'pack'), format)) ?? [],
    );
  const read = (oid: string): Buffer | null => {
    for (const store of stores) {
      const content =
        readLoose(join(store, oid.slice(0, 2), oid.slice(2))) ?? readPacked(packsOf(store), oid);
      if (content !== null && isCommitWithId(oid, content, format)) return content;
    }
    return null;
  };
  return {
    read: (oid) => unlessUnreadable(() => read(oid)),
    [Symbol.dispose]: () => {
      for (const pack of [...packs.values()].flat()) pack[Symbol.dispose]();
    },
  };
}

/** Reads `commit <size>`, NUL and the content, compressed with zlib. */
function readLoose(path: string): Buffer | null {
  const file = readRegularFileSync(path, { maxBytes: maxObjectBytes });
  if (file === null) return null;
  const object = inflateSync(file.bytes, { maxOutputLength: maxObjectBytes });
  const [header, size] = /^commit (\d{1,8})\0/.exec(object.toString('latin1', 0, 32)) ?? [];
  if (header === undefined) return null;
  const content = object.subarray(header.length);
  return Number(size) === content.length ? content : null;
}

function openPacks(dir: string, format: OpenRepository['format']): readonly Pack[] {
  const names = readdirSync(dir).filter((name) => /^pack-[0-9a-f]+\.idx$/.test(name));
  if (names.length > maxPacks) return [];
  return names.flatMap(
    (name) => unlessUnreadable(() => openPack(join(dir, name.slice(0, -4)), format)) ?? [],
  );
}

function readPacked(packs: readonly Pack[], oid: string): Buffer | null {
  for (const pack of packs) {
    const content = unlessUnreadable(() => pack.readCommit(oid));
    if (content !== null) return content;
  }
  return null;
}

/** Returns null if a file is missing, refused, damaged or truncated. Throws errors of the machine, such as EMFILE. */
function unlessUnreadable<Value>(read: () => Value | null): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RepositoryError || error instanceof RangeError || isZlibError(error)) {
      return null;
    }
    if (errnoOf(error) === null || isMachineProblem(error)) throw error;
    return null;
  }
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^(?:Z_|ERR_BUFFER_TOO_LARGE)/.test(error.code);
