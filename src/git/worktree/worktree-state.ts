import { join } from 'node:path';
import type { YieldToEventLoop } from '../../util/async.ts';
import { comparedEntries, diffWorktree } from './diff-worktree.ts';
import { lstatOrNull, sizeIn, statColumns } from './stat-rows.ts';
import { assertRegularIndex } from '../exec/run-git.ts';
import { fileMode, isRegular, parseIndex, type GitIndex } from '../index/parse-index.ts';
import { lazy } from '../../util/async.ts';
import { scanUntracked, type UntrackedScan } from './scan-untracked.ts';
import { parseLsFiles } from '../index/parse-ls-files.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';
import type { OpenRepository } from '../open-repository.ts';
import { readGitDirFile } from '../gitdir/read-gitdir-file.ts';
import type { WorkTreeStatus } from '../repository.ts';
import type { SnapshotVerifier } from './worktree-verifier.ts';
import { parseStatus } from './parse-status.ts';
import { walkWorktree } from './walk-worktree.ts';

/** The work tree of one repository in one run: each part is looked at when it is first asked for. */
export interface WorktreeState {
  /** Regular files that git tracks. */
  readonly tracked: () => Promise<readonly string[]>;
  /** Regular files that it would track. */
  readonly untracked: () => Promise<readonly string[]>;
  readonly status: () => Promise<WorkTreeStatus>;
  /** Bytes of the tracked files, in their order; null for what is not there. */
  readonly sizes: () => Promise<readonly (number | null)[]>;
  /** What is worth keeping for the next run; null where it would be a guess. */
  readonly scene: () => Promise<WorktreeSnapshot | null>;
}

export interface WorktreeStateContext {
  readonly pause: YieldToEventLoop;
  readonly nowMs: () => number;
  readonly git: (...args: string[]) => Promise<Buffer>;
  /** What git's answers depend on in the repository beside its work tree; null: it can't be told. */
  readonly fingerprint: string | null;
  /** The same of the settings of the user. */
  readonly settings: () => Promise<string | null>;
  /** The lists of what git ignores that lie outside the work tree; null where only git can follow them. */
  readonly ignoreLists: () => Promise<readonly string[] | null>;
  /** What the last run left. */
  readonly last: WorktreeSnapshot | null;
  /** Compares the work tree with that. */
  readonly checkOf: (last: WorktreeSnapshot) => SnapshotVerifier;
  /** The tree of HEAD, and how far HEAD is from its upstream; null where only git can tell. */
  readonly head: () => Promise<Head | null>;
}

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
const noIndex: GitIndex = {
  ...{ paths: [], modes: new Uint32Array(), isComplete: true, isPlain: true, tree: null },
  statsOf: () => ({ size: -1, mtimeMs: 0, ctimeMs: 0, ino: 0 }),
};

/**
 * Surveys the work tree of a repository. What the last run saw counts as long as the fingerprint and the
 * stats of all that matters are the same: then no git process is started. Else the index and the stats tell
 * what has changed; and where they can't, git is asked once.
 */
export function createWorktreeState(
  repository: OpenRepository,
  context: WorktreeStateContext,
): WorktreeState {
  const { workTree } = repository;
  const { pause, git, fingerprint } = context;
  const last = context.last?.fingerprint === fingerprint ? context.last : null;
  const first = { untracked: 0, watched: 0 };
  if (last !== null) {
    first.untracked = last.files + last.links;
    first.watched = first.untracked + last.untracked;
  }
  const check = last && context.checkOf(last);
  // What is written after this may go unseen, and is looked at again the next time.
  const sinceMs = context.nowMs();

  const index = lazy(async (): Promise<GitIndex | null> => {
    assertRegularIndex(repository.gitDir);
    const bytes = readGitDirFile(join(repository.gitDir, 'index'), maxIndexBytes);
    return bytes === null ? noIndex : parseIndex(bytes, repository.format, pause);
  });

  const askGit = lazy(async () => parseStatus(await git(...statusArguments), pause));

  /** The last run, if there can be no other untracked files than it saw. */
  const listedBefore = lazy(async () => {
    if (last === null) return null;
    const isSame = last.settings === (await context.settings()) && (await check?.isWatchedSame());
    return isSame === true ? last : null;
  });

  const walk = lazy(async () => {
    const entries = await index();
    return entries && walkWorktree(workTree, entries, pause);
  });

  const listing = lazy(async (): Promise<UntrackedScan> => {
    const before = await listedBefore();
    if (before !== null) {
      const { paths, rows } = before.table;
      return {
        untracked: paths.slice(first.untracked, first.watched),
        watch: {
          paths: paths.slice(first.watched),
          rows: rows.subarray(first.watched * statColumns),
        },
        count: before.status?.changes.untracked ?? null,
      };
    }
    return scanUntracked(await index(), await walk(), { ...context, workTree, sinceMs, askGit });
  });

  const tracked = lazy(async () => {
    if (last !== null) return last.table.paths.slice(0, last.files);
    const entries = await index();
    if (entries === null) return parseLsFiles(await git('ls-files', '-s', '-z'), pause);
    return entries.paths.filter((_, at) => isRegular(entries.modes[at]));
  });

  /** What was said last, if the tracked files are as they were too. */
  const statusBefore = lazy(async () => {
    const before = last?.status ? await listedBefore() : null;
    return before !== null && (await check?.areTrackedSame()) === true ? before.status : null;
  });

  /** The tracked files as they are; null where git alone can tell. */
  const seen = lazy(async () => {
    const entries = await index();
    if (entries === null) return null;
    const before = await listedBefore();
    const watched = before?.table.paths.slice(first.watched) ?? (await walk())?.watched.keys();
    if (watched === undefined) return null;
    return diffWorktree(entries, {
      ...{ workTree, sinceMs, pause },
      folders: new Set(watched),
      indexWrittenMs: lstatOrNull(join(repository.gitDir, 'index'))?.mtimeMs ?? 0,
    });
  });

  /** What the last commit, the index and the upstream tell, if nothing is staged. */
  const committed = async (untracked: number): Promise<WorkTreeStatus | null> => {
    const entries = await index();
    const head = await context.head();
    if (entries === null || head === null) return null;
    const isEmpty = entries.paths.length === 0;
    if (isEmpty ? head.tree !== null : entries.tree === null || entries.tree !== head.tree) {
      return null;
    }
    const changes = { staged: 0, unstaged: 0, untracked, conflicts: 0 };
    return { changes, ahead: head.ahead, behind: head.behind };
  };

  /** Without git, where the index and the stats of the files leave no doubt about what has changed. */
  const statusByStats = async (): Promise<WorkTreeStatus | null> => {
    const before = await listedBefore();
    const { count, watch } = await listing();
    if (count === null || watch === null) return null;
    const changed = (await seen())?.changed ?? null;
    // The index, HEAD and its upstream are as they were, or nobody has staged anything.
    const known = changed === null ? null : (before?.status ?? (await committed(count)));
    if (changed === null || known === null) return null;
    return { ...known, changes: { ...known.changes, unstaged: changed } };
  };

  const status = lazy(async (): Promise<WorkTreeStatus> => {
    const known = (await statusBefore()) ?? (await statusByStats());
    const { changes, ahead, behind } = known ?? (await askGit());
    return { changes, ahead, behind };
  });

  const sizes = lazy(async () => {
    const paths = await tracked();
    const rows = (await statusBefore()) === null ? (await seen())?.rows : last?.table.rows;
    if (rows !== undefined) return paths.map((_, at) => sizeIn(rows, at));
    return paths.map((path) => lstatOrNull(`${workTree}/${path}`)?.size ?? null);
  });

  const scene = async (): Promise<WorktreeSnapshot | null> => {
    const settings = await context.settings();
    if (fingerprint === null || settings === null) return null;
    const isKnown = status.wasAsked() ? (await statusBefore()) !== null : last !== null;
    if (isKnown && (!listing.wasAsked() || (await listedBefore()) !== null)) return last;
    if (!listing.wasAsked()) return null;
    const { untracked, watch } = await listing();
    const entries = watch === null ? null : await index();
    if (watch === null || entries === null) return null;
    const order = comparedEntries(entries);
    const paths = [...order.map((at) => entries.paths[at] ?? ''), ...untracked];
    const files = order.filter((at) => entries.modes[at] !== fileMode.link).length;
    const rows = new Float64Array((paths.length + watch.paths.length) * statColumns);
    if (status.wasAsked()) rows.set((await seen())?.rows ?? []);
    rows.set(watch.rows, paths.length * statColumns);
    return {
      ...{ fingerprint, settings },
      ...{ files, links: order.length - files, untracked: untracked.length },
      status: status.wasAsked() ? await status() : null,
      table: { paths: [...paths, ...watch.paths], rows },
    };
  };

  return { tracked, sizes, untracked: async () => (await listing()).untracked, status, scene };
}
