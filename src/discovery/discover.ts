import { lstatSync, opendirSync, realpathSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import type { ProjectRoot } from '../schema/projects.ts';
import type { Warning } from '../schema/status.ts';
import type { Options } from '../schema/syncs.ts';
import { sanitizeLine } from '../util/text.ts';
import { errnoOf, isMachineProblem } from '../util/errors.ts';
import type { RepositoryReader } from '../git/repository.ts';
import type { Discovery, FoundProject, KnownProject } from './discovery.ts';
import { fileIdOf } from './file-id.ts';
import { createGlobMatcher } from './globs.ts';
import { matchKnownProjects } from './match-known-projects.ts';
import { assignIds } from './assign-ids.ts';
import { innermostRoot } from './innermost-root.ts';
import { walkRoot, type Walk } from './walk-root.ts';

/** More folders than any person's projects have; a root with more is most likely a mistake. */
const maxDirs = 500_000;

export interface DiscoverOptions {
  /** Relative roots start here. */
  readonly workspaceRoot: string;
  readonly home: string;
  readonly options: Options<'projects'>;
  readonly known: readonly KnownProject[];
  readonly repositories: Pick<RepositoryReader, 'open'>;
  readonly signal: AbortSignal;
}

/**
 * Walks all roots once. `include` and `exclude` are globs on paths relative to a root: what `exclude`
 * matches is not walked into, and with `include` only projects that it matches count; a root that is a
 * project itself always does. A root that can't be read, or not whole, says so in its state and in one
 * warning for each reason. Rejects with the reason of `signal`.
 */
export async function discover(context: DiscoverOptions): Promise<Discovery> {
  const { options, signal } = context;
  const { maxDepth, includeNested } = options;
  const isExcluded = await createGlobMatcher(options.exclude, false);
  const isIncluded = await createGlobMatcher(options.include, true);
  const roots: ProjectRoot[] = [];
  const warnings: Warning[] = [];
  const found = new Map<string, Omit<FoundProject, 'id'>>();
  for (const configured of new Set(options.roots)) {
    signal.throwIfAborted();
    const root = openRoot(resolveRoot(configured, context));
    if (root.problem !== null) {
      roots.push({ path: root.path, state: 'unreachable', projects: 0 });
      warnings.push(unreachable(root));
      continue;
    }
    const limits = { maxDepth, maxDirs, includeNested, isExcluded };
    const walk = await walkRoot({ root: root.path, ...limits, signal });
    const projects = walk.found.filter(
      ({ path }) =>
        path === root.path || isIncluded(relative(root.path, path).split(sep).join('/')),
    );
    for (const { path, kind } of projects) {
      // Roots may overlap: the first one that leads to a project has it.
      if (found.has(path)) continue;
      const name = sanitizeLine(basename(path));
      found.set(path, { name, path, kind, fileId: fileIdOf(path), root: roots.length });
      if (sanitizeLine(path, path.length) !== path) warnings.push(oddName(path));
    }
    warnings.push(...walkWarnings(root.path, walk));
    const isWhole = !walk.truncated && walk.unreadable.length === 0;
    const state = !isWhole ? 'incomplete' : projects.length === 0 ? 'empty' : 'ok';
    roots.push({ path: root.path, state, projects: projects.length });
  }
  const { known, repositories } = context;
  const isGone = ({ path, state }: KnownProject): boolean =>
    state === 'missing' || found.has(path) || hasVanished(path, roots);
  const recognised = await matchKnownProjects([...found.values()], known, {
    open: repositories.open,
    isGone,
  });
  const matched = new Set(recognised.values());
  const given = known.map(({ id }) => id);
  const ids = assignIds([...found.keys()], recognised, given);
  return {
    roots,
    warnings,
    missing: known.filter((one) => !matched.has(one.id) && isGone(one)).map(({ id }) => id),
    projects: [...found.values()]
      .map((project) => ({ ...project, id: ids.get(project.path) ?? project.path }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** Whether nothing is at a path although its root, if it still has one, is there with all that it holds. */
function hasVanished(path: string, roots: readonly ProjectRoot[]): boolean {
  const root = innermostRoot(path, roots);
  if (root?.state === 'unreachable' || root?.state === 'empty') return false;
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** A path of the configuration as an absolute one: `~` is the home folder, others start at the workspace. */
export function resolveRoot(
  root: string,
  { workspaceRoot, home }: Pick<DiscoverOptions, 'workspaceRoot' | 'home'>,
): string {
  if (root === '~') return home;
  if (root.startsWith('~/')) return resolve(home, root.slice(2));
  return resolve(workspaceRoot, root);
}

interface OpenedRoot {
  readonly path: string;
  /** Why the root can't be walked, as an error code; null when it can. */
  readonly problem: string | null;
}

/** The real path of a root that can be listed. A root is of the user's making, so it may be a link. */
function openRoot(path: string): OpenedRoot {
  try {
    const real = realpathSync.native(path);
    opendirSync(real).closeSync();
    return { path: real, problem: null };
  } catch (error) {
    const code = errnoOf(error);
    if (code === null || isMachineProblem(error)) throw error;
    return { path, problem: code };
  }
}

function unreachable({ path, problem }: OpenedRoot): Warning {
  const message = `the root can't be read (${problem ?? ''}); nothing under it was marked missing`;
  return { code: 'root-unreachable', subject: sanitizeLine(path), message };
}

const oddName = (path: string): Warning => ({
  code: 'odd-name',
  subject: sanitizeLine(path),
  message: 'the name of the folder holds control characters',
});

/** One warning for each thing that kept a root from being read whole, however often it came up. */
function walkWarnings(
  root: string,
  { unreadable, nonUtf8: unnamable, truncated: cut }: Walk,
): readonly Warning[] {
  const warnings: Warning[] = [];
  const others = (list: readonly unknown[]): string =>
    list.length > 1 ? `, as can't ${String(list.length - 1)} others` : '';
  const [closed] = unreadable;
  if (closed) {
    const message = `the folder can't be read (${closed.code})${others(unreadable)}; nothing under its root was marked missing`;
    warnings.push({ code: 'folder-unreadable', subject: sanitizeLine(closed.path), message });
  }
  const [odd] = unnamable;
  if (odd !== undefined) {
    const message = `the folder's name is not UTF-8 and can't be entered${others(unnamable)}`;
    warnings.push({ code: 'odd-name', subject: sanitizeLine(odd), message });
  }
  if (cut) {
    const message = 'the root holds too many folders and was not read whole; exclude some of them';
    warnings.push({ code: 'root-too-large', subject: sanitizeLine(root), message });
  }
  return warnings;
}
