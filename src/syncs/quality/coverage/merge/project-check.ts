import { baseName, parentDir } from '../../../../git/paths.ts';
import type { ProjectView } from '../../project-files/project-view.ts';
import type { ResolvedReport } from './resolve-report.ts';
import { withSlashes } from './source-finder.ts';

/**
 * Returns a function that returns whether a report is about the sources of the project. It is if any of its files is
 * found. Otherwise, because sources may be generated, deleted or renamed, it is if the project has a file of the same
 * name or the same directory. A name that is not UTF-8 may be that of any file.
 */
export function createProjectCheck({
  root,
  files,
}: Pick<ProjectView, 'root' | 'files'>): (report: ResolvedReport) => boolean {
  let names: ReadonlySet<string> | null = null;
  let dirs: ReadonlySet<string> | null = null;
  return ({ sources, report, candidate }) => {
    const reported = (report.files ?? []).map(({ path }) => withSlashes(path));
    if (sources.size > 0 || reported.length === 0) return true;
    names ??= new Set(Array.from(files.keys(), baseName));
    dirs ??= new Set(Array.from(files.keys(), parentDir));
    for (const path of reported) {
      const isOwn = path.startsWith(`${root}/`) || !path.includes('/') || path.includes('\ufffd');
      if (isOwn || names.has(baseName(path))) return true;
      if (hasDir(dirs, parentDir(path), ['', candidate.package])) return true;
    }
    return false;
  };
}

/** Whether the project, or the package, has the directory or one that is an ending of it. */
function hasDir(dirs: ReadonlySet<string>, reported: string, starts: readonly string[]): boolean {
  const parts = reported.split('/').filter((part) => part !== '' && part !== '.');
  return parts.some((_, at) => {
    const ending = parts.slice(at).join('/');
    return starts.some((start) => dirs.has(start === '' ? ending : `${start}/${ending}`));
  });
}
