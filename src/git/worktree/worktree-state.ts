import { join } from 'node:path';
import { lazy } from '../../util/async.ts';
import { assertIgnoreFile } from '../exec/ignore-file-limits.ts';
import { fileMode, isRegular, type GitIndex, type Gitlink } from '../index/parse-index.ts';
import { parseLsFiles, type TrackedPaths } from '../index/parse-ls-files.ts';
import { readIndex } from '../index/read-index.ts';
import type { OpenRepository } from '../open-repository.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';
import { RepositoryError } from '../repository.ts';
import { openSnapshot, type CachedWorktree } from './cached-worktree.ts';
import { createSnapshot } from './create-snapshot.ts';
import { diffWorktree, type WorktreeDiff } from './diff-worktree.ts';
import { oldestChangeMs } from './oldest-change.ts';
import type { OwnStatus } from './parse-status.ts';
import { runGitStatus, type GitStatus } from './run-git-status.ts';
import { scanUntracked, type UntrackedScan } from './scan-untracked.ts';
import { sizeInRow } from '../stat-rows.ts';
import { lstatOrNull } from '../../util/fs-sync.ts';
import { walkWorktree } from './walk-worktree.ts';
import type { WorktreeStateContext } from './worktree-context.ts';

/**
 * The work tree of one repository in one run. Everything is read on first use. The cached snapshot is reused while
 * the fingerprint and the stats of everything relevant are unchanged; then no git process is started. Otherwise the
 * index and the stats show what has changed; where they can't, git is run once.
 */
export class WorktreeState {
  /** The tracked regular files. */
  readonly tracked = lazy(() => this.listTracked());
  readonly status = lazy(() => this.readStatus());
  /** Sizes in bytes, in the order of `tracked`; null for a file that is missing or can't be read. */
  readonly sizes = lazy(() => this.readSizes());

  private readonly index = lazy(() => readIndex(this.repository, this.context.yieldToEventLoop));
  private readonly gitStatus = lazy(() => this.runGitStatus());
  private readonly lsFiles = lazy(async (): Promise<TrackedPaths> => {
    const { git, yieldToEventLoop } = this.context;
    return parseLsFiles(await git('ls-files', '-s', '-v', '-z'), yieldToEventLoop);
  });
  private readonly walk = lazy(async () => {
    const index = await this.index();
    return index && walkWorktree(this.workTree, index, this.context.yieldToEventLoop);
  });
  private readonly untrackedScan = lazy(() => this.scanUntracked());
  private readonly diff = lazy(() => this.compareWithIndex());
  private readonly withSameFiles = lazy(() => this.findSameFiles());
  private readonly unchangedStatus = lazy(() => this.findUnchangedStatus());

  private readonly repository: OpenRepository;
  private readonly workTree: string;
  private readonly context: WorktreeStateContext;
  private readonly cached: CachedWorktree | null;
  /** A file that is changed after this may get a row that equals nothing (see `isRacy`). */
  private readonly sinceMs: number;

  constructor(repository: OpenRepository, context: WorktreeStateContext) {
    this.repository = repository;
    this.workTree = repository.workTree;
    this.context = context;
    this.sinceMs = context.nowMs();
    const { cached, fingerprint, yieldToEventLoop } = context;
    this.cached =
      cached?.fingerprint === fingerprint
        ? openSnapshot(this.workTree, cached, yieldToEventLoop)
        : null;
  }

  /** Returns the untracked regular files that are not ignored. */
  async untracked(): Promise<readonly string[]> {
    return (await this.untrackedScan()).untracked;
  }

  /** See `oldestChangeMs`. */
  async oldestChangeMs(withUntracked: boolean): Promise<number | null> {
    const { changed } = await this.status();
    return oldestChangeMs(this.workTree, changed, withUntracked ? await this.untracked() : []);
  }

  /** Returns the submodules to inspect. */
  async gitlinks(): Promise<readonly Gitlink[]> {
    if (this.cached !== null) return this.cached.snapshot.gitlinks;
    return (await this.index())?.gitlinks ?? (await this.lsFiles()).gitlinks;
  }

  /** Returns the snapshot for the next run; null if a change could go unnoticed. */
  async snapshot(): Promise<WorktreeSnapshot | null> {
    const { fingerprint } = this.context;
    const userConfig = await this.context.userConfig();
    if (fingerprint === null || userConfig === null) return null;
    const isScanned = this.untrackedScan.isStarted();
    const isStatusCached = this.status.isStarted()
      ? (await this.unchangedStatus()) !== null
      : this.cached !== null;
    if (isStatusCached && (!isScanned || (await this.withSameFiles()) !== null)) {
      return this.cached?.snapshot ?? null;
    }
    if (!isScanned) return null;
    const { untracked, watch } = await this.untrackedScan();
    const index = watch === null ? null : await this.index();
    if (watch === null || index === null) return null;
    return createSnapshot(index, {
      ...{ fingerprint, userConfig, untracked, watch },
      status: await this.cacheableStatus(),
      trackedRows: this.status.isStarted() ? ((await this.diff())?.rows ?? null) : null,
    });
  }

  private async listTracked(): Promise<readonly string[]> {
    if (this.cached !== null) return this.cached.tracked();
    const index = await this.index();
    if (index !== null) return index.paths.filter((_, at) => isRegular(index.modes[at]));
    return (await this.lsFiles()).files;
  }

  private async runGitStatus(): Promise<GitStatus> {
    await this.assertIgnoreFiles();
    const index = await this.index();
    const hasGitlinks =
      index === null
        ? (await this.lsFiles()).gitlinks.length > 0
        : index.modes.includes(fileMode.submodule);
    return runGitStatus(this.repository, { ...this.context, hasGitlinks });
  }

  /** Returns the cached snapshot if the work tree has the same untracked files. */
  private async findSameFiles(): Promise<CachedWorktree | null> {
    const { cached } = this;
    if (cached?.snapshot.userConfig !== (await this.context.userConfig())) return null;
    return (await cached.isWatchedUnchanged()) ? cached : null;
  }

  /** Returns the cached status if the tracked files are unchanged too. */
  private async findUnchangedStatus(): Promise<OwnStatus | null> {
    const status = this.cached?.snapshot.status ?? null;
    const same = status && (await this.withSameFiles());
    return (await same?.areTrackedUnchanged()) === true ? status : null;
  }

  private async scanUntracked(): Promise<UntrackedScan> {
    const same = await this.withSameFiles();
    if (same === null) {
      const { context, workTree, sinceMs, gitStatus } = this;
      const options = { ...context, workTree, sinceMs, gitStatus };
      return scanUntracked(await this.index(), await this.walk(), options);
    }
    return {
      untracked: same.untracked(),
      watch: { paths: same.watched(), rows: same.watchedRows },
      count: same.snapshot.status?.changes.untracked ?? null,
    };
  }

  /** Returns null if only git can compare the work tree with the index. */
  private async compareWithIndex(): Promise<WorktreeDiff | null> {
    const index = await this.index();
    if (index === null) return null;
    const watched = (await this.withSameFiles())?.watched() ?? (await this.walk())?.watched.keys();
    if (watched === undefined) return null;
    const paths = [...watched];
    return diffWorktree(index, {
      ...{ workTree: this.workTree, sinceMs: this.sinceMs },
      yieldToEventLoop: this.context.yieldToEventLoop,
      dirs: new Set(paths),
      mayConvert: await this.mayConvert(index, paths),
      indexMtimeMs: lstatOrNull(join(this.repository.gitDir, 'index'))?.mtimeMs ?? 0,
    });
  }

  /** Whether attributes or settings for line ends exist, or existed in the previous run. */
  private async mayConvert(index: GitIndex, watched: readonly string[]): Promise<boolean> {
    const isAttributes = (path: string): boolean => /(?:^|\/)\.gitattributes$/.test(path);
    return (
      (await this.context.hasConversions()) ||
      [watched, index.paths, this.cached?.watched() ?? []].some((paths) => paths.some(isAttributes))
    );
  }

  private async readStatus(): Promise<OwnStatus & Pick<GitStatus, 'unknown'>> {
    const known = (await this.unchangedStatus()) ?? (await this.statusFromStats());
    if (known !== null) return { ...known, unknown: null };
    await this.assertReadable();
    const { changes, changed, ahead, behind, unknown } = await this.gitStatus();
    return { changes, changed, ahead, behind, unknown };
  }

  private async cacheableStatus(): Promise<OwnStatus | null> {
    if (!this.status.isStarted()) return null;
    const { unknown, ...status } = await this.status();
    return unknown === null ? status : null;
  }

  /** The walk checks those in directories with tracked files. Deeper ones are left to the limits of git. */
  private async assertIgnoreFiles(): Promise<void> {
    for (const { path, entry } of (await this.walk())?.untracked ?? []) {
      if (entry.isDirectory()) assertIgnoreFile(`${this.workTree}/${path}/.gitignore`);
    }
  }

  /** git takes a tracked file that it can't stat for unchanged, with a warning only. */
  private async assertReadable(): Promise<void> {
    const path = (await this.walk())?.unreadableDir ?? (await this.diff())?.unreadableFile ?? null;
    if (path === null) return;
    const message = `${path === '' ? 'the work tree' : path} can't be read, so its changes are unknown`;
    throw new RepositoryError('directory-unreadable', 'unreadable', message);
  }

  /** Returns the status as far as the index and the stats of the files show it; null if git has to be run. */
  private async statusFromStats(): Promise<OwnStatus | null> {
    const same = await this.withSameFiles();
    const { count, watch } = await this.untrackedScan();
    if (count === null || watch === null) return null;
    const diff = await this.diff();
    const unstaged = diff?.changed ?? null;
    if (diff === null || unstaged === null) return null;
    // The fingerprint covers the index, HEAD and its upstream: the rest of the cached status still applies.
    const status = same?.snapshot.status ?? (await this.cleanStatus(count));
    if (status === null) return null;
    const changed = { staged: status.changed.staged, unstaged: diff.changedPaths };
    return { ...status, changed, changes: { ...status.changes, unstaged } };
  }

  /** Returns the status of a work tree without staged or unstaged changes; null if something is staged. */
  private async cleanStatus(untracked: number): Promise<OwnStatus | null> {
    const index = await this.index();
    const head = await this.context.head();
    if (index === null || head === null) return null;
    const isEmpty = index.paths.length === 0;
    const isStaged = isEmpty ? head.tree !== null : index.tree === null || index.tree !== head.tree;
    if (isStaged) return null;
    const changes = { staged: 0, unstaged: 0, untracked, conflicts: 0 };
    const changed = { staged: [], unstaged: [] };
    return { changes, changed, ahead: head.ahead, behind: head.behind };
  }

  private async readSizes(): Promise<readonly (number | null)[]> {
    const paths = await this.tracked();
    const isUnchanged = (await this.unchangedStatus()) !== null;
    const rows = isUnchanged ? this.cached?.snapshot.rows : (await this.diff())?.rows;
    if (rows !== undefined) return paths.map((_, at) => sizeInRow(rows, at));
    return paths.map((path) => lstatOrNull(`${this.workTree}/${path}`)?.size ?? null);
  }
}
