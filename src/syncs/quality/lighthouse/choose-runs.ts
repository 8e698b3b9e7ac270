import { groupBy } from '../../../util/collections.ts';
import { joinPath, parentDir } from '../../../git/paths.ts';
import { nearestPackage } from '../project-files/package-dirs.ts';
import type { ProjectView } from '../project-files/project-view.ts';
import { withReportFile } from '../report/report-file.ts';
import type { LighthouseFiles } from './find-lighthouse-files.ts';
import { readManifest, type Manifest } from './lhci-manifest.ts';
import type { LighthouseOutcome } from './lighthouse-outcome.ts';
import { isLighthouseResult, parseRun, toScores, type LighthouseRun } from './lighthouse-result.ts';
import { representativeRun } from './lighthouse-score.ts';

/** The runs from which the score of a project is computed, one for each page. */
export interface ChosenRuns {
  readonly rule: LighthouseOutcome['rule'];
  readonly representatives: readonly LighthouseRun[];
  /** The number of runs to choose from. */
  readonly runs: number;
  /** The files that were used, relative to the project. */
  readonly files: readonly string[];
  /** The error codes of Lighthouse for runs that were ignored. */
  readonly errors: readonly string[];
}

const maxBytes = 64 * 1024 * 1024;

/** Chooses the representative runs of the manifests, else the median run of each page, else the newest report. */
export async function chooseRuns(
  view: ProjectView,
  { manifests, runs, singles }: LighthouseFiles,
): Promise<ChosenRuns> {
  const byManifest = await chooseByManifest(view, manifests);
  if (byManifest.representatives.length > 0) return byManifest;
  const medians = await chooseMedians(view, runs);
  if (medians.representatives.length > 0) return medians;
  const newest = await chooseNewest(view, singles);
  return { ...newest, errors: [...byManifest.errors, ...medians.errors, ...newest.errors] };
}

async function chooseByManifest(view: ProjectView, paths: readonly string[]): Promise<ChosenRuns> {
  const pages = new Map<string, LighthouseRun>();
  const files: string[] = [];
  const errors: string[] = [];
  let runs = 0;
  for (const path of paths) {
    const manifest = await view.warnings.guard(path, () => readManifest(`${view.root}/${path}`));
    for (const entry of manifest ?? []) {
      runs += 1;
      if (!entry.isRepresentativeRun) continue;
      const result = await readResultBeside(view, path, entry);
      if (result?.error) errors.push(result.error);
      const scores = toScores((category) => entry.summary[category]);
      if (result?.error || scores.size === 0) continue;
      const run = { ...noMetrics, ...result, url: entry.url, scores };
      const page = pageKey(view, path, entry.url);
      const known = pages.get(page);
      // Two manifests of a package may have the same page: the newer run is used.
      if (!known || isNewer(run, known)) pages.set(page, run);
      files.push(path);
    }
  }
  return { rule: 'manifest', representatives: [...pages.values()], runs, files, errors };
}

/** Returns a key of a page. Two packages may serve different pages at the same local address. */
const pageKey = ({ packages }: ProjectView, file: string, url: string): string =>
  `${nearestPackage(packages, file)}\0${url}`;

const isNewer = (one: LighthouseRun, other: LighthouseRun): boolean =>
  (one.fetchTime ?? 0) > (other.fetchTime ?? 0);

const noMetrics = { fetchTime: null, firstContentfulPaint: 0, interactive: 0, error: null };

/** Reads the result of a manifest entry from the directory of the manifest: its path is that of the CI machine. */
async function readResultBeside(
  view: ProjectView,
  manifest: string,
  { jsonPath }: Manifest[number],
): Promise<LighthouseRun | null> {
  const name = jsonPath?.split(/[/\\]/).at(-1) ?? '';
  const dir = parentDir(manifest);
  const exists = view.tree.list(dir).some((entry) => entry.name === name);
  return exists ? await readRun(view, joinPath(dir, name)) : null;
}

async function chooseMedians(view: ProjectView, paths: readonly string[]): Promise<ChosenRuns> {
  const { runs, errors } = await readRuns(view, paths);
  const pages = groupBy(runs, ({ path, run }) => pageKey(view, path, run.url));
  const representatives = [...pages.values()]
    .map((page) => representativeRun(page.map(({ run }) => run)))
    .filter((run) => run !== null);
  const files = runs.map(({ path }) => path);
  return { rule: 'median', representatives, runs: runs.length, files, errors };
}

async function chooseNewest(view: ProjectView, paths: readonly string[]): Promise<ChosenRuns> {
  const { runs, errors } = await readRuns(view, paths);
  let newest = runs[0];
  for (const one of runs) if (newest && isNewer(one.run, newest.run)) newest = one;
  return newest
    ? { rule: 'single', representatives: [newest.run], runs: 1, files: [newest.path], errors }
    : { rule: null, representatives: [], runs: 0, files: [], errors };
}

interface RunFile {
  readonly path: string;
  readonly run: LighthouseRun;
}

/** Reads the runs that have a score. A page that could not be loaded has none. */
async function readRuns(
  view: ProjectView,
  paths: readonly string[],
): Promise<{ readonly runs: readonly RunFile[]; readonly errors: readonly string[] }> {
  const runs: RunFile[] = [];
  const errors: string[] = [];
  for (const path of paths) {
    const run = await readRun(view, path);
    if (!run) continue;
    if (run.error === null && run.scores.size > 0) runs.push({ path, run });
    else errors.push(run.error ?? 'no category has a score');
  }
  return { runs, errors };
}

/**
 * Reads a Lighthouse result. Resolves with null if the file is not a Lighthouse result or is unreadable (a warning).
 */
function readRun(
  { root, warnings, signal }: ProjectView,
  path: string,
): Promise<LighthouseRun | null> {
  return warnings.guard(path, () =>
    withReportFile(`${root}/${path}`, { maxBytes, signal }, (file) =>
      isLighthouseResult(file.head) ? parseRun(file.chunks()) : Promise.resolve(null),
    ),
  );
}
