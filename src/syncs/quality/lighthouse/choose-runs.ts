import type { Problems } from '../project/file-warnings.ts';
import type { ProjectView } from '../project/project-view.ts';
import { withReportFile } from '../report/report-file.ts';
import { joinPath, parentDir } from '../../../git/paths.ts';
import type { LighthouseFiles } from './find-lighthouse-files.ts';
import { readManifest, type Manifest } from './lhci-manifest.ts';
import type { LighthouseOutcome } from './lighthouse-outcome.ts';
import { isLighthouseResult, parseRun, toScores, type LighthouseRun } from './lighthouse-result.ts';
import { representativeRun } from './lighthouse-score.ts';

/** The runs that stand for a project, one for each page. */
export interface Choice {
  readonly rule: LighthouseOutcome['rule'];
  readonly representatives: readonly LighthouseRun[];
  /** How many runs there were to choose from. */
  readonly runs: number;
  /** The files that decided, relative to the project. */
  readonly files: readonly string[];
  /** Why runs were left out, in the words of Lighthouse. */
  readonly errors: readonly string[];
}

const maxBytes = 64 * 1024 * 1024;

/** What a manifest calls representative, else the median run of each page, else the newest report. */
export async function chooseRuns(
  view: ProjectView,
  files: LighthouseFiles,
  problems: Problems,
): Promise<Choice> {
  const context = { ...view, problems };
  const byManifest = await chooseByManifest(context, files.manifests);
  if (byManifest.representatives.length > 0) return byManifest;
  const medians = await chooseMedians(context, files.runs);
  if (medians.representatives.length > 0) return medians;
  const newest = await chooseNewest(context, files.singles);
  return { ...newest, errors: [...byManifest.errors, ...medians.errors, ...newest.errors] };
}

async function chooseByManifest(view: ProjectView, paths: readonly string[]): Promise<Choice> {
  const pages = new Map<string, LighthouseRun>();
  const files: string[] = [];
  const errors: string[] = [];
  let runs = 0;
  for (const path of paths) {
    const manifest = await view.problems.guard(path, () => readManifest(`${view.root}/${path}`));
    for (const entry of manifest ?? []) {
      runs += 1;
      if (!entry.isRepresentativeRun) continue;
      const result = await readResultBeside(view, path, entry);
      if (result?.error) errors.push(result.error);
      const scores = toScores((category) => entry.summary[category]);
      if (result?.error || scores.size === 0) continue;
      const run = { ...noTimes, fetchTime: null, ...result, url: entry.url, scores };
      const page = pageOf(view, path, entry.url);
      const known = pages.get(page);
      // Two manifests of a package may name one page: the newer run counts.
      if (!known || ageOf(run) < ageOf(known)) pages.set(page, run);
      files.push(path);
    }
  }
  return { rule: 'manifest', representatives: [...pages.values()], runs, files, errors };
}

/** Names a page: two packages may well serve different ones at the same address of this machine. */
function pageOf({ packages }: ProjectView, file: string, url: string): string {
  const own = packages.filter((folder) => folder === '' || file.startsWith(`${folder}/`));
  const nearest = own.reduce((one, other) => (other.length > one.length ? other : one), '');
  return `${nearest}\0${url}`;
}

/** Sorts the newest run first. */
const ageOf = ({ fetchTime }: LighthouseRun): number => -(fetchTime ?? 0);

const noTimes = { firstContentfulPaint: 0, interactive: 0, error: null };

/** The path in a manifest is that of the machine that made it; the file may lie beside the manifest. */
function readResultBeside(
  view: ProjectView,
  manifest: string,
  { jsonPath }: Manifest[number],
): Promise<LighthouseRun | null> {
  const name = jsonPath?.split(/[/\\]/).at(-1) ?? '';
  const folder = parentDir(manifest);
  const isThere = view.tree.list(folder).some((entry) => entry.name === name);
  return isThere ? readRun(view, joinPath(folder, name)) : Promise.resolve(null);
}

async function chooseMedians(view: ProjectView, paths: readonly string[]): Promise<Choice> {
  const { runs, files, errors } = await readRuns(view, paths);
  const pages = new Map<string, LighthouseRun[]>();
  for (const [index, run] of runs.entries()) {
    const page = pageOf(view, files[index] ?? '', run.url);
    pages.set(page, [...(pages.get(page) ?? []), run]);
  }
  const representatives = [...pages.values()].map(representativeRun).filter((run) => run !== null);
  return { rule: 'median', representatives, runs: runs.length, files, errors };
}

async function chooseNewest(view: ProjectView, paths: readonly string[]): Promise<Choice> {
  const { runs, files, errors } = await readRuns(view, paths);
  const [newest] = [...runs].sort((one, other) => ageOf(one) - ageOf(other));
  const file = newest && files[runs.indexOf(newest)];
  return {
    rule: newest ? 'single' : null,
    representatives: newest ? [newest] : [],
    runs: newest ? 1 : 0,
    files: file === undefined ? [] : [file],
    errors,
  };
}

/** The runs that have a score, each with its file; a page that could not be loaded has none. */
async function readRuns(
  view: ProjectView,
  paths: readonly string[],
): Promise<{
  readonly runs: readonly LighthouseRun[];
  readonly files: readonly string[];
  readonly errors: readonly string[];
}> {
  const runs: LighthouseRun[] = [];
  const files: string[] = [];
  const errors: string[] = [];
  for (const path of paths) {
    const run = await readRun(view, path);
    if (!run) continue;
    if (run.error !== null || run.scores.size === 0) {
      errors.push(run.error ?? 'no category has a score');
      continue;
    }
    runs.push(run);
    files.push(path);
  }
  return { runs, files, errors };
}

/** A Lighthouse result, or null for a file that is none. */
function readRun(
  { root, problems, signal }: ProjectView,
  path: string,
): Promise<LighthouseRun | null> {
  return problems.guard(path, () =>
    withReportFile(`${root}/${path}`, { maxBytes, signal }, (file) =>
      isLighthouseResult(file.head) ? parseRun(file.chunks()) : Promise.resolve(null),
    ),
  );
}
