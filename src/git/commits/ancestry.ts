/** Commits, each with a position. The ancestors of each of them are included. */
export interface Ancestry {
  readonly size: number;
  readonly find: (oid: string) => number | null;
  /** Throws `RangeError` if the parents are damaged. */
  readonly parentsOf: (position: number) => readonly number[];
}

/** A forged commit-graph can name the same list of parents for every commit. */
const maxSteps = 4_000_000;
/** In more commits, git finds a difference in less time, because it does not visit all ancestors. */
const maxCompared = 100_000;

/** Counts the commits that are reachable from a commit; null if it is not included or the ancestry is damaged. */
export function countReachable(ancestry: Ancestry, oid: string): number | null {
  const marks = markReachable(ancestry, [[oid]]);
  return marks && count(marks, 1);
}

/** Counts the commits that only one of two commits has; null if the ancestry does not show it. */
export function countDifference(
  ancestry: Ancestry,
  one: string,
  other: string,
): { readonly onlyOne: number; readonly onlyOther: number } | null {
  if (ancestry.size > maxCompared) return null;
  const marks = markReachable(ancestry, [[one], [other]]);
  return marks && { onlyOne: count(marks, 1), onlyOther: count(marks, 2) };
}

/** Sets the first bit of all commits that are reachable from the first commits, the second bit for the second ones. */
function markReachable(
  { size, find, parentsOf }: Ancestry,
  starts: readonly (readonly string[])[],
): Uint8Array | null {
  const marks = new Uint8Array(size);
  let steps = 0;
  try {
    for (const [number, oids] of starts.entries()) {
      const bit = 1 << number;
      const stack: number[] = [];
      const visit = (position: number): void => {
        const before = marks[position];
        steps += 1;
        if (before === undefined || steps > maxSteps) throw new RangeError('too many parents');
        if ((before & bit) !== 0) return;
        marks[position] = before | bit;
        stack.push(position);
      };
      for (const oid of oids) visit(find(oid) ?? size);
      for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
        for (const parent of parentsOf(next)) visit(parent);
      }
    }
    return marks;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const count = (marks: Uint8Array, value: number): number =>
  marks.reduce((sum, bits) => sum + Number(bits === value), 0);
