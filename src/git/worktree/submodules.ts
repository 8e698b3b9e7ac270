import { lstatState } from '../../util/fs-sync.ts';
import { lastValue, parseGitConfig, type GitConfig } from '../config/git-config.ts';
import type { UserConfig } from '../config/user-config.ts';
import { readGitDirFile } from '../gitdir/read-gitdir-file.ts';
import type { Gitlink } from '../index/parse-index.ts';
import type { OpenRepository } from '../open-repository.ts';
import { parentDir } from '../paths.ts';
import { RepositoryError } from '../repository.ts';

/** What of a submodule is not a change (gitmodules(5), `submodule.<name>.ignore`). */
export type IgnoreMode = 'none' | 'untracked' | 'dirty' | 'all';

export interface SubmoduleChanges {
  /** How many submodules have another commit than the index, inner changes, or no directory. */
  readonly changed: number;
  /** Why the state of the others is not known; null if it is. */
  readonly unknown: RepositoryError | null;
}

interface SubmoduleContext {
  readonly repository: OpenRepository;
  readonly userConfig: UserConfig;
  readonly ignoreUntracked: boolean;
  /** Reads `.gitmodules` from the index. */
  readonly readIndexed: () => Promise<Buffer>;
  readonly open: (workTree: string) => Promise<OpenRepository>;
  /** Whether a submodule has changes. Null, or throws `RepositoryError`, if that is not known. */
  readonly isDirty: (
    submodule: OpenRepository,
    ignoreUntracked: boolean,
  ) => Promise<boolean | null>;
}

/** Chromium has 300. */
const maxSubmodules = 1000;
const maxBytes = 1024 * 1024;

/**
 * Compares the submodules of an index with their work trees as `git status` does, but with the guarded reader of
 * repositories instead of a git process in each of them.
 */
export async function compareSubmodules(
  gitlinks: readonly Gitlink[],
  context: SubmoduleContext,
): Promise<SubmoduleChanges> {
  let changed = 0;
  let unknown: RepositoryError | null = null;
  if (gitlinks.length === 0) return { changed, unknown };
  const modeOf = await readIgnoreModes(context);
  for (const [number, gitlink] of gitlinks.entries()) {
    try {
      if (number >= maxSubmodules) throw tooManySubmodules();
      if (await isChanged(gitlink, modeOf(gitlink.path), context)) changed += 1;
    } catch (error) {
      if (!(error instanceof RepositoryError)) throw error;
      const message = `submodule ${gitlink.path}: ${error.message}`;
      unknown ??= new RepositoryError(error.code, error.state, message, error);
    }
  }
  return { changed, unknown };
}

async function isChanged(
  { path, oid }: Gitlink,
  mode: IgnoreMode,
  { repository, ignoreUntracked, open, isDirty }: SubmoduleContext,
): Promise<boolean> {
  if (mode === 'all') return false;
  const workTree = `${repository.workTree}/${path}`;
  const state = hasDirs(repository.workTree, parentDir(path)) ? lstatState(workTree) : null;
  if (state === 'unreadable') throw unreadable();
  if (state?.isDirectory() !== true) return true;
  const dotGit = lstatState(`${workTree}/.git`);
  if (dotGit === 'unreadable') throw unreadable();
  // Not checked out.
  if (dotGit === null) return false;
  const submodule = await open(workTree);
  if (submodule.head.oid !== null && submodule.head.oid !== oid) return true;
  if (mode === 'dirty') return false;
  const dirty = await isDirty(submodule, ignoreUntracked || mode === 'untracked');
  if (dirty === null) throw unreadable();
  return dirty;
}

/** Whether all components of a relative path are directories and not links. */
function hasDirs(workTree: string, path: string): boolean {
  for (let dir = path; dir !== ''; dir = parentDir(dir)) {
    const state = lstatState(`${workTree}/${dir}`);
    if (state === 'unreadable') throw unreadable();
    if (state?.isDirectory() !== true) return false;
  }
  return true;
}

/** Throws `RepositoryError` if a setting can't be read. */
async function readIgnoreModes(context: SubmoduleContext): Promise<(path: string) => IgnoreMode> {
  const { config } = context.repository;
  const general = lastValue(config, 'diff.ignoresubmodules');
  const fallback =
    toIgnoreMode(general ?? context.userConfig.get('diff.ignoresubmodules')) ?? 'none';
  const modules = await readGitmodules(context);
  const modes = new Map<string, IgnoreMode>();
  for (const [key, [path]] of modules) {
    const name = /^submodule\.(.*)\.path$/s.exec(key)?.[1];
    if (name === undefined || path === undefined) continue;
    // In .gitmodules the first of several values applies, in the configuration the last one.
    const mode =
      toIgnoreMode(lastValue(config, `submodule.${name}.ignore`)) ??
      toIgnoreMode(modules.get(`submodule.${name}.ignore`)?.[0]);
    if (mode !== null) modes.set(path, mode);
  }
  return (path) => modes.get(path) ?? fallback;
}

const toIgnoreMode = (value: string | null | undefined): IgnoreMode | null =>
  value === 'none' || value === 'untracked' || value === 'dirty' || value === 'all' ? value : null;

/** Reads `.gitmodules` from the work tree or, if it was removed there, from the index. */
async function readGitmodules({ repository, readIndexed }: SubmoduleContext): Promise<GitConfig> {
  const bytes = readGitDirFile(`${repository.workTree}/.gitmodules`, maxBytes);
  if (bytes !== null) return parseGitConfig(bytes.toString('utf8'));
  return parseGitConfig((await readIndexed()).toString('utf8'));
}

const unreadable = (): RepositoryError =>
  new RepositoryError('submodule-unreadable', 'unreadable', "its changes can't be read");

const tooManySubmodules = (): RepositoryError =>
  new RepositoryError(
    'submodule-unreadable',
    'error',
    `only the first ${String(maxSubmodules)} submodules are read`,
  );
