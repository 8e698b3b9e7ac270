import type { Discovery, FoundProject } from '../../discovery/discovery.ts';
import { createGlobMatcher } from '../../discovery/globs.ts';
import { RepositoryError, type RepositoryReader } from '../../git/repository.ts';
import type { ProjectQuality } from '../../schema/quality.ts';
import type { Snapshot } from '../../schema/syncs.ts';
import { toTimestamp } from '../../util/dates.ts';
import { sanitizePath } from '../../util/text.ts';
import { diagnostic } from '../../util/diagnostic.ts';
import { isDiagnosticCode } from '../../util/diagnostic-codes.ts';
import { lastRunOf, type Sync, type SyncContext } from '../sync.ts';
import { collectProject, type ProjectTools } from './collect-project.ts';
import { unreadableProject } from './project-files/unreadable-project.ts';
import { createChangeReader } from './hotspots.ts';
import { decodeQualityCache, encodeQualityCache, type ProjectCache } from './quality-cache.ts';
import { createTodoScanner } from './todo/todo-scanner.ts';

/** Collects coverage, Lighthouse scores, TODO counts and the resulting technical debt of every project. */
export const quality: Sync<'quality'> = {
  name: 'quality',
  collect: async (context) => {
    const { options, startedAt, previous, signal } = context;
    const { tags } = options.todo;
    const last = decodeQualityCache(context.cache, tags);
    const tools: ProjectTools = {
      context,
      scan: createTodoScanner(tags),
      readChanges: createChangeReader(context),
      isExcluded: await createGlobMatcher(options.exclude, false),
    };
    const entries = new Map(previous?.projects.map((entry) => [entry.id, entry]));
    const cache = new Map<string, ProjectCache>();
    let changed = false;
    const discovery = await context.discover();
    const { projects } = discovery;
    for (const [id, entry] of entries) {
      entries.set(id, absentEntry(entry, discovery, context));
    }
    projects.slice(0, prefetchCount).forEach((project) => {
      prefetch(project, context.repositories);
    });
    for (const [done, project] of projects.entries()) {
      signal.throwIfAborted();
      prefetch(projects[done + prefetchCount], context.repositories);
      context.progress(done, projects.length, project.name);
      const collected = await collectOrWarn(tools, project, {
        cache: last.get(project.path) ?? null,
        entry: entries.get(project.id),
      });
      entries.set(project.id, collected.entry);
      if (collected.cache) cache.set(project.path, collected.cache);
      changed ||= collected.changed;
    }
    const sameProjects =
      cache.size === last.size && [...cache.keys()].every((path) => last.has(path));
    return {
      snapshot: toSnapshot([...entries.values()], startedAt),
      counts: { projects: projects.length },
      ...(changed || !sameProjects ? { cache: encodeQualityCache(cache, tags) } : {}),
    };
  },
  toHistory: ({ projects }) =>
    projects
      .filter(isCurrent)
      .map(({ id, head, coverage, lighthouse, todos, techDebt, debtScore }) => ({
        key: id,
        head,
        coverage: coverage.percent,
        lighthouse: lighthouse.score,
        todos: todos.total,
        techDebt,
        debtScore,
      })),
};

/** How many projects ahead git is asked for the list of files. */
const prefetchCount = 4;

/** Opens a repository and lists its files ahead of time. The reader caches both; errors surface when they are used. */
function prefetch(project: FoundProject | undefined, reader: RepositoryReader): void {
  if (project?.kind !== 'git') return;
  reader
    .open(project.path)
    .then(reader.files)
    .catch(() => undefined);
}

/** Collects one project. If it cannot be read, warns and returns its previous entry, or one without values. */
async function collectOrWarn(
  tools: ProjectTools,
  project: FoundProject,
  last: { readonly cache: ProjectCache | null; readonly entry: ProjectQuality | undefined },
): Promise<{
  readonly entry: ProjectQuality;
  readonly cache: ProjectCache | null;
  readonly changed: boolean;
}> {
  const { warn } = tools.context;
  try {
    const { entry, cache, changed, warnings } = await collectProject(tools, project, last.cache);
    for (const { path, message, code = 'file-skipped' } of warnings) {
      warn(diagnostic(code, { subject: `${project.id}: ${path}`, message }));
    }
    return { entry, cache, changed };
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    const message = sanitizePath(error.message);
    // A bare repository has no files to count; this is not an error.
    if (error.code === 'bare-repository') {
      const entry = unreadableProject(project, message);
      return { entry, cache: null, changed: last.cache !== null };
    }
    const code = isDiagnosticCode(error.code) ? error.code : 'project-unreadable';
    warn(diagnostic(code, { subject: project.id, message }));
    const entry =
      last.entry && hasValues(last.entry)
        ? { ...last.entry, path: project.path, missing: false, notObservedSince: null }
        : unreadableProject(project, message);
    return { entry, cache: last.cache, changed: false };
  }
}

/** Returns an entry of the previous run as that of a project that discovery did not find; reading it replaces it. */
function absentEntry(
  entry: ProjectQuality,
  { missing, unreadable }: Discovery,
  context: SyncContext<'quality'>,
): ProjectQuality {
  const isUnreadable = unreadable.has(entry.id);
  const isMissing = !isUnreadable && (entry.missing || missing.has(entry.id));
  const since = entry.notObservedSince ?? toTimestamp(context.startedAt);
  return {
    ...entry,
    missing: isMissing,
    notObservedSince: isMissing || isUnreadable ? null : since,
    lastSeen: entry.lastSeen ?? lastRunOf(context),
  };
}

/** Whether any value of the project was ever read. */
const hasValues = ({ head, coverage, lighthouse, todos }: ProjectQuality): boolean =>
  [head, coverage.percent, lighthouse.score, todos.total].some((value) => value !== null);

/** Whether the values are those of the last run. */
const isCurrent = ({ missing, lastSeen }: ProjectQuality): boolean => !missing && lastSeen === null;

/** The summary counts the projects that were found, and adds up the values that were read. */
function toSnapshot(entries: readonly ProjectQuality[], startedAt: Date): Snapshot<'quality'> {
  const found = entries.filter((entry) => !entry.missing && entry.notObservedSince === null);
  const current = entries.filter(isCurrent);
  const todos = current.flatMap((entry) => entry.todos.total ?? []);
  return {
    schemaVersion: 1,
    updatedAt: toTimestamp(startedAt),
    summary: {
      projects: found.length,
      withCoverage: current.filter(({ coverage }) => coverage.percent !== null).length,
      withLighthouse: current.filter(({ lighthouse }) => lighthouse.score !== null).length,
      todos: todos.length > 0 ? todos.reduce((sum, count) => sum + count, 0) : null,
    },
    projects: [...entries].sort((one, other) => (one.path < other.path ? -1 : 1)),
  };
}
