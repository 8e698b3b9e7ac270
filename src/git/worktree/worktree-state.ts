import { join } from 'node:path';
import { lazy, type YieldToEventLoop } from '../../util/async.ts';
import { assertRegularIndex } from '../exec/run-git.ts';
import { readGitDirFile } from '../gitdir/read-gitdir-file.ts';
import { fileMode, isRegular, parseIndex, type GitIndex } from '../index/parse-index.ts';
import { parseLsFiles } from '../index/parse-ls-files.ts';
import type { OpenRepository } from '../open-repository.ts';
import { joinPaths, splitPaths } from '../paths.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';
import type { WorkTreeStatus } from '../repository.ts';
import { comparableEntries, diffWorktree } from './diff-worktree.ts';
import { parseStatus } from './parse-status.ts';
import { scanUntracked, type UntrackedScan } from './scan-untracked.ts';
import { lstatOrNull, sizeInRow, statColumns } from './stat-rows.ts';
import { walkWorktree } from './walk-worktree.ts';
import type { SnapshotVerifier } from './worktree-verifier.ts';

/** The work tree of one repository in one run. Everything is read on first use. */
export interface WorktreeState {
  /** The tracked regular files. */
  readonly tracked: () => Promise<readonly string[]>;
  /** The untracked regular files that are not ignored. */
  readonly untracked: () => Promise<readonly string[]>;
  readonly status: () => Promise<WorkTreeStatus>;
  /** Sizes in bytes, in the order of `tracked`; null for a file that is missing or can't be read. */
  readonly sizes: () => Promise<readonly (number | null)[]>;
  /** The snapshot for the next run; null if a change could go unnoticed. */
  readonly snapshot: () => Promise<WorktreeSnapshot | null>;
}

export interface WorktreeStateContext {
  readonly yieldToEventLoop: YieldToEventLoop;
  readonly nowMs: () => number;
  readonly git: (...args: string[]) => Promise<Buffer>;
  /** See `repositoryFingerprint`. */
  readonly fingerprint: string | null;
  /** See `userConfigFingerprint`. */
  readonly userConfig: () => Promise<string | null>;
  /** See `readExcludeFiles`. */
  readonly excludes: () => Promise<readonly string[] | null>;
  /** The snapshot of the previous run. */
  readonly cached: WorktreeSnapshot | null;
  readonly verifierFor: (snapshot: WorktreeSnapshot) => SnapshotVerifier;
  /** See `CommitInfo.head`. */
  readonly head: () => Promise<Head | null>;
}

/** The tree of HEAD, and the distance of HEAD from its upstream. */
export interface Head {
  /** Null when unborn. */
  readonly tree: string | null;
  readonly ahead: number | null;
  readonly behind: number | null;
}

const maxIndexBytes = 128 * 1024 * 1024;
const statusArguments = [
  ...['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all'],
  ...['--ignored=matching', '--ignore-submodules=all'],
];
const emptyIndex: GitIndex = {
  ...{ paths: [], modes: new Uint32Array(), isComplete: true, isPlain: true, tree: null },
  statsOf: () => ({ size: -1, mtimeMs: 0, ctimeMs: 0, ino: 0 }),
};

/**
 * Creates the state of a work tree. The cached snapshot is reused while the fingerprint and the stats of
 * everything relevant are unchanged; then no git process is started. Otherwise the index and the stats show what
 * has changed; where they can't, git is run once.
 */
export function createWorktreeState(
  repository: OpenRepository,
  context: WorktreeStateContext,
): WorktreeState {
  const { workTree } = repository;
  const { yieldToEventLoop, git, fingerprint } = context;
  const cached = context.cached?.fingerprint === fingerprint ? context.cached : null;
  const verifier = cached && context.verifierFor(cached);
  const firstUntracked = cached === null ? 0 : cached.files + cached.links;
  const firstWatched = firstUntracked + (cached?.untracked ?? 0);
  // A file that is changed after this may get a row that equals nothing (see `isRacy`).
  const sinceMs = context.nowMs();

  let splitCachedPaths: readonly string[] | null = null;
  const cachedPaths = (): readonly string[] =>
    (splitCachedPaths ??= splitPaths(cached?.paths ?? ''));

  const index = lazy(async (): Promise<GitIndex | null> => {
    assertRegularIndex(repository.gitDir);
    const bytes = readGitDirFile(join(repository.gitDir, 'index'), maxIndexBytes);
    return bytes === null ? emptyIndex : parseIndex(bytes, repository.format, yieldToEventLoop);
  });

  const gitStatus = lazy(async () => parseStatus(await git(...statusArguments), yieldToEventLoop));

  /** The cached snapshot, if the work tree has the same untracked files. */
  const withSameFiles = lazy(async () => {
    if (cached === null) return null;
    const isSameConfig = cached.userConfig === (await context.userConfig());
    return isSameConfig && (await verifier?.isWatchedUnchanged()) === true ? cached : null;
  });

  const walk = lazy(async () => {
    const entries = await index();
    return entries && walkWorktree(workTree, entries, yieldToEventLoop);
  });

  const untrackedScan = lazy(async (): Promise<UntrackedScan> => {
    const snapshot = await withSameFiles();
    if (snapshot === null) {
      return scanUntracked(await index(), await walk(), {
        ...context,
        ...{ workTree, sinceMs, gitStatus },
      });
    }
    return {
      untracked: cachedPaths().slice(firstUntracked, firstWatched),
      watch: {
        paths: cachedPaths().slice(firstWatched),
        rows: snapshot.rows.subarray(firstWatched * statColumns),
      },
      count: snapshot.status?.changes.untracked ?? null,
    };
  });

  const tracked = lazy(async () => {
    if (cached !== null) return cachedPaths().slice(0, cached.files);
    const entries = await index();
    if (entries === null) return parseLsFiles(await git('ls-files', '-s', '-z'), yieldToEventLoop);
    return entries.paths.filter((_, at) => isRegular(entries.modes[at]));
  });

  /** The cached status, if the tracked files are unchanged too. */
  const unchangedStatus = lazy(async () => {
    const snapshot = cached?.status ? await withSameFiles() : null;
    return (await (snapshot && verifier?.areTrackedUnchanged())) === true
      ? (snapshot?.status ?? null)
      : null;
  });

  /** Null if only git can compare the work tree with the index. */
  const diff = lazy(async () => {
    const entries = await index();
    if (entries === null) return null;
    const watched =
      (await withSameFiles()) === null
        ? (await walk())?.watched.keys()
        : cachedPaths().slice(firstWatched);
    if (watched === undefined) return null;
    return diffWorktree(entries, {
      ...{ workTree, sinceMs, yieldToEventLoop },
      dirs: new Set(watched),
      indexMtimeMs: lstatOrNull(join(repository.gitDir, 'index'))?.mtimeMs ?? 0,
    });
  });

  /** The status of a work tree without staged or unstaged changes; null if something is staged. */
  const cleanStatus = async (untracked: number): Promise<WorkTreeStatus | null> => {
    const entries = await index();
    const head = await context.head();
    if (entries === null || head === null) return null;
    const isEmpty = entries.paths.length === 0;
    const isStaged = isEmpty
      ? head.tree !== null
      : entries.tree === null || entries.tree !== head.tree;
    if (isStaged) return null;
    const changes = { staged: 0, unstaged: 0, untracked, conflicts: 0 };
    return { changes, ahead: head.ahead, behind: head.behind };
  };

  /** The status as far as the index and the stats of the files show it; null if git has to be run. */
  const statusFromStats = async (): Promise<WorkTreeStatus | null> => {
    const snapshot = await withSameFiles();
    const { count, watch } = await untrackedScan();
    const changed = count === null || watch === null ? null : ((await diff())?.changed ?? null);
    if (count === null || changed === null) return null;
    // The fingerprint covers the index, HEAD and its upstream: the rest of the cached status still applies.
    const status = snapshot?.status ?? (await cleanStatus(count));
    return status && { ...status, changes: { ...status.changes, unstaged: changed } };
  };

  const status = lazy(async (): Promise<WorkTreeStatus> => {
    const known = (await unchangedStatus()) ?? (await statusFromStats());
    const { changes, ahead, behind } = known ?? (await gitStatus());
    return { changes, ahead, behind };
  });

  const sizes = lazy(async () => {
    const paths = await tracked();
    const rows = (await unchangedStatus()) === null ? (await diff())?.rows : cached?.rows;
    if (rows !== undefined) return paths.map((_, at) => sizeInRow(rows, at));
    return paths.map((path) => lstatOrNull(`${workTree}/${path}`)?.size ?? null);
  });

  const snapshot = async (): Promise<WorktreeSnapshot | null> => {
    const userConfig = await context.userConfig();
    if (fingerprint === null || userConfig === null) return null;
    const isStatusCached = status.isStarted()
      ? (await unchangedStatus()) !== null
      : cached !== null;
    if (isStatusCached && (!untrackedScan.isStarted() || (await withSameFiles()) !== null)) {
      return cached;
    }
    if (!untrackedScan.isStarted()) return null;
    const { untracked, watch } = await untrackedScan();
    const entries = watch === null ? null : await index();
    if (watch === null || entries === null) return null;
    const order = comparableEntries(entries);
    const paths = [...order.map((at) => entries.paths[at] ?? ''), ...untracked];
    const files = order.filter((at) => entries.modes[at] !== fileMode.link).length;
    const rows = new Float64Array((paths.length + watch.paths.length) * statColumns);
    if (status.isStarted()) rows.set((await diff())?.rows ?? []);
    rows.set(watch.rows, paths.length * statColumns);
    return {
      ...{ fingerprint, userConfig },
      ...{ files, links: order.length - files, untracked: untracked.length },
      status: status.isStarted() ? await status() : null,
      ...{ paths: joinPaths([...paths, ...watch.paths]), rows },
    };
  };

  return {
    tracked,
    sizes,
    untracked: async () => (await untrackedScan()).untracked,
    status,
    snapshot,
  };
}
