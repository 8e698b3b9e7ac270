import { createHash } from 'node:crypto';
import { sanitizePath } from '../../../util/text.ts';
import { createProblems, type Problem } from '../project/file-warnings.ts';
import type { ProjectView } from '../project/project-view.ts';
import { lstatOrNull } from '../../../git/worktree/stat-rows.ts';
import { chooseRuns, type Choice } from './choose-runs.ts';
import { findLighthouseFiles, type LighthouseFiles } from './find-lighthouse-files.ts';
import type { LighthouseOutcome } from './lighthouse-outcome.ts';
import { scoreRuns, type ScoreRule } from './lighthouse-score.ts';

/** An outcome with the key under which it stays true; the key is null for what is not worth keeping. */
export interface LighthouseResult {
  readonly key: string | null;
  readonly outcome: LighthouseOutcome;
}

/**
 * Finds and reads the Lighthouse reports of a project. While none changes, the last outcome is handed
 * back and no report is opened.
 */
export async function collectLighthouse(
  view: ProjectView,
  rule: ScoreRule,
  last: LighthouseResult | null,
): Promise<LighthouseResult> {
  const files = await findLighthouseFiles(view);
  const { key, isRacy } = keyOf(view, files, rule);
  if (last?.key === key) return last;
  const problems = createProblems();
  const choice = await chooseRuns(view, files, problems);
  const { score, categories } = scoreRuns(choice.representatives, rule);
  const times = choice.representatives.flatMap(({ fetchTime }) => fetchTime ?? []);
  const outcome: LighthouseOutcome = {
    score,
    performance: categories.get('performance') ?? null,
    accessibility: categories.get('accessibility') ?? null,
    bestPractices: categories.get('best-practices') ?? null,
    seo: categories.get('seo') ?? null,
    urls: choice.representatives.map(({ url }) => sanitizePath(url)),
    runs: choice.runs,
    rule: choice.rule,
    fetchTime: times.length > 0 ? Math.max(...times) : null,
    tracked: choice.files.some((path) => view.files.get(path) === true),
    reason: score === null ? reasonOf(choice, problems.list) : null,
    problems: [...problems.list],
  };
  return { key: isRacy || problems.mayPass() ? null : key, outcome };
}

const outcomeVersion = 2;

function keyOf(
  { root, files: known, racyAfterMs }: ProjectView,
  { manifests, runs, singles }: LighthouseFiles,
  rule: ScoreRule,
): { readonly key: string; readonly isRacy: boolean } {
  const hash = createHash('sha1').update(JSON.stringify([outcomeVersion, rule]));
  let isRacy = false;
  for (const path of [...manifests, ...runs, ...singles]) {
    const stats = lstatOrNull(`${root}/${path}`);
    isRacy ||= Math.max(stats?.mtimeMs ?? 0, stats?.ctimeMs ?? 0) > racyAfterMs;
    const identity = [stats?.size, stats?.mtimeMs, stats?.ctimeMs, stats?.ino];
    hash.update(JSON.stringify([path, known.get(path) ?? false, ...identity]));
  }
  return { key: hash.digest('hex'), isRacy };
}

function reasonOf({ representatives, errors }: Choice, problems: readonly Problem[]): string {
  const [error] = errors;
  const [problem] = problems;
  if (representatives.length > 0) return 'no report has a performance score';
  if (error !== undefined) return sanitizePath(`every run failed: ${error}`);
  if (problem) return `${problem.path}: ${problem.message}`;
  return 'no Lighthouse report was found';
}
