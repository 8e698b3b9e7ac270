import { setImmediate } from 'node:timers/promises';
import { createGlobMatcher } from '../../../../discovery/globs.ts';
import { joinPath, parentDir } from '../../../../git/paths.ts';
import { isForeignDir, nearestPackage } from '../../project/package-dirs.ts';
import type { ProjectView } from '../../project/project-view.ts';
import { statReport } from '../../report/report-stats.ts';
import type { ReportCandidate } from './find-reports.ts';

const maxDirs = 20_000;

/**
 * Returns the files that `quality.coverage.paths` matches. The globs are relative to the project and cannot leave
 * it: links are not followed. Directories of third-party code and test data are skipped.
 */
export async function findConfiguredReports(
  view: ProjectView,
  globs: readonly string[],
): Promise<readonly ReportCandidate[]> {
  const { packages, tree, warnings, signal } = view;
  const isMatch = await createGlobMatcher(globs, false);
  const found: ReportCandidate[] = [];
  const dirs = new Set(globs.map(literalDir));
  // The iteration includes what is added to the set meanwhile.
  for (const dir of dirs) {
    if (dirs.size > maxDirs) {
      warnings.add(dir, `quality.coverage.paths matches more than ${String(maxDirs)} directories`);
      break;
    }
    await setImmediate();
    signal.throwIfAborted();
    for (const entry of tree.list(dir)) {
      const path = joinPath(dir, entry.name);
      if (entry.isDirectory()) {
        if (!isForeignDir(entry.name)) dirs.add(path);
      } else if (isMatch(path)) {
        const stats = statReport(view, path);
        if (stats) found.push({ path, package: nearestPackage(packages, path), stats });
      }
    }
  }
  return found;
}

/** Returns the directories of a glob before its first wildcard. */
function literalDir(glob: string): string {
  const parts = parentDir(glob).split('/');
  const wildcard = parts.findIndex((part) => part === '..' || /[*?{}()[\]!+@]/.test(part));
  const literal = wildcard < 0 ? parts : parts.slice(0, wildcard);
  return literal.filter((part) => part !== '.' && part !== '').join('/');
}
