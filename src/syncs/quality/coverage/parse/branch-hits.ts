import type { Hits } from '../coverage-format.ts';

/**
 * Returns a branch of one source file as a number, because a report may name millions of them; null if a part
 * does not fit.
 */
export function branchId(line: number, block: number, branch: number): number | null {
  const fits = line < 2 ** 20 && block < 2 ** 16 && branch < 2 ** 16;
  return fits ? (line * 2 ** 16 + block) * 2 ** 16 + branch : null;
}

/** The branches of one source file. A branch that is added twice counts once. */
export interface BranchHits {
  readonly add: (id: number, hit: boolean) => void;
  readonly count: () => Hits;
}

export function createBranchHits(): BranchHits {
  // An entry is twice the id, plus one if the branch was taken: sorting groups the entries of an id.
  let entries = new Float64Array(0);
  let length = 0;
  // Tools write each branch once and in order, which needs no sorting.
  let isInOrder = true;
  let last = -1;
  let taken = 0;
  return {
    add: (id, hit) => {
      isInOrder &&= id > last;
      last = id;
      if (hit) taken += 1;
      if (length === entries.length) {
        const grown = new Float64Array(Math.max(64, length * 2));
        grown.set(entries);
        entries = grown;
      }
      entries[length] = id * 2 + (hit ? 1 : 0);
      length += 1;
    },
    count: () => {
      if (isInOrder) return { covered: taken, total: length };
      const sorted = entries.slice(0, length).sort();
      let covered = 0;
      let total = 0;
      for (let index = 0; index < length; index += 1) {
        const entry = sorted[index] ?? 0;
        // Only the last entry of an id counts: it is odd if the branch was ever taken.
        if (Math.floor(entry / 2) === Math.floor((sorted[index + 1] ?? -1) / 2)) continue;
        total += 1;
        covered += entry % 2;
      }
      return { covered, total };
    },
  };
}
