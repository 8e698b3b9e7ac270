import type { YieldToEventLoop } from '../../util/async.ts';
import type { GitIndex } from '../index/parse-index.ts';
import { applyIgnoreRules, type UntrackedFiles } from './apply-ignore-rules.ts';
import type { ParsedStatus } from './parse-status.ts';
import { statColumns, writeRow } from '../stat-rows.ts';
import { lstatState } from '../../util/fs-sync.ts';
import type { Watched, WorktreeWalk } from './walk-worktree.ts';

export interface UntrackedScan {
  /** Regular files that are not ignored. */
  readonly untracked: readonly string[];
  /** The paths to watch for others, with their stats; null if not everything can be watched. */
  readonly watch: { readonly paths: readonly string[]; readonly rows: Float64Array } | null;
  /** The number of untracked files and links; null if only `git status` knows. */
  readonly count: number | null;
}

interface ScanContext {
  readonly workTree: string;
  readonly yieldToEventLoop: YieldToEventLoop;
  /** The time before the scan, for `isRacy`. */
  readonly sinceMs: number;
  readonly gitStatus: () => Promise<ParsedStatus>;
  /** See `userConfigFingerprint`. */
  readonly userConfig: () => Promise<string | null>;
  /** See `readExcludeFiles`. */
  readonly excludes: () => Promise<readonly string[] | null>;
}

/** Lists the untracked files of a work tree. Runs git only if the index or an ignore file is not supported. */
export async function scanUntracked(
  index: GitIndex | null,
  walk: WorktreeWalk | null,
  context: ScanContext,
): Promise<UntrackedScan> {
  const { workTree, yieldToEventLoop, sinceMs, gitStatus } = context;
  const own = index && walk && (await listUntracked(index, walk, context));
  const status = own === null ? await gitStatus() : null;
  const unscanned = status?.unscanned ?? { ignored: own?.ignoredDirs ?? [], repositories: [] };
  const isComplete = (await walk?.resume(unscanned)) === true && index?.isComplete === true;
  return {
    untracked:
      own?.files ?? (await onlyRegularFiles(workTree, status?.untracked ?? [], yieldToEventLoop)),
    watch: isComplete && walk !== null ? toRows(walk.watched, sinceMs) : null,
    count: own?.count ?? null,
  };
}

/** Returns null if only git can apply the ignore rules. */
async function listUntracked(
  { isPlain, isComplete }: GitIndex,
  walk: WorktreeWalk,
  { workTree, yieldToEventLoop, userConfig, excludes: readExcludes }: ScanContext,
): Promise<UntrackedFiles | null> {
  if (!walk.isComplete) return null;
  if (walk.untracked.length === 0) return { files: [], count: 0, ignoredDirs: [] };
  // Read before the exclude files: a later change of them is then detected by the next run.
  await userConfig();
  const excludes = isPlain && isComplete ? await readExcludes() : null;
  return excludes && applyIgnoreRules(walk.untracked, { workTree, excludes, yieldToEventLoop });
}

/** Leaves out links, and files that were deleted since git listed them. */
async function onlyRegularFiles(
  workTree: string,
  paths: readonly string[],
  yieldToEventLoop: YieldToEventLoop,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const [number, path] of paths.entries()) {
    if (number % 100 === 99) await yieldToEventLoop();
    const state = lstatState(`${workTree}/${path}`);
    if (state === 'unreadable' || state?.isFile() === true) files.push(path);
  }
  return files;
}

function toRows(watched: Watched, sinceMs: number): NonNullable<UntrackedScan['watch']> {
  const rows = new Float64Array(watched.size * statColumns);
  for (const [row, stats] of [...watched.values()].entries()) writeRow(rows, row, stats, sinceMs);
  return { paths: [...watched.keys()], rows };
}
