import { joinPath } from '../../../../git/paths.ts';
import { isForeignDir } from '../../project-files/package-dirs.ts';
import type { ProjectView } from '../../project-files/project-view.ts';
import { defaultDirs, reportExtensions, reportNames } from './default-paths.ts';

interface Pattern {
  /** Matches the name of each directory of the path; `**` is left out. */
  readonly names: readonly (string | RegExp)[];
  readonly isDeep: boolean;
  readonly reports: RegExp;
}

const sourceOf = (part: string): string => part.replaceAll('.', '\\.').replaceAll('*', '.*');

const patterns: readonly Pattern[] = defaultDirs.map((dir) => {
  const parts = dir.path.split('/');
  const isDeep = parts.at(-1) === '**';
  return {
    names: (isDeep ? parts.slice(0, -1) : parts).map((part) =>
      part.includes('*') ? new RegExp(`^${sourceOf(part)}$`) : part,
    ),
    isDeep,
    reports: 'hasOtherFiles' in dir ? reportNames : reportExtensions,
  };
});

/** Matches the names with which a path begins: most directories have another. */
const firstNames = new RegExp(
  `^(?:${defaultDirs.map(({ path }) => sourceOf(path.split('/')[0] ?? '')).join('|')})$`,
);

const maxDepth = 4;
/** In a package. HTML reports may have thousands. */
const maxDirs = 1000;
const pagesDir = /^(?:lcov-report|html|assets|_static|node_modules)$/;

/** Yields the default directories that a package has, with the names of the reports in them. */
export function* walkDefaultDirs(
  { tree, warnings }: ProjectView,
  packageDir: string,
): Generator<{ readonly dir: string; readonly reports: RegExp }> {
  let dirs = 0;
  function* walk(
    dir: string,
    active: readonly Pattern[],
    depth: number,
  ): Generator<{ readonly dir: string; readonly reports: RegExp }> {
    for (const entry of tree.list(dir)) {
      if (depth === 0 && !firstNames.test(entry.name)) continue;
      const isLink = entry.isSymbolicLink();
      if (!isLink && !entry.isDirectory()) continue;
      const next = active.filter(({ names }) => matches(names[depth], entry.name));
      if (next.length === 0) continue;
      const path = joinPath(dir, entry.name);
      if (isLink) {
        if (next.some(({ names }) => names[depth] === entry.name)) {
          warnings.add(path, 'is a symbolic link and is not read');
        }
        continue;
      }
      const ended = next.filter(({ names }) => names.length === depth + 1);
      const [own] = ended.filter(({ reports }) => reports === reportExtensions).concat(ended);
      if (own) yield { dir: path, reports: own.reports };
      const deep = ended.find(({ isDeep }) => isDeep);
      if (deep) yield* walkBelow(path, deep.reports, 1);
      const more = next.filter(({ names }) => names.length > depth + 1);
      if (more.length > 0) yield* walk(path, more, depth + 1);
    }
  }
  function* walkBelow(
    dir: string,
    reports: RegExp,
    depth: number,
  ): Generator<{ readonly dir: string; readonly reports: RegExp }> {
    if (depth > maxDepth) return;
    for (const entry of tree.list(dir)) {
      if (!entry.isDirectory() || pagesDir.test(entry.name) || isForeignDir(entry.name)) continue;
      dirs += 1;
      const path = joinPath(dir, entry.name);
      if (dirs > maxDirs) {
        if (dirs === maxDirs + 1) {
          warnings.add(path, `is beyond the limit of ${String(maxDirs)} directories with reports`);
        }
        return;
      }
      yield { dir: path, reports };
      yield* walkBelow(path, reports, depth + 1);
    }
  }
  yield* walk(packageDir, patterns, 0);
}

const matches = (pattern: string | RegExp | undefined, name: string): boolean =>
  typeof pattern === 'string' ? pattern === name : pattern?.test(name) === true;
