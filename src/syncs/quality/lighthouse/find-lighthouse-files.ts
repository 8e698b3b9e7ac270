import type { ProjectView } from '../project/project-view.ts';
import { joinPath } from '../../../git/paths.ts';
import { readOutputFolder } from './lhci-manifest.ts';

/** Files that may hold Lighthouse results, relative to the project. */
export interface LighthouseFiles {
  readonly manifests: readonly string[];
  /** Runs of Lighthouse CI, several for each page. */
  readonly runs: readonly string[];
  /** Reports that Lighthouse wrote by itself. */
  readonly singles: readonly string[];
}

const maxFiles = 500;

/** Looks at `.lighthouseci`, the folder that `lighthouserc.json` names, and the package folders. */
export async function findLighthouseFiles(view: ProjectView): Promise<LighthouseFiles> {
  const manifests = new Set<string>();
  const runs = new Set<string>();
  const singles = new Set<string>();
  for (const folder of view.packages) {
    for (const { name } of view.tree.list(folder)) {
      if (/^lighthouse-report\.json$|\.report\.json$/.test(name))
        singles.add(joinPath(folder, name));
    }
    for (const place of [
      joinPath(folder, '.lighthouseci'),
      ...(await outputFolders(view, folder)),
    ]) {
      for (const { name } of view.tree.list(place)) {
        if (name === 'manifest.json') manifests.add(joinPath(place, name));
        if (/^lhr-\d+\.json$|\.report\.json$/.test(name)) runs.add(joinPath(place, name));
      }
    }
  }
  const select = (paths: ReadonlySet<string>): readonly string[] => {
    const sorted = [...paths].filter((path) => !view.isExcluded(path)).sort();
    const extra = sorted[maxFiles];
    if (extra !== undefined) view.problems.add(extra, `lies beyond ${String(maxFiles)} such files`);
    return sorted.slice(0, maxFiles);
  };
  return { manifests: select(manifests), runs: select(runs), singles: select(singles) };
}

/** The folder of reports that the settings of Lighthouse CI name; settings in JavaScript or YAML are not read. */
async function outputFolders(
  { root, tree, problems }: ProjectView,
  folder: string,
): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const { name } of tree.list(folder)) {
    if (!/^\.?lighthouserc\.json$/.test(name)) continue;
    const path = joinPath(folder, name);
    const output = await problems.guard(path, () => readOutputFolder(`${root}/${path}`));
    const parts = output?.split('/').filter((part) => part !== '' && part !== '.') ?? [];
    // Only within the project.
    const leadsOut = output?.startsWith('/') === true || parts.includes('..');
    if (parts.length > 0 && !leadsOut) folders.push(joinPath(folder, parts.join('/')));
  }
  return folders;
}
