import { categories, type Category, type LighthouseRun } from './lighthouse-result.ts';

/** How one number is made of the categories (`quality.lighthouse.score`). */
export type ScoreRule = 'mean' | 'performance' | 'min';

/** The categories of a project, and its one number: 0..100, not rounded. */
export interface Score {
  readonly score: number | null;
  readonly categories: ReadonlyMap<Category, number>;
}

/**
 * The run that stands for all runs of a page, as Lighthouse CI chooses it: the nearest to the medians
 * of first contentful paint and of time to interactive (medians at floor(n/2)).
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
 * Scores a project by the representative runs of its pages. `mean`: of the categories of a page, then
 * of the pages; `performance`: of the pages; `min`: the worst category of the worst page.
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
  // Hundredths are whole numbers: 80, 80 and 80 make 80, and not a trace more.
  const hundredths = values.reduce((sum, value) => sum + Math.round(value * 1e6), 0);
  return hundredths / values.length / 1e6;
}
