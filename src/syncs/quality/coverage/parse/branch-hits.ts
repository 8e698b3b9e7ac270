import type { Hits } from '../coverage-format.ts';

/** A branch of one source file as a number: a report may name millions, which is much for a map. */
export function branchId(line: number, block: number, branch: number): number | null {
  const fits = line < 2 ** 20 && block < 2 ** 16 && branch < 2 ** 16;
  return fits ? (line * 2 ** 16 + block) * 2 ** 16 + branch : null;
}

/** Branches of one source file by their ids, of which naming one twice counts it once. */
export interface BranchHits {
  readonly add: (id: number, hit: boolean) => void;
  readonly count: () => Hits;
}

export function createBranchHits(): BranchHits {
  // Each entry is twice the id, and one more when the branch was taken: sorting brings those of an id together.
  let entries = new Float64Array(0);
  let length = 0;
  // Tools write them in order and once: then there is nothing to sort.
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
        // The last entry of an id says whether it was ever taken.
        if (Math.floor(entry / 2) === Math.floor((sorted[index + 1] ?? -1) / 2)) continue;
        total += 1;
        covered += entry % 2;
      }
      return { covered, total };
    },
  };
}
