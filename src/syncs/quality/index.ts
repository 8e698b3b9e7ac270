import { toTimestamp } from '../../schema/timestamp.ts';
import type { ProjectQuality } from '../../schema/quality.ts';
import type { Snapshot } from '../../schema/syncs.ts';
import { sanitizePath } from '../../util/text.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import { createGlobMatcher } from '../../discovery/globs.ts';
import { RepositoryError, type RepositoryReader } from '../../git/repository.ts';
import type { Sync } from '../sync.ts';
import { decodeCache, encodeCache, type ProjectCache } from './quality-cache.ts';
import { collectProject, type Tools } from './collect-project.ts';
import { createTodoScanner } from './todo/todo-scanner.ts';
import { unknownProject } from './project/unreadable-project.ts';

// Raise it when files are counted in another way, so that what older versions counted is not kept.
const countingVersion = 1;

/** Coverage, Lighthouse, TODOs and the debt that follows from them, for every project. */
export const quality: Sync<'quality'> = {
  name: 'quality',
  collect: async (context) => {
    const { options, startedAt, previous, signal } = context;
    const rules = JSON.stringify([countingVersion, options.todo.tags]);
    const last = decodeCache(context.cache, rules);
    const tools: Tools = {
      context,
      scan: createTodoScanner(options.todo.tags),
      isExcluded: await createGlobMatcher(options.exclude, false),
    };
    const known = new Map(previous?.projects.map((entry) => [entry.id, entry]));
    const entries = new Map(known);
    const cache = new Map<string, ProjectCache>();
    let changed = false;
    const { projects } = await context.discover();
    projects.slice(0, ahead).forEach((project) => {
      readAhead(project, context.repositories);
    });
    for (const [done, project] of projects.entries()) {
      signal.throwIfAborted();
      readAhead(projects[done + ahead], context.repositories);
      context.progress(done, projects.length, project.name);
      const before = last.get(project.path) ?? null;
      const now = await lookAt(tools, project, before, known.get(project.id));
      entries.set(project.id, now.entry);
      if (now.cache) cache.set(project.path, now.cache);
      changed ||= now.changed;
    }
    const sameProjects =
      cache.size === last.size && [...cache.keys()].every((path) => last.has(path));
    return {
      snapshot: toSnapshot([...entries.values()], startedAt),
      counts: { projects: projects.length },
      ...(changed || !sameProjects ? { cache: encodeCache(cache, rules) } : {}),
    };
  },
  toHistory: ({ projects }) =>
    projects.map(({ id, head, coverage, lighthouse, todos, techDebt, debtScore }) => ({
      key: id,
      head,
      coverage: coverage.percent,
      lighthouse: lighthouse.score,
      todos: todos.total,
      techDebt,
      debtScore,
    })),
};

/** So many projects ahead git may already answer while this one is counted. */
const ahead = 4;

/** Asks early for what will be asked for: the reader keeps it. What goes wrong is told when it is used. */
function readAhead(project: FoundProject | undefined, reader: RepositoryReader): void {
  if (project?.kind !== 'git') return;
  reader
    .open(project.path)
    .then(reader.files)
    .catch(() => undefined);
}

/** One project. When it can't be read it is a warning, and its entry says what is known. */
async function lookAt(
  tools: Tools,
  project: FoundProject,
  last: ProjectCache | null,
  previous: ProjectQuality | undefined,
): Promise<{
  readonly entry: ProjectQuality;
  readonly cache: ProjectCache | null;
  readonly changed: boolean;
}> {
  const { warn } = tools.context;
  try {
    const { entry, cache, changed, problems } = await collectProject(tools, project, last);
    for (const { path, message } of problems) {
      warn({ code: 'file', subject: `${project.id}: ${path}`, message });
    }
    return { entry, cache, changed };
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    const message = sanitizePath(error.message);
    // Without a work tree there is nothing to count, and nothing to mend.
    if (error.code === 'bare-repository') {
      return { entry: unknownProject(project, message), cache: null, changed: last !== null };
    }
    warn({ code: error.code, subject: project.id, message });
    const entry = previous ? { ...previous, path: project.path } : unknownProject(project, message);
    return { entry, cache: last, changed: false };
  }
}

function toSnapshot(entries: readonly ProjectQuality[], startedAt: Date): Snapshot<'quality'> {
  const todos = entries.flatMap((entry) => entry.todos.total ?? []);
  return {
    schemaVersion: 1,
    updatedAt: toTimestamp(startedAt),
    summary: {
      projects: entries.length,
      withCoverage: entries.filter(({ coverage }) => coverage.percent !== null).length,
      withLighthouse: entries.filter(({ lighthouse }) => lighthouse.score !== null).length,
      todos: todos.length > 0 ? todos.reduce((sum, count) => sum + count, 0) : null,
    },
    projects: [...entries].sort((one, other) => (one.path < other.path ? -1 : 1)),
  };
}
