import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isNotFound } from '../../util/errors.ts';
import { RepositoryError } from '../repository.ts';
import { readGitDirFile, readGitDirText, toRepositoryError } from './read-gitdir-file.ts';
import { readRefTables } from './ref-tables.ts';
import { trackLink, trackRead } from './tracked-reads.ts';

const objectId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Names that git allows for a ref (git-check-ref-format(1)); they can't leave the git directory. */
const refName = /^refs\/(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)))[^\p{Cc} ~^:?*[\\\ufffd]+$/u;
const maxSymbolicDepth = 5;
/** Repositories with hundreds of thousands of refs exist. */
const maxPackedBytes = 64 * 1024 * 1024;
const newline = 0x0a;

/** The last ref of a chain of symbolic refs, and its object; null when the ref does not exist. */
interface ResolvedRef {
  readonly ref: string;
  readonly oid: string | null;
}

/** The references of a repository. All methods throw `RepositoryError`. */
export interface RefStore {
  /** The content of HEAD; null when it is missing. */
  readonly head: () => string | null;
  /** Returns an object id, or `ref: ` and the name of another ref; null when the ref does not exist. */
  readonly read: (ref: string) => string | null;
  /** Returns the objects of the refs that start with a prefix, by name; null if there are too many. */
  readonly list: (prefix: string) => ReadonlyMap<string, string> | null;
  /** Returns the times of the entries in the log of a ref, in seconds since 1970, the oldest first. */
  readonly logTimes: (ref: string) => readonly number[];
}

/** Where the references of a repository are. */
export interface RefLocation {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly format: 'sha1' | 'sha256';
  /** See git-init(1), `--ref-format`. */
  readonly refFormat: 'files' | 'reftable';
}

/** Opens the references of a repository. Throws `RepositoryError` for a damaged reftable. */
export function openRefs({ gitDir, commonDir, format, refFormat }: RefLocation): RefStore {
  if (refFormat === 'files') return refFiles(gitDir, commonDir);
  const common = readRefTables(join(commonDir, 'reftable'), format);
  // A linked work tree has tables for HEAD and the refs of its own.
  const own = gitDir === commonDir ? common : readRefTables(join(gitDir, 'reftable'), format);
  return {
    head: () => own.refs.get('HEAD') ?? null,
    read: (ref) => common.refs.get(ref) ?? null,
    list: (prefix) => {
      const found = [...common.refs].filter(
        ([name, text]) => name.startsWith(prefix) && objectId.test(text),
      );
      return found.length > maxListedRefs ? null : new Map(found);
    },
    logTimes: common.logTimes,
  };
}

/** Refs in files and in `packed-refs` (gitrepository-layout(5)). */
export const refFiles = (gitDir: string, commonDir: string): RefStore => ({
  head: () => readHeadFile(join(gitDir, 'HEAD')),
  read: (ref) => readLooseRef(commonDir, ref) ?? readPackedRef(commonDir, ref),
  list: (prefix) => listRefs(commonDir, prefix),
  logTimes: (ref) => {
    const log = readGitDirFile(join(commonDir, 'logs', ref))?.toString('latin1') ?? '';
    const lines = log.split('\n').filter((line) => line !== '');
    return lines.map((line) => Number(/> (\d{1,12}) [+-]\d{4}(?:\t|$)/.exec(line)?.[1]));
  },
});

/** Returns the branch or commit in HEAD. Throws `RepositoryError` with code `broken-head`. */
export function readHead(refs: RefStore): { readonly ref: string } | { readonly oid: string } {
  const text = refs.head() ?? '';
  const ref = /^ref:\s*(\S.*)$/.exec(text)?.[1];
  if (ref !== undefined && refName.test(ref)) return { ref };
  if (objectId.test(text)) return { oid: text };
  const message = text.includes('\ufffd')
    ? 'the name of the branch in .git/HEAD is not UTF-8, so it is not read'
    : '.git/HEAD contains neither a branch nor a commit';
  throw new RepositoryError('broken-head', 'error', message);
}

/** Resolves a ref to its object. Throws `RepositoryError` with code `broken-ref`. */
export function resolveRef(refs: RefStore, start: string): ResolvedRef {
  let ref = start;
  for (let depth = 0; depth < maxSymbolicDepth; depth += 1) {
    if (!refName.test(ref)) {
      if (depth > 0) break;
      return { ref, oid: null };
    }
    const text = refs.read(ref);
    if (text === null) return { ref, oid: null };
    if (objectId.test(text)) return { ref, oid: text };
    const next = /^ref:\s*(\S+)$/.exec(text)?.[1];
    if (next === undefined) break;
    ref = next;
  }
  throw new RepositoryError('broken-ref', 'error', `${ref} is damaged`);
}

function readHeadFile(path: string): string | null {
  try {
    return readGitDirText(path)?.trim() ?? null;
  } catch (error) {
    const ref = error instanceof RepositoryError && error.code === 'eloop' ? linkedRef(path) : null;
    if (ref === null) throw error;
    return ref;
  }
}

/** Returns the symbolic ref that a link is, as git once wrote them (`core.preferSymlinkRefs`); null for another link. */
function linkedRef(path: string): string | null {
  const target = readlinkSync(path);
  return target.startsWith('refs/') ? `ref: ${target}` : null;
}

/** Returns the content of a loose ref; null when it does not exist, or is an empty directory left by deleted refs. */
function readLooseRef(commonDir: string, ref: string): string | null {
  const path = join(commonDir, ref);
  trackRead(path);
  let real: string;
  try {
    // Most refs of a packed repository are missing, and an error takes several times as long as a stat.
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const linked = stats.isSymbolicLink() ? linkedRef(path) : null;
    if (linked !== null) return linked;
    if (stats.isSymbolicLink()) throw outside(ref);
    // A link would lead to refs of another repository. On a case-insensitive disk another ref has this path.
    real = realpathSync.native(path);
    if (real !== path) {
      trackLink();
      if (real.toLowerCase() === path.toLowerCase()) return null;
      throw outside(ref);
    }
    return readGitDirText(path)?.trim() ?? null;
  } catch (error) {
    if (isNotFound(error)) return null;
    if (error instanceof RepositoryError && error.code === 'eisdir') return null;
    throw toRepositoryError(error, path);
  }
}

const outside = (ref: string): RepositoryError =>
  new RepositoryError('broken-ref', 'untrusted', `${ref} is outside the git directory`);

/** Throws `RepositoryError` for a truncated file, which git refuses as well. */
function readPackedRefs(commonDir: string): Buffer | null {
  const packed = readGitDirFile(join(commonDir, 'packed-refs'), maxPackedBytes);
  if (packed !== null && packed.length > 0 && packed.at(-1) !== newline) {
    throw new RepositoryError('broken-ref', 'error', '.git/packed-refs is truncated');
  }
  return packed;
}

/** Finds a line `<object> <name>` in `packed-refs`. */
function readPackedRef(commonDir: string, name: string): string | null {
  const packed = readPackedRefs(commonDir);
  const at = packed?.indexOf(` ${name}\n`) ?? -1;
  if (packed === null || at < 0) return null;
  const oid = packed.toString('latin1', packed.lastIndexOf('\n', at) + 1, at);
  return objectId.test(oid) ? oid : null;
}

function listRefs(commonDir: string, prefix: string): ReadonlyMap<string, string> | null {
  const objects = new Map<string, string>();
  const packed = readPackedRefs(commonDir);
  if (packed !== null && packed.length > maxListedBytes) return null;
  for (const line of packed?.toString('utf8').split('\n') ?? []) {
    const [oid = '', name = ''] = line.split(' ');
    if (name.startsWith(prefix) && objectId.test(oid)) objects.set(name, oid);
  }
  const loose = listLooseRefs(commonDir, prefix);
  if (loose === null) return null;
  for (const ref of loose) {
    const text = refName.test(ref) ? readLooseRef(commonDir, ref) : null;
    // A symbolic ref, such as `refs/remotes/origin/HEAD`, has the object of another one.
    if (text !== null && objectId.test(text)) objects.set(ref, text);
  }
  return objects.size > maxListedRefs ? null : objects;
}

const maxListedRefs = 500;
const maxListedBytes = 1024 * 1024;

/** Returns the names of all loose refs below a directory of refs; null if there are too many. Follows no links. */
function listLooseRefs(commonDir: string, prefix: string): readonly string[] | null {
  const names: string[] = [];
  const dirs = [prefix.replace(/\/$/, '')];
  for (let dir = dirs.pop(); dir !== undefined; dir = dirs.pop()) {
    const path = join(commonDir, dir);
    try {
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        if (entry.isDirectory()) dirs.push(`${dir}/${entry.name}`);
        else if (entry.isFile()) names.push(`${dir}/${entry.name}`);
      }
    } catch (error) {
      if (!isNotFound(error)) throw toRepositoryError(error, path);
    }
    if (names.length + dirs.length > maxListedRefs) return null;
  }
  return names;
}
