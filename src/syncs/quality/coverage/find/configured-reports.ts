import { setImmediate } from 'node:timers/promises';
import { createGlobMatcher } from '../../../../discovery/globs.ts';
import { isForeignFolder } from '../../project/package-dirs.ts';
import type { ProjectView } from '../../project/project-view.ts';
import { lstatOrNull } from '../../../../git/worktree/stat-rows.ts';
import { joinPath, parentDir } from '../../../../git/paths.ts';
import type { ReportCandidate } from './find-reports.ts';

const maxFolders = 20_000;

/**
 * Finds the reports that `quality.coverage.paths` names. The globs are relative to the project and
 * don't lead out of it: links are not followed, and foreign folders not entered.
 */
export async function findConfiguredReports(
  { root, packages, tree, problems, signal }: ProjectView,
  globs: readonly string[],
): Promise<readonly ReportCandidate[]> {
  const isMeant = await createGlobMatcher(globs, false);
  const found: ReportCandidate[] = [];
  const folders = new Set(globs.map(fixedFolder));
  // A set goes on to what is added while it is walked.
  for (const folder of folders) {
    if (folders.size > maxFolders) {
      problems.add(folder, `quality.coverage.paths leads to over ${String(maxFolders)} folders`);
      break;
    }
    await setImmediate();
    signal.throwIfAborted();
    for (const entry of tree.list(folder)) {
      const path = joinPath(folder, entry.name);
      if (entry.isDirectory()) {
        if (!isForeignFolder(entry.name)) folders.add(path);
      } else if (isMeant(path)) {
        const stats = lstatOrNull(`${root}/${path}`);
        if (stats) found.push({ path, package: nearestPackage(packages, path), stats });
      }
    }
  }
  return found;
}

/** The folders of a glob before its first wildcard. */
function fixedFolder(glob: string): string {
  const parts = parentDir(glob).split('/');
  const wild = parts.findIndex((part) => part === '..' || /[*?{}()[\]!+@]/.test(part));
  const fixed = wild < 0 ? parts : parts.slice(0, wild);
  return fixed.filter((part) => part !== '.' && part !== '').join('/');
}

function nearestPackage(packages: readonly string[], path: string): string {
  let nearest = '';
  for (const folder of packages) {
    if (path.startsWith(`${folder}/`) && folder.length > nearest.length) nearest = folder;
  }
  return nearest;
}
