import type { CommitLinks, LinkReader } from './commit-links.ts';

/** Reading more takes longer than a git process. */
const maxRead = 300;

/** The commits that are reachable from only one of two sides. */
export interface CommitDifference {
  readonly left: readonly CommitLinks[];
  readonly right: readonly CommitLinks[];
}

/** After the last commit of one side, to find out whether times can be trusted. As many as git. */
const moreRead = 5;

/**
 * Compares the commits that are reachable from two sides, the newest first, until all others are reachable from both;
 * with `leftOnly`, `right` is incomplete. Null if there are many, if only git can read them, or if one is older than
 * its parent: then the order is no evidence.
 */
export function readDifference(
  { read }: LinkReader,
  { left, right }: Readonly<Record<'left' | 'right', readonly string[]>>,
  { leftOnly = false } = {},
): CommitDifference | null {
  const commits = new Map<string, CommitLinks>();
  /** By commit, the sides from which it is reachable: 1, 2, or 3 for both. */
  const sides = new Map<string, number>();
  const queue = new Set<string>();
  const reach = (oid: string, side: number): CommitLinks | null => {
    const commit = commits.get(oid) ?? read(oid);
    if (commit === null || commits.size > maxRead) return null;
    commits.set(oid, commit);
    const before = sides.get(oid) ?? 0;
    if ((before | side) !== before) {
      sides.set(oid, before | side);
      queue.add(oid);
    }
    return commit;
  };
  const secondsOf = (oid: string): number => commits.get(oid)?.seconds ?? 0;
  const isCounted = (oid: string): boolean => {
    const side = sides.get(oid);
    return side === 1 || (side === 2 && !leftOnly);
  };
  for (const [at, tips] of [left, right].entries()) {
    for (const oid of tips) if (reach(oid, at + 1) === null) return null;
  }
  let more = moreRead;
  while (queue.size > 0 && more > 0) {
    const [oid = ''] = [...queue].toSorted((one, other) => secondsOf(other) - secondsOf(one));
    // An older commit can't have a newer one among its ancestors.
    const seconds = secondsOf(oid);
    more -= 1;
    for (const [one, commit] of commits) {
      if (commit.seconds <= seconds && isCounted(one)) more = moreRead;
    }
    queue.delete(oid);
    for (const one of commits.get(oid)?.parents ?? []) {
      const parent = reach(one, sides.get(oid) ?? 0);
      if (parent === null || parent.seconds > seconds) return null;
    }
  }
  const only = (side: number): readonly CommitLinks[] =>
    [...commits].flatMap(([oid, commit]) => (sides.get(oid) === side ? [commit] : []));
  return { left: only(1), right: only(2) };
}
