import type { YieldToEventLoop } from '../../util/async.ts';
import { statColumns, writeRow } from './stat-rows.ts';
import type { GitIndex } from '../index/parse-index.ts';
import { regularFiles } from '../index/parse-ls-files.ts';
import type { ParsedStatus } from './parse-status.ts';
import { applyIgnoreRules, type UntrackedFiles } from './apply-ignore-rules.ts';
import type { Watched, WorktreeWalk } from './walk-worktree.ts';

/** The untracked files, and what to watch for others. */
export interface UntrackedScan {
  readonly untracked: readonly string[];
  /** Paths to watch (`''` is the work tree) with their rows; null where they can't all be told. */
  readonly watch: { readonly paths: readonly string[]; readonly rows: Float64Array } | null;
  /** How many files and links git would track; null where only its status tells. */
  readonly count: number | null;
}

interface ScanContext {
  readonly workTree: string;
  readonly pause: YieldToEventLoop;
  /** What is written after this may go unseen. */
  readonly sinceMs: number;
  readonly askGit: () => Promise<ParsedStatus>;
  /** What git's answers depend on in the settings of the user. */
  readonly settings: () => Promise<string | null>;
  /** The lists of what git ignores that lie outside the work tree; null where only git can follow them. */
  readonly ignoreLists: () => Promise<readonly string[] | null>;
}

/** Lists the untracked files of a work tree; git is asked where its index or what it ignores can't be read here. */
export async function scanUntracked(
  index: GitIndex | null,
  walked: WorktreeWalk | null,
  context: ScanContext,
): Promise<UntrackedScan> {
  const { workTree, pause, sinceMs, askGit } = context;
  const own = index && walked && (await sortOut(index, walked, context));
  const status = own === null ? await askGit() : null;
  const closed = status?.unscanned ?? { ignored: own?.ignoredFolders ?? [], repositories: [] };
  const isWhole = (await walked?.resume(closed)) === true && index?.isComplete === true;
  return {
    untracked: own?.files ?? (await regularFiles(workTree, status?.untracked ?? [], pause)),
    watch: isWhole && walked !== null ? tableOf(walked.watched, sinceMs) : null,
    count: own?.count ?? null,
  };
}

/** What git does not track, where it can be told without git. */
async function sortOut(
  { isPlain, isComplete: isWhole }: GitIndex,
  walked: WorktreeWalk,
  { workTree, pause, settings, ignoreLists }: ScanContext,
): Promise<UntrackedFiles | null> {
  if (!walked.isWhole) return null;
  if (walked.others.length === 0) return { files: [], count: 0, ignoredFolders: [] };
  // First of all: what changes after this is seen the next time.
  await settings();
  const shared = isPlain && isWhole ? await ignoreLists() : null;
  return shared && applyIgnoreRules(walked.others, { workTree, shared, pause });
}

function tableOf(watched: Watched, sinceMs: number): NonNullable<UntrackedScan['watch']> {
  const rows = new Float64Array(watched.size * statColumns);
  for (const [row, stats] of [...watched.values()].entries()) writeRow(rows, row, stats, sinceMs);
  return { paths: [...watched.keys()], rows };
}
