import type { FoundProject } from '../../discovery/discovery.ts';
import { createGlobMatcher } from '../../discovery/globs.ts';
import { RepositoryError, type RepositoryReader } from '../../git/repository.ts';
import type { ProjectQuality } from '../../schema/quality.ts';
import type { Snapshot } from '../../schema/syncs.ts';
import { toTimestamp } from '../../util/dates.ts';
import { sanitizePath } from '../../util/text.ts';
import { diagnostic } from '../../util/diagnostic.ts';
import { isDiagnosticCode } from '../../util/diagnostic-codes.ts';
import type { Sync } from '../sync.ts';
import { collectProject, type ProjectTools } from './collect-project.ts';
import { unreadableProject } from './project-files/unreadable-project.ts';
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
      isExcluded: await createGlobMatcher(options.exclude, false),
    };
    const entries = new Map(previous?.projects.map((entry) => [entry.id, entry]));
    const cache = new Map<string, ProjectCache>();
    let changed = false;
    const { projects, missing } = await context.discover();
    for (const id of missing) {
      const entry = entries.get(id);
      if (entry) entries.set(id, { ...entry, missing: true });
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
      .filter(({ missing }) => !missing)
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
    for (const { path, message } of warnings) {
      warn(diagnostic('file-skipped', { subject: `${project.id}: ${path}`, message }));
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
    const entry = last.entry
      ? { ...last.entry, path: project.path, missing: false }
      : unreadableProject(project, message);
    return { entry, cache: last.cache, changed: false };
  }
}

/** The summary counts the projects that are not missing. */
function toSnapshot(entries: readonly ProjectQuality[], startedAt: Date): Snapshot<'quality'> {
  const present = entries.filter(({ missing }) => !missing);
  const todos = present.flatMap((entry) => entry.todos.total ?? []);
  return {
    schemaVersion: 1,
    updatedAt: toTimestamp(startedAt),
    summary: {
      projects: present.length,
      withCoverage: present.filter(({ coverage }) => coverage.percent !== null).length,
      withLighthouse: present.filter(({ lighthouse }) => lighthouse.score !== null).length,
      todos: todos.length > 0 ? todos.reduce((sum, count) => sum + count, 0) : null,
    },
    projects: [...entries].sort((one, other) => (one.path < other.path ? -1 : 1)),
  };
}
