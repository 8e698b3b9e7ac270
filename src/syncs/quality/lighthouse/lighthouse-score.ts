import { categories, type Category, type LighthouseRun } from './lighthouse-result.ts';

/** How the categories are combined into one score (`quality.lighthouse.score`). */
export type ScoreRule = 'mean' | 'performance' | 'min';

/** The scores of a project: 0..100, not rounded. */
export interface Score {
  readonly score: number | null;
  readonly categories: ReadonlyMap<Category, number>;
}

/**
 * Returns the representative run of a page by the rule of Lighthouse CI: the run closest to the medians of first
 * contentful paint and time to interactive, where the median is at index floor(n/2). Returns null without runs.
 */
export function representativeRun(runs: readonly LighthouseRun[]): LighthouseRun | null {
  const median = (valueOf: (run: LighthouseRun) => number): number =>
    runs.map(valueOf).sort((one, other) => one - other)[Math.floor(runs.length / 2)] ?? 0;
  const paint = median((run) => run.firstContentfulPaint);
  const interactive = median((run) => run.interactive);
  const distance = (run: LighthouseRun): number =>
    (run.firstContentfulPaint - paint) ** 2 + (run.interactive - interactive) ** 2;
  let best: LighthouseRun | null = null;
  for (const run of runs) if (!best || distance(run) < distance(best)) best = run;
  return best;
}

/**
 * Returns the scores of a project from the representative runs of its pages. `mean`: the mean of the categories
 * of a page, then of the pages; `performance`: the mean of the pages; `min`: the worst category of any page.
 */
export function scoreRuns(runs: readonly LighthouseRun[], rule: ScoreRule): Score {
  const byCategory = new Map<Category, number>();
  for (const category of categories) {
    const value = mean(known(runs.map(({ scores }) => scores.get(category))));
    if (value !== null) byCategory.set(category, value);
  }
  const score = {
    mean: () => mean(known(runs.map(({ scores }) => mean([...scores.values()])))),
    performance: () => byCategory.get('performance') ?? null,
    min: () => {
      const all = runs.flatMap(({ scores }) => [...scores.values()]);
      return all.length > 0 ? Math.min(...all) : null;
    },
  }[rule]();
  return { score, categories: byCategory };
}

const known = (values: readonly (number | null | undefined)[]): readonly number[] =>
  values.filter((value) => typeof value === 'number');

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  // Integers, so that the mean of 80, 80 and 80 is exactly 80.
  const millionths = values.reduce((sum, value) => sum + Math.round(value * 1e6), 0);
  return millionths / values.length / 1e6;
}
