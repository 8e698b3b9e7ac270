import { joinPath, parentDir } from '../../../git/paths.ts';
import { findByGlobs } from '../project-files/find-by-globs.ts';
import type { ProjectView } from '../project-files/project-view.ts';
import { readOutputDir } from './lhci-manifest.ts';

/** Files that may be Lighthouse results, relative to the project. */
export interface LighthouseFiles {
  readonly manifests: readonly string[];
  /** Runs of Lighthouse CI, several for each page. */
  readonly runs: readonly string[];
  /** Reports of the Lighthouse CLI. */
  readonly singles: readonly string[];
  /** Those in the directories of the manifests, any of which a manifest may name. */
  readonly besideManifests: readonly string[];
}

const maxFiles = 500;

/**
 * Searches `.lighthouseci`, the directory that `lighthouserc` names, the package directories, and what the globs of
 * `quality.lighthouse.paths` match.
 */
export async function findLighthouseFiles(
  view: ProjectView,
  globs: readonly string[],
): Promise<LighthouseFiles> {
  const manifests = new Set<string>();
  const runs = new Set<string>();
  const singles = new Set<string>();
  for (const packageDir of view.packages) {
    for (const path of pathsIn(view, packageDir, singleNames)) singles.add(path);
    const outputDirs = await configuredOutputDirs(view, packageDir);
    for (const dir of [joinPath(packageDir, '.lighthouseci'), ...outputDirs]) {
      for (const path of pathsIn(view, dir, /^manifest\.json$/)) manifests.add(path);
      for (const path of pathsIn(view, dir, runNames)) runs.add(path);
    }
  }
  for (const path of await findByGlobs(view, globs, 'quality.lighthouse.paths')) {
    if (path.endsWith('manifest.json')) manifests.add(path);
    else if (!runs.has(path)) singles.add(path);
  }
  const select = (paths: ReadonlySet<string>): readonly string[] => {
    const sorted = [...paths].filter((path) => !view.isExcluded(path)).sort();
    const extra = sorted[maxFiles];
    if (extra !== undefined) {
      view.warnings.add(extra, `is beyond the limit of ${String(maxFiles)} Lighthouse files`);
    }
    return sorted.slice(0, maxFiles);
  };
  const dirs = new Set([...manifests].map(parentDir));
  // A manifest contains the scores, so that one of too many files needs no warning.
  const besideManifests = [...dirs].flatMap((dir) =>
    pathsIn(view, dir, /\.json$/)
      .toSorted()
      .slice(0, maxFiles),
  );
  return {
    manifests: select(manifests),
    runs: select(runs),
    singles: select(singles),
    besideManifests,
  };
}

const singleNames = /^lighthouse-report\.json$|\.report\.json$/;
const runNames = /^lhr-\d+\.json$|\.report\.json$/;

/** Returns the paths of the entries of a directory whose names match. */
const pathsIn = ({ tree }: ProjectView, dir: string, names: RegExp): readonly string[] =>
  tree
    .list(dir)
    .filter(({ name }) => names.test(name))
    .map(({ name }) => joinPath(dir, name));

/** The names of the configuration of Lighthouse CI (lhci/utils/src/lighthouserc.js). */
const configurationNames = /^\.?lighthouserc\.(?:json|js|cjs|mjs|yml|yaml)$/;

/** Returns the report directories that Lighthouse CI is configured to write. */
async function configuredOutputDirs(
  view: ProjectView,
  packageDir: string,
): Promise<readonly string[]> {
  const { root, tree, warnings } = view;
  const dirs: string[] = [];
  for (const path of pathsIn(view, packageDir, configurationNames)) {
    tree.addRead(path);
    const outputDir = await warnings.guard(path, () => readOutputDir(`${root}/${path}`));
    const parts = outputDir?.split('/').filter((part) => part !== '' && part !== '.') ?? [];
    const isOutside = outputDir?.startsWith('/') === true || parts.includes('..');
    if (parts.length > 0 && !isOutside) dirs.push(joinPath(packageDir, parts.join('/')));
  }
  return dirs;
}
