import { basename, dirname, join } from 'node:path';
import { sanitizeLine } from '../util/text.ts';
import {
  isTrue,
  lastValue,
  parseConfigEntries,
  toConfig,
  type GitConfig,
} from './config/git-config.ts';
import { expandIncludes, isInclude } from './config/includes.ts';
import { remoteNames, remoteUrl, remoteUrls } from './config/remote-url.ts';
import { upstreamRef } from './config/upstream.ts';
import { findGitDirs, maxConfigBytes } from './gitdir/find-gitdir.ts';
import { objectStoreKey } from './gitdir/fingerprint.ts';
import { readGitDirFile, readLinkedFile, readOwnedFile } from './gitdir/read-gitdir-file.ts';
import { openRefs, readHead, resolveRef, type RefLocation, type RefStore } from './gitdir/refs.ts';
import { readStash } from './gitdir/stash.ts';
import { RepositoryError, type Repository } from './repository.ts';

/** A repository with the parts that only this directory uses. */
export interface OpenRepository extends Repository, RefLocation {
  readonly config: GitConfig;
  /** Full name of HEAD's branch; null when detached. */
  readonly headRef: string | null;
  /** Full name of the upstream's ref; null without an upstream. */
  readonly upstreamRef: string | null;
  /** The user who has to own linked files; null where files have no owner. */
  readonly owners: readonly number[] | null;
  /** The user's home directory. */
  readonly home: string;
  /** Why a part of the configuration is unknown; null if it is known. */
  readonly configUnknown: RepositoryError | null;
  /** Why HEAD, branch and upstream are unknown; null if they are known. */
  readonly refsUnknown: RepositoryError | null;
  /** See `objectStoreKey`. */
  readonly objectStore: string | null;
}

/** Extensions of repository format 1 that this reader supports or that don't affect it. */
const knownExtensions =
  /^extensions\.(?:noop|noop-v1|preciousobjects|partialclone|worktreeconfig|objectformat|refstorage|compatobjectformat|relativeworktrees|submodulepathconfig)$/;

/**
 * Reads HEAD, refs and config of a repository from its files, synchronously. Starts no program and reads only
 * files that belong to this repository (see `findGitDirs`). Throws `RepositoryError`.
 */
export function openRepository(
  workTree: string,
  owners: readonly number[] | null,
  nowMs: number,
  home = '',
): OpenRepository {
  const { gitDir, commonDir, config: ownConfig } = findGitDirs(workTree, owners);
  const format = objectFormat(ownConfig);
  const { refs, refFormat, refsUnknown } = refsOf({ gitDir, commonDir, format }, ownConfig);
  const { ref: headRef, oid } = headOf(refs);
  const { config, configUnknown } = withIncludes(ownConfig, {
    gitDir,
    commonDir,
    headRef,
    owners,
    home,
  });
  const upstream = headRef === null ? null : upstreamRef(config, headRef);
  return {
    workTree,
    gitDir,
    commonDir,
    format,
    head: {
      branch: headRef === null ? null : sanitizeLine(headRef.replace(/^refs\/heads\//, '')),
      detached: refsUnknown === null ? headRef === null : null,
      unborn: refsUnknown === null ? oid === null : null,
      oid,
    },
    upstream: upstream && {
      name: sanitizeLine(upstream.name),
      oid: refs && resolveRef(refs, upstream.ref).oid,
    },
    remote: remoteUrl(config),
    remotes: configUnknown === null ? remoteNames(config) : null,
    stash: refs && readStash(refs),
    shallow: readGitDirFile(join(commonDir, 'shallow')) !== null,
    worktreeOf: commonDir === gitDir ? null : mainWorkTree(commonDir),
    ...{ config, configUnknown, owners, home, refFormat, refsUnknown },
    bare: isTrue(config, 'core.bare') && commonDir === gitDir,
    headRef,
    upstreamRef: upstream?.ref ?? null,
    objectStore: objectStoreKey(commonDir, oid, nowMs),
  };
}

/** Throws `RepositoryError` if HEAD, branch and upstream are unknown. */
export function assertKnownRefs({ refsUnknown }: OpenRepository): void {
  if (refsUnknown !== null) throw refsUnknown;
}

/** Throws `RepositoryError` for a bare repository. */
export function assertWorkTree({ bare }: OpenRepository): void {
  if (!bare) return;
  throw new RepositoryError('bare-repository', 'error', 'a bare repository has no work tree');
}

/** Adds the entries of included files, as far as all of them belong to the user. */
function withIncludes(
  config: GitConfig,
  context: Pick<OpenRepository, 'gitDir' | 'commonDir' | 'headRef' | 'owners' | 'home'>,
): Pick<OpenRepository, 'config' | 'configUnknown'> {
  if (![...config.keys()].some(isInclude)) return { config, configUnknown: null };
  const { gitDir, commonDir, owners } = context;
  const readText = (path: string): string =>
    readLinkedFile(path, { owners, maxBytes: maxConfigBytes })?.toString('utf8') ?? '';
  const read = (path: string): string | null =>
    readOwnedFile(path, { owners, maxBytes: maxConfigBytes })?.toString('utf8') ?? null;
  try {
    const options = { ...context, remoteUrls: remoteUrls(config), read };
    const entries = [
      ...expandIncludes(
        parseConfigEntries(readText(join(commonDir, 'config'))),
        commonDir,
        options,
      ),
    ];
    if (isTrue(config, 'extensions.worktreeconfig')) {
      const text = readText(join(gitDir, 'config.worktree'));
      entries.push(...expandIncludes(parseConfigEntries(text), gitDir, options));
    }
    return { config: toConfig(entries), configUnknown: null };
  } catch (error) {
    if (error instanceof RepositoryError) return { config, configUnknown: error };
    throw error;
  }
}

/** Opens the refs in the format of a configuration; null with the reason if they can't be read. */
function refsOf(
  location: Omit<RefLocation, 'refFormat'>,
  config: GitConfig,
): Pick<OpenRepository, 'refFormat' | 'refsUnknown'> & { readonly refs: RefStore | null } {
  const name = lastValue(config, 'extensions.refstorage')?.toLowerCase() ?? 'files';
  const refFormat = name === 'reftable' ? name : 'files';
  try {
    if (name !== refFormat) throw unsupportedRefs(name);
    return { refs: openRefs({ ...location, refFormat }), refFormat, refsUnknown: null };
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    return { refs: null, refFormat, refsUnknown: error };
  }
}

function headOf(refs: RefStore | null): {
  readonly ref: string | null;
  readonly oid: string | null;
} {
  if (refs === null) return { ref: null, oid: null };
  const head = readHead(refs);
  return 'ref' in head ? resolveRef(refs, head.ref) : { ref: null, oid: head.oid };
}

function unsupportedRefs(format: string): RepositoryError {
  const message = `unsupported ref storage ${sanitizeLine(format, 100)}: the branch and its commits are unknown`;
  return new RepositoryError('unsupported-refs', 'error', message);
}

/** The main work tree; a bare repository has none and is represented by its git directory. */
const mainWorkTree = (commonDir: string): string =>
  basename(commonDir) === '.git' ? dirname(commonDir) : commonDir;

/** Returns the hash of object ids. Throws `RepositoryError` for unsupported formats (gitrepository-layout(5)). */
function objectFormat(config: GitConfig): 'sha1' | 'sha256' {
  const version = Number(lastValue(config, 'core.repositoryformatversion') ?? '0');
  if (version === 0) return 'sha1';
  const unsupported = (code: string, name: string): RepositoryError =>
    new RepositoryError(code, 'error', `unsupported ${sanitizeLine(name, 100)}`);
  if (version !== 1) throw unsupported('unknown-format', `repository format ${String(version)}`);
  for (const name of config.keys()) {
    if (name.startsWith('extensions.') && !knownExtensions.test(name)) {
      throw unsupported('unknown-format', `repository extension ${name}`);
    }
  }
  const format = lastValue(config, 'extensions.objectformat') ?? 'sha1';
  if (format === 'sha1' || format === 'sha256') return format;
  throw unsupported('unknown-format', `object format ${format}`);
}
