import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { cleanText } from '../contract/text.ts';
import { errnoOf, isMachineProblem } from '../errors.ts';
import { lastValue, parseGitConfig, type GitConfig } from './config-file.ts';
import { readText } from './read-text.ts';
import { readHead, resolveRef, type RefFolders } from './refs.ts';
import { RepositoryError, type Repository } from './repository.ts';
import { upstreamRef } from './upstream.ts';

/** An opened repository, with the parts of it that only this room needs. */
export interface OpenRepository extends Repository {
  readonly config: GitConfig;
  /** Full name of HEAD's branch; null when detached. */
  readonly headRef: string | null;
  /** Full name of the upstream's ref; null without one. */
  readonly upstreamRef: string | null;
}

/**
 * Reads HEAD, refs and settings from the files of a repository. Nothing of it runs, nothing outside it is
 * read: the `.git` must be a folder, or a file whose target names this work tree in turn, and all of it
 * must belong to `uid`. Throws `RepositoryError`.
 */
export async function openRepository(
  workTree: string,
  uid: number | null,
): Promise<OpenRepository> {
  const folders = await findFolders(workTree, uid);
  const { gitFolder, commonFolder } = folders;
  const config = parseGitConfig((await readText(join(commonFolder, 'config'))) ?? '');
  refuseUnknownFormat(config);
  const format = lastValue(config, 'extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1';
  const head = await readHead(gitFolder);
  const headRef = 'ref' in head ? head.ref : null;
  const oid = 'ref' in head ? await resolveRef(folders, head.ref) : head.oid;
  const upstream = headRef === null ? null : upstreamRef(config, headRef);
  return {
    workTree,
    gitFolder,
    commonFolder,
    format,
    head: {
      branch: headRef === null ? null : cleanText(headRef.replace(/^refs\/heads\//, '')),
      detached: headRef === null,
      unborn: oid === null,
      oid,
    },
    upstream:
      upstream === null
        ? null
        : { name: cleanText(upstream.name), oid: await resolveRef(folders, upstream.ref) },
    remote: remoteUrl(config),
    shallow: (await readText(join(commonFolder, 'shallow'))) !== null,
    worktreeOf: commonFolder === gitFolder ? null : dirname(commonFolder),
    config,
    headRef,
    upstreamRef: upstream?.ref ?? null,
  };
}

async function findFolders(workTree: string, uid: number | null): Promise<RefFolders> {
  const dotGit = join(workTree, '.git');
  const kind = await ownedKind(dotGit, uid);
  if (kind === 'folder') return { gitFolder: dotGit, commonFolder: dotGit };
  const target = /^gitdir: (.+)$/m.exec((await readText(dotGit)) ?? '')?.[1];
  if (target === undefined) {
    throw new RepositoryError('broken-gitfile', 'error', '.git is a file that names no git folder');
  }
  const gitFolder = resolve(workTree, target);
  if ((await ownedKind(gitFolder, uid)) !== 'folder') {
    throw new RepositoryError('broken-gitfile', 'error', '.git names something that is no folder');
  }
  const common = (await readText(join(gitFolder, 'commondir')))?.trim();
  const commonFolder = common === undefined ? gitFolder : resolve(gitFolder, common);
  if (common !== undefined && (await ownedKind(commonFolder, uid)) !== 'folder') {
    throw new RepositoryError('broken-worktree', 'error', 'the main repository is not there');
  }
  if (!(await pointsBack(gitFolder, workTree))) {
    throw new RepositoryError(
      'foreign-gitfile',
      'untrusted',
      '.git leads to a repository that knows nothing of this folder',
    );
  }
  return { gitFolder, commonFolder };
}

/** A linked work tree is named in `gitdir`, a submodule in `core.worktree` of its own configuration. */
async function pointsBack(gitFolder: string, workTree: string): Promise<boolean> {
  const backLink = (await readText(join(gitFolder, 'gitdir')))?.trim();
  if (backLink !== undefined) return resolve(gitFolder, backLink) === join(workTree, '.git');
  const config = parseGitConfig((await readText(join(gitFolder, 'config'))) ?? '');
  const named = lastValue(config, 'core.worktree');
  return named !== null && resolve(gitFolder, named) === workTree;
}

async function ownedKind(path: string, uid: number | null): Promise<'folder' | 'file'> {
  const stats = await lstat(path).catch((error: unknown) => {
    const code = errnoOf(error);
    if (code === null || isMachineProblem(error)) throw error;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new RepositoryError(
      missing ? 'broken-gitfile' : code.toLowerCase(),
      missing ? 'error' : 'unreadable',
      missing ? 'the git folder is not there' : `the git folder can't be read (${code})`,
      error,
    );
  });
  if (uid !== null && stats.uid !== uid) {
    throw new RepositoryError(
      'dubious-ownership',
      'untrusted',
      'the repository belongs to another user and is not read',
    );
  }
  if (stats.isDirectory()) return 'folder';
  if (stats.isFile()) return 'file';
  throw new RepositoryError('odd-git-folder', 'untrusted', '.git is neither a folder nor a file');
}

function refuseUnknownFormat(config: GitConfig): void {
  const version = Number(lastValue(config, 'core.repositoryformatversion') ?? '0');
  if (version > 1) {
    throw new RepositoryError('unknown-format', 'error', `repository format ${String(version)}`);
  }
  const storage = lastValue(config, 'extensions.refstorage');
  if (storage !== null && storage !== 'files') {
    const message = `refs are stored as ${cleanText(storage, 40)}, which can't be read yet`;
    throw new RepositoryError('unsupported-refs', 'error', message);
  }
}

/** The URL of `origin`, else of the only remote, without credentials, query and control characters. */
function remoteUrl(config: GitConfig): string | null {
  const remotes = [...config.keys()].filter((key) => /^remote\..+\.url$/.test(key));
  const key = remotes.find((name) => name === 'remote.origin.url') ?? remotes[0];
  if (key === undefined || (remotes.length > 1 && key !== 'remote.origin.url')) return null;
  return withoutCredentials(lastValue(config, key) ?? '') || null;
}

export function withoutCredentials(url: string): string {
  return cleanText(
    url
      .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
      .replace(/^([a-z][a-z0-9+.-]*:\/\/[^?#]*)[?#].*$/i, '$1')
      // scp form: a user name is no secret, what follows a colon in it may be one.
      .replace(/^([^/@:]+):[^/@]*@/, '$1@'),
  );
}
