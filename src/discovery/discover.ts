import { opendirSync, realpathSync } from 'node:fs';
import { basename, relative, sep } from 'node:path';
import type { ProjectRoot } from '../schema/projects.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import type { Options } from '../schema/syncs.ts';
import { readAccessHint } from '../util/macos-privacy.ts';
import { shellQuote } from '../util/shell.ts';
import { sanitizeLine } from '../util/text.ts';
import { errnoOf, isMachineProblem } from '../util/errors.ts';
import type { RepositoryReader } from '../git/repository.ts';
import { lstatState } from '../util/fs-sync.ts';
import type { Discovery, FoundProject, KnownProject } from './discovery.ts';
import { fileIdOf } from './file-id.ts';
import { ignoresCaseAt } from './ignores-case.ts';
import { createGlobMatcher } from './globs.ts';
import { matchKnownProjects } from './match-known-projects.ts';
import { detectMissing } from './detect-missing.ts';
import { assignIds } from './assign-ids.ts';
import { resolveRoot } from './resolve-root.ts';
import { rootStateOf } from './innermost-root.ts';
import { walkRoot, type Walk } from './walk-root.ts';

/** A root with more directories is most likely a mistake. */
const maxDirs = 500_000;

export interface DiscoverOptions {
  /** Relative roots are resolved against it. */
  readonly workspaceRoot: string;
  readonly home: string;
  readonly options: Options<'projects'>;
  readonly known: readonly KnownProject[];
  /** `inGracePeriod` of the previous run. */
  readonly previousGracePeriod: ReadonlySet<string>;
  readonly repositories: Pick<RepositoryReader, 'open' | 'hasCommit'>;
  readonly signal: AbortSignal;
}

/**
 * Walks all roots once and matches the projects found with the known ones. `include` and `exclude` are globs for
 * paths relative to a root: directories that match `exclude` are not walked, and if there are `include` globs,
 * only projects that match one count. A root that is itself a project always counts. A root that can't be read
 * completely has a state other than `ok` and causes one warning per reason. Rejects with the reason of `signal`.
 */
export async function discover(context: DiscoverOptions): Promise<Discovery> {
  const { options, signal, known, repositories } = context;
  const { maxDepth, includeNested } = options;
  const roots: ProjectRoot[] = [];
  const warnings: Diagnostic[] = [];
  const found = new Map<string, Omit<FoundProject, 'id'>>();
  for (const configured of new Set(options.roots)) {
    signal.throwIfAborted();
    const root = openRoot(resolveRoot(configured, context));
    if (root.errno !== null) {
      roots.push({ path: root.path, state: 'unreachable', projects: 0 });
      warnings.push(unreachableRoot(root.path, root.errno));
      continue;
    }
    const ignoresCase = ignoresCaseAt(root.path);
    const isExcluded = await createGlobMatcher(options.exclude, false, { ignoresCase });
    const isIncluded = await createGlobMatcher(options.include, true, { ignoresCase });
    const limits = { maxDepth, maxDirs, includeNested, isExcluded };
    const walk = await walkRoot({ root: root.path, ...limits, signal });
    const projects = walk.found.filter(
      ({ path }) =>
        path === root.path || isIncluded(relative(root.path, path).split(sep).join('/')),
    );
    for (const { path, kind } of projects) {
      // Roots may overlap: a project belongs to the first one.
      if (found.has(path)) continue;
      const name = sanitizeLine(basename(path));
      const fileId = fileIdOf(path);
      found.set(path, { name, path, kind, fileId, ignoresCase, root: roots.length });
      if (sanitizeLine(path, path.length) !== path) warnings.push(controlCharacters(path));
    }
    warnings.push(...walkWarnings(root.path, walk));
    const isComplete = !walk.truncated && walk.unreadable.length === 0;
    const state = !isComplete ? 'incomplete' : projects.length === 0 ? 'empty' : 'ok';
    roots.push({ path: root.path, state, projects: projects.length });
  }
  const isGone = ({ path, state }: KnownProject): boolean =>
    state === 'missing' || found.has(path) || hasVanished(path, roots);
  const matches = await matchKnownProjects([...found.values()], known, {
    open: repositories.open,
    hasCommit: repositories.hasCommit,
    isGone,
  });
  const knownIds = known.map(({ id }) => id);
  const ids = assignIds([...found.keys()], matches, knownIds);
  const absent = await detectMissing({ ...context, found: ids, roots });
  return {
    ...absent,
    roots,
    warnings: [...warnings, ...absent.warnings],
    projects: [...found.values()]
      .map((project) => ({ ...project, id: ids.get(project.path) ?? project.path }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** Whether a path does not exist, although its root could be read and contains projects. */
function hasVanished(path: string, roots: readonly ProjectRoot[]): boolean {
  const state = rootStateOf(path, roots);
  return state !== 'unreachable' && state !== 'empty' && lstatState(path) === null;
}

interface OpenedRoot {
  readonly path: string;
  /** The reason why the root can't be listed; null if it can. */
  readonly errno: string | null;
}

/** Resolves links: unlike the directories below it, a root is chosen by the user. */
function openRoot(path: string): OpenedRoot {
  try {
    const real = realpathSync.native(path);
    opendirSync(real).closeSync();
    return { path: real, errno: null };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null || isMachineProblem(error)) throw error;
    return { path, errno };
  }
}

function unreachableRoot(path: string, errno: string): Diagnostic {
  const subject = sanitizeLine(path);
  // Not EACCES, for which file permissions are the reason.
  if (errno === 'EPERM') {
    const message =
      'the system denies access to the root (EPERM); nothing under it was marked missing';
    return diagnostic('root-denied', { subject, message, hint: readAccessHint(path, errno) });
  }
  return diagnostic('root-unreachable', {
    subject,
    message: `the root can't be read (${errno}); nothing under it was marked missing`,
    hint: `ls ${shellQuote(path)}`,
  });
}

const controlCharacters = (path: string): Diagnostic =>
  diagnostic('name-with-control-characters', {
    subject: sanitizeLine(path),
    message: 'the name of the directory contains control characters',
    hint: 'rename the directory',
  });

/** Returns one warning per reason why a root could not be read completely. */
function walkWarnings(
  root: string,
  { unreadable, nonUtf8, truncated }: Walk,
): readonly Diagnostic[] {
  const warnings: Diagnostic[] = [];
  const more = (list: readonly unknown[]): string =>
    list.length > 1 ? `, and ${String(list.length - 1)} more` : '';
  const [closed] = unreadable;
  if (closed) {
    const subject = sanitizeLine(closed.path);
    const message = `the directory can't be read (${closed.code})${more(unreadable)}; nothing under its root was marked missing`;
    const hint = readAccessHint(closed.path, closed.code);
    warnings.push(diagnostic('directory-unreadable', { subject, message, hint }));
  }
  const [invalid] = nonUtf8;
  if (invalid !== undefined) {
    const message = `the name of the directory is not UTF-8, so it was not read${more(nonUtf8)}`;
    const hint = 'rename the directory';
    warnings.push(diagnostic('name-not-utf8', { subject: sanitizeLine(invalid), message, hint }));
  }
  if (truncated) {
    const message = `the root has more than ${String(maxDirs)} directories and was not read completely`;
    const hint = 'exclude some of them with projects.exclude';
    warnings.push(diagnostic('root-too-large', { subject: sanitizeLine(root), message, hint }));
  }
  return warnings;
}
