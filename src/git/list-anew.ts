import type { YieldToEventLoop } from '../util/async.ts';
import { statColumns, writeRow } from './file-stats.ts';
import type { GitIndex } from './index-file.ts';
import { regularFiles } from './listing.ts';
import type { ParsedStatus } from './status.ts';
import { sortOutOthers, type UntrackedFiles } from './untracked-files.ts';
import type { Watched, WorkTreeWalk } from './work-tree.ts';

/** The untracked files, and what to watch for others. */
export interface Listing {
  readonly untracked: readonly string[];
  /** Paths to watch (`''` is the work tree) with their rows; null where they can't all be told. */
  readonly watch: { readonly paths: readonly string[]; readonly rows: Float64Array } | null;
  /** How many files and links git would track; null where only its status tells. */
  readonly count: number | null;
}

interface ListingContext {
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
export async function listAnew(
  index: GitIndex | null,
  walked: WorkTreeWalk | null,
  context: ListingContext,
): Promise<Listing> {
  const { workTree, pause, sinceMs, askGit } = context;
  const own = index && walked && (await sortOut(index, walked, context));
  const status = own === null ? await askGit() : null;
  const closed = status?.closed ?? { ignored: own?.ignoredFolders ?? [], repositories: [] };
  const isWhole = (await walked?.goOn(closed)) === true && index?.isWhole === true;
  return {
    untracked: own?.files ?? (await regularFiles(workTree, status?.untracked ?? [], pause)),
    watch: isWhole && walked !== null ? tableOf(walked.watched, sinceMs) : null,
    count: own?.count ?? null,
  };
}

/** What git does not track, where it can be told without git. */
async function sortOut(
  { isPlain, isWhole }: GitIndex,
  walked: WorkTreeWalk,
  { workTree, pause, settings, ignoreLists }: ListingContext,
): Promise<UntrackedFiles | null> {
  if (!walked.isWhole) return null;
  if (walked.others.length === 0) return { files: [], count: 0, ignoredFolders: [] };
  // First of all: what changes after this is seen the next time.
  await settings();
  const shared = isPlain && isWhole ? await ignoreLists() : null;
  return shared && sortOutOthers(walked.others, { workTree, shared, pause });
}

function tableOf(watched: Watched, sinceMs: number): NonNullable<Listing['watch']> {
  const rows = new Float64Array(watched.size * statColumns);
  for (const [row, stats] of [...watched.values()].entries()) writeRow(rows, row, stats, sinceMs);
  return { paths: [...watched.keys()], rows };
}
