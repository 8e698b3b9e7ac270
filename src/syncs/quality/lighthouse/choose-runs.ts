import { groupBy } from '../../../util/collections.ts';
import { joinPath, parentDir } from '../../../git/paths.ts';
import { nearestPackage } from '../project-files/package-dirs.ts';
import type { ProjectView } from '../project-files/project-view.ts';
import { withReportFile } from '../report/report-file.ts';
import { readSignature } from '../report/report-signature.ts';
import { sessionMs } from '../report/report-time.ts';
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

interface RunFile {
  readonly path: string;
  readonly run: LighthouseRun;
  readonly source: 'manifest' | 'median' | 'single';
  /** When the page was loaded, or the file was written, in milliseconds since 1970. */
  readonly timeMs: number;
}

const maxBytes = 64 * 1024 * 1024;

/**
 * Chooses one run of each page: of the newest test session, the run that a manifest of Lighthouse CI names, else the
 * median run. A page that was loaded as on a phone and as on a desktop counts as two.
 */
export async function chooseRuns(view: ProjectView, files: LighthouseFiles): Promise<ChosenRuns> {
  const errors: string[] = [];
  const entries = await readManifests(view, files, errors);
  const all = [
    ...entries.runs,
    ...(await readRuns(view, files.runs, 'median', errors)),
    ...(await readRuns(view, files.singles, 'single', errors)),
  ];
  const sources = new Set<RunFile['source']>();
  const representatives: LighthouseRun[] = [];
  const usedFiles = new Set<string>();
  let count = 0;
  for (const page of groupBy(all, (one) => pageKey(view, one)).values()) {
    const newest = Math.max(...page.map(({ timeMs }) => timeMs));
    const session = page.filter(({ timeMs }) => timeMs >= newest - sessionMs);
    const named = session.filter(({ source }) => source === 'manifest');
    const candidates = named.length > 0 ? latest(named) : session;
    const chosen = representativeRun(candidates.map(({ run }) => run));
    if (!chosen) continue;
    representatives.push(chosen);
    for (const { path, source } of candidates) {
      usedFiles.add(path);
      sources.add(source);
    }
    // A manifest lists the runs that it chose from; their files may be beside it.
    count += named.length > 0 ? 0 : session.length;
  }
  if (sources.has('manifest')) count += entries.count;
  const rule = (['manifest', 'median', 'single'] as const).find((source) => sources.has(source));
  return { rule: rule ?? null, representatives, runs: count, files: [...usedFiles], errors };
}

const latest = (runs: readonly RunFile[]): readonly RunFile[] =>
  [...runs].sort((one, other) => other.timeMs - one.timeMs).slice(0, 1);

/**
 * Returns a key of a page. Two packages may serve different pages at the same local address. Lighthouse CI serves a
 * directory at a port that differs in each run.
 */
function pageKey({ packages }: ProjectView, { path, run }: RunFile): string {
  const url = run.url.replace(
    /^(https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])):(?:3[2-9]|[4-6]\d)\d{3}(?=\/|$)/,
    '$1',
  );
  return JSON.stringify([nearestPackage(packages, path), url, run.formFactor ?? 'mobile']);
}

/** Reads the representative runs of manifests; `count` is the number of all their runs. */
async function readManifests(
  view: ProjectView,
  { manifests, besideManifests }: LighthouseFiles,
  errors: string[],
): Promise<{ readonly runs: readonly RunFile[]; readonly count: number }> {
  const existing = new Set(besideManifests);
  const runs: RunFile[] = [];
  let count = 0;
  for (const path of manifests) {
    const manifest = await view.warnings.guard(path, () => readManifest(`${view.root}/${path}`));
    for (const entry of manifest ?? []) {
      count += 1;
      if (!entry.isRepresentativeRun) continue;
      const resultPath = resultBeside(path, entry);
      const result = existing.has(resultPath) ? await readRun(view, resultPath) : null;
      if (result?.error) errors.push(result.error);
      const scores = toScores((category) => entry.summary[category]);
      if (result?.error || scores.size === 0) continue;
      const run = { ...unknownRun, ...result, url: entry.url, scores };
      runs.push({ path, run, source: 'manifest', timeMs: timeOf(view, path, run) });
    }
  }
  return { runs, count };
}

const unknownRun = {
  formFactor: null,
  fetchTime: null,
  firstContentfulPaint: 0,
  interactive: 0,
  error: null,
};

/** Returns the path of the result of a manifest entry, beside the manifest: `jsonPath` is that of the CI machine. */
const resultBeside = (manifest: string, { jsonPath }: Manifest[number]): string =>
  joinPath(parentDir(manifest), jsonPath?.split(/[/\\]/).at(-1) ?? '');

/** Reads the runs that have a score. A page that could not be loaded has none. */
async function readRuns(
  view: ProjectView,
  paths: readonly string[],
  source: RunFile['source'],
  errors: string[],
): Promise<readonly RunFile[]> {
  const runs: RunFile[] = [];
  for (const path of paths) {
    const run = await readRun(view, path);
    if (!run) continue;
    if (run.error === null && run.scores.size > 0) {
      runs.push({ path, run, source, timeMs: timeOf(view, path, run) });
    } else errors.push(run.error ?? 'no category has a score');
  }
  return runs;
}

function timeOf({ tree, warnings }: ProjectView, path: string, run: LighthouseRun): number {
  return run.fetchTime ?? warnings.guardSync(path, () => tree.stat(path))?.mtimeMs ?? 0;
}

/**
 * Reads a Lighthouse result. Resolves with null if the file is not a Lighthouse result or is unreadable (a warning).
 */
function readRun(
  { root, warnings, signal }: ProjectView,
  path: string,
): Promise<LighthouseRun | null> {
  return warnings.guard(path, () =>
    withReportFile(`${root}/${path}`, { maxBytes, signal }, async ({ chunks }) =>
      isLighthouseResult(await readSignature(chunks(), isLighthouseResult))
        ? parseRun(chunks())
        : null,
    ),
  );
}
