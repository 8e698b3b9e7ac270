import { createHash } from 'node:crypto';
import { sanitizePath } from '../../../util/text.ts';
import { createFileWarnings, type FileWarning } from '../project-files/file-warnings.ts';
import type { ProjectView } from '../project-files/project-view.ts';
import { statReport } from '../report/report-stats.ts';
import { chooseRuns, type ChosenRuns } from './choose-runs.ts';
import { findLighthouseFiles, type LighthouseFiles } from './find-lighthouse-files.ts';
import type { LighthouseOutcome } from './lighthouse-outcome.ts';
import { scoreRuns, type ScoreRule } from './lighthouse-score.ts';

/** An outcome and the key of its inputs; the key is null if the outcome must not be cached. */
export interface LighthouseResult {
  readonly key: string | null;
  readonly outcome: LighthouseOutcome;
}

/** `quality.lighthouse` in the configuration. */
interface LighthouseOptions {
  readonly score: ScoreRule;
  readonly paths: readonly string[];
}

/**
 * Finds and reads the Lighthouse reports of a project. Returns the last result without opening a report if none
 * changed.
 */
export async function collectLighthouse(
  view: ProjectView,
  { score: rule, paths }: LighthouseOptions,
  last: LighthouseResult | null,
): Promise<LighthouseResult> {
  const files = await findLighthouseFiles(view, paths);
  const { key, isRacy } = cacheKey(view, files, rule);
  if (last?.key === key) return last;
  const warnings = createFileWarnings();
  const chosen = await chooseRuns({ ...view, warnings }, files);
  const { score, categories } = scoreRuns(chosen.representatives, rule);
  const times = chosen.representatives.flatMap(({ fetchTime }) => fetchTime ?? []);
  const outcome: LighthouseOutcome = {
    score,
    performance: categories.get('performance') ?? null,
    accessibility: categories.get('accessibility') ?? null,
    bestPractices: categories.get('best-practices') ?? null,
    seo: categories.get('seo') ?? null,
    urls: chosen.representatives.map(({ url }) => sanitizePath(url)),
    runs: chosen.runs,
    rule: chosen.rule,
    fetchTime: times.length > 0 ? Math.max(...times) : null,
    tracked: chosen.files.some((path) => view.files.get(path) === true),
    reason: score === null ? reasonOf(chosen, warnings.list) : null,
    warnings: [...warnings.list],
  };
  return { key: isRacy || warnings.isTransient() ? null : key, outcome };
}

function cacheKey(
  view: ProjectView,
  { manifests, runs, singles, besideManifests }: LighthouseFiles,
  rule: ScoreRule,
): { readonly key: string; readonly isRacy: boolean } {
  const hash = createHash('sha1').update(rule);
  let isRacy = false;
  for (const path of new Set([...manifests, ...runs, ...singles, ...besideManifests])) {
    const stats = statReport(view, path);
    isRacy ||= stats?.isRacy === true;
    hash.update(JSON.stringify([path, view.files.get(path) ?? false, stats?.key ?? null]));
  }
  return { key: hash.digest('hex'), isRacy };
}

function reasonOf(
  { representatives, errors: [error] }: ChosenRuns,
  [warning]: readonly FileWarning[],
): string {
  if (representatives.length > 0) return 'no report has a performance score';
  if (error !== undefined) return sanitizePath(`every run failed: ${error}`);
  if (warning) return `${warning.path}: ${warning.message}`;
  return 'no Lighthouse report was found';
}
