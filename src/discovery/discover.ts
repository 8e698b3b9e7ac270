import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import type { ProjectRoot } from '../contract/projects.ts';
import type { Warning } from '../contract/status.ts';
import type { Options } from '../contract/syncs.ts';
import { cleanText } from '../contract/text.ts';
import { errnoOf, isMachineProblem } from '../errors.ts';
import type { Discovery, FoundProject, KnownProject } from './discovery.ts';
import { assignIds } from './identity.ts';
import { walkRoot } from './walk.ts';

export interface DiscoverOptions {
  /** Relative roots start here. */
  readonly workspaceRoot: string;
  readonly home: string;
  readonly options: Options<'projects'>;
  readonly known: readonly KnownProject[];
  readonly signal: AbortSignal;
}

/**
 * Walks all roots once. `include` and `exclude` are globs on paths relative to a root: what `exclude`
 * matches is not walked into, and with `include` only projects that it matches count.
 * A root that can't be read, or not whole, says so in its state and in one warning.
 */
export async function discover(context: DiscoverOptions): Promise<Discovery> {
  const { options, signal } = context;
  const isExcluded = await matcherOf(options.exclude, false);
  const isIncluded = await matcherOf(options.include, true);
  const roots: ProjectRoot[] = [];
  const warnings: Warning[] = [];
  const found = new Map<string, Omit<FoundProject, 'id'>>();
  for (const configured of new Set(options.roots)) {
    const path = resolveRoot(configured, context);
    const problem = rootProblem(path);
    if (problem !== null) {
      roots.push({ path, state: 'unreachable', projects: 0 });
      const message = `the root can't be read (${problem}); nothing under it was marked missing`;
      warnings.push({ code: 'root-unreachable', about: cleanText(path), message });
      continue;
    }
    const root = realpathSync(path);
    const { maxDepth } = options;
    const walk = await walkRoot({ root, maxDepth, isExcluded, signal });
    let projects = 0;
    for (const { path: folder, kind } of walk.found) {
      if (folder !== root && !isIncluded(relative(root, folder).split(sep).join('/'))) continue;
      projects += 1;
      // Roots may overlap: the first one that leads to a project has it.
      if (found.has(folder)) continue;
      found.set(folder, {
        name: cleanText(basename(folder)),
        path: folder,
        kind,
        root: roots.length,
      });
      if (cleanText(folder, folder.length) !== folder) {
        const message = 'the name of the folder holds control characters';
        warnings.push({ code: 'odd-name', about: cleanText(folder), message });
      }
    }
    for (const { path: folder, code } of walk.unreadable) {
      const message = `the folder can't be read (${code}); nothing under its root was marked missing`;
      warnings.push({ code: 'folder-unreadable', about: cleanText(folder), message });
    }
    if (walk.cut) {
      const message =
        'the root holds too many folders and was not read whole; exclude some of them';
      warnings.push({ code: 'root-too-large', about: cleanText(root), message });
    }
    const incomplete = walk.cut || walk.unreadable.length > 0;
    const state = incomplete ? 'incomplete' : projects === 0 ? 'empty' : 'ok';
    roots.push({ path: root, state, projects });
  }
  const ids = assignIds([...found.keys()], context.known);
  return {
    roots,
    warnings,
    projects: [...found.values()]
      .map((project) => ({ ...project, id: ids.get(project.path) ?? project.path }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

function resolveRoot(root: string, { workspaceRoot, home }: DiscoverOptions): string {
  if (root === '~') return home;
  if (root.startsWith('~/')) return resolve(home, root.slice(2));
  return resolve(workspaceRoot, root);
}

/** Why a root can't be walked, as an error code; null when it can. */
function rootProblem(path: string): string | null {
  try {
    readdirSync(path);
    return lstatSync(realpathSync(path)).isDirectory() ? null : 'ENOTDIR';
  } catch (error) {
    const code = errnoOf(error);
    if (code === null || isMachineProblem(error)) throw error;
    return code;
  }
}

async function matcherOf(
  globs: readonly string[],
  otherwise: boolean,
): Promise<(path: string) => boolean> {
  if (globs.length === 0) return () => otherwise;
  const { default: picomatch } = await import('picomatch');
  return picomatch([...globs], { dot: true });
}
