import type { Hits } from '../coverage-format.ts';

/** Counts things that were run or not, such as branches and functions. */
export class HitCounter implements Hits {
  covered = 0;
  total = 0;

  add(isHit: boolean): void {
    this.total += 1;
    if (isHit) this.covered += 1;
  }

  addHits(hits: Hits): void {
    this.covered += hits.covered;
    this.total += hits.total;
  }
}

/** Returns the sum of counts that do not overlap. */
export function sumHits(counts: readonly Hits[]): Hits {
  const sum = new HitCounter();
  for (const hits of counts) sum.addHits(hits);
  return { covered: sum.covered, total: sum.total };
}

/** Returns null if there is nothing to count: that is unknown, not 0 %. */
export const hitsOrNull = (hits: Hits | null | undefined): Hits | null =>
  hits && hits.total > 0 ? { covered: hits.covered, total: hits.total } : null;
