import { basename, dirname, join } from 'node:path';
import { sanitizeLine } from '../util/text.ts';
import { isTrue, lastValue, type GitConfig } from './config/git-config.ts';
import { findGitDirs } from './gitdir/find-gitdir.ts';
import { readGitDirFile } from './gitdir/read-gitdir-file.ts';
import { readHead, resolveRef } from './gitdir/refs.ts';
import { remoteUrl } from './config/remote-url.ts';
import { RepositoryError, type Repository } from './repository.ts';
import { upstreamRef } from './config/upstream.ts';

/** An opened repository, with the parts of it that only this room needs. */
export interface OpenRepository extends Repository {
  readonly config: GitConfig;
  /** Full name of HEAD's branch; null when detached. */
  readonly headRef: string | null;
  /** Full name of the upstream's ref; null without one. */
  readonly upstreamRef: string | null;
}

/** The extensions of format 1 that change nothing of what is read here, or that are read as they say. */
const knownExtensions =
  /^extensions\.(?:noop|noop-v1|preciousobjects|partialclone|worktreeconfig|objectformat|refstorage|compatobjectformat|relativeworktrees|submodulepathconfig)$/;

/**
 * Reads HEAD, refs and settings from the files of a repository, a few small synchronous reads. Nothing of
 * it runs, and only what is provably its own is read (`findFolders`). Throws `RepositoryError`.
 */
export function openRepository(workTree: string, uid: number | null): OpenRepository {
  const { gitDir: gitFolder, commonDir: commonFolder, config } = findGitDirs(workTree, uid);
  const format = objectFormat(config);
  const head = readHead(gitFolder);
  const { ref: headRef, oid } =
    'ref' in head ? resolveRef(commonFolder, head.ref) : { ref: null, oid: head.oid };
  const upstream = headRef === null ? null : upstreamRef(config, headRef);
  return {
    workTree,
    gitDir: gitFolder,
    commonDir: commonFolder,
    format,
    head: {
      branch: headRef === null ? null : sanitizeLine(headRef.replace(/^refs\/heads\//, '')),
      detached: headRef === null,
      unborn: oid === null,
      oid,
    },
    upstream: upstream && {
      name: sanitizeLine(upstream.name),
      oid: resolveRef(commonFolder, upstream.ref).oid,
    },
    remote: remoteUrl(config),
    shallow: readGitDirFile(join(commonFolder, 'shallow')) !== null,
    worktreeOf: commonFolder === gitFolder ? null : mainOf(commonFolder),
    config,
    bare: isTrue(config, 'core.bare') && commonFolder === gitFolder,
    headRef,
    upstreamRef: upstream?.ref ?? null,
  };
}

/** The main work tree; a bare repository has none and stands for itself. */
const mainOf = (commonFolder: string): string =>
  basename(commonFolder) === '.git' ? dirname(commonFolder) : commonFolder;

/** How objects are named, if this is a repository that can be read here (gitrepository-layout(5)). */
function objectFormat(config: GitConfig): 'sha1' | 'sha256' {
  const version = Number(lastValue(config, 'core.repositoryformatversion') ?? '0');
  if (version === 0) return 'sha1';
  const refusal = (code: string, what: string): RepositoryError =>
    new RepositoryError(code, 'error', `${sanitizeLine(what, 100)}, which can't be read yet`);
  if (version !== 1) throw refusal('unknown-format', `its format is ${String(version)}`);
  for (const name of config.keys()) {
    if (name.startsWith('extensions.') && !knownExtensions.test(name)) {
      throw refusal('unknown-format', `it uses ${name}`);
    }
  }
  const storage = lastValue(config, 'extensions.refstorage') ?? 'files';
  if (storage !== 'files') throw refusal('unsupported-refs', `its refs are stored as ${storage}`);
  const format = lastValue(config, 'extensions.objectformat') ?? 'sha1';
  if (format === 'sha1' || format === 'sha256') return format;
  throw refusal('unknown-format', `its objects are named by ${format}`);
}
