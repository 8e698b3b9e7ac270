import type { Discovery, FoundProject } from '../../discovery/discovery.ts';
import { createGlobMatcher } from '../../discovery/globs.ts';
import { RepositoryError, type RepositoryReader } from '../../git/repository.ts';
import type { ProjectQuality } from '../../schema/quality.ts';
import type { Snapshot } from '../../schema/syncs.ts';
import { toTimestamp } from '../../util/dates.ts';
import { sanitizePath } from '../../util/text.ts';
import { diagnostic } from '../../util/diagnostic.ts';
import { isDiagnosticCode } from '../../util/diagnostic-codes.ts';
import {
  lastRunOf,
  type Collected,
  type PrepareContext,
  type Prepared,
  type Sync,
  type SyncContext,
} from '../sync.ts';
import {
  collectProject,
  reuseProject,
  type CollectedProject,
  type ProjectTools,
} from './collect-project.ts';
import { unreadableProject } from './project-files/unreadable-project.ts';
import { createChangeReader } from './hotspots.ts';
import {
  decodeQualityCache,
  encodeQualityCache,
  type ProjectCache,
  type QualityCache,
  type UnchangedProject,
} from './quality-cache.ts';
import { createTodoScanner } from './todo/todo-scanner.ts';
import { findUnchanged, inputsKey } from './unchanged-projects.ts';

/** Collects coverage, Lighthouse scores, TODO counts and the resulting technical debt of every project. */
export const quality: Sync<'quality'> = {
  name: 'quality',
  prepare,
  collect: async (context) =>
    (await prepare(context, () => Promise.resolve(context.cache))).collect(context),
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

async function prepare(
  context: PrepareContext<'quality'>,
  readCache: () => Promise<Uint8Array | null>,
): Promise<Prepared<'quality'>> {
  const last = decodeQualityCache(await readCache(), context.options.todo.tags);
  const unchanged = await findUnchanged(context, last);
  return {
    inputsKey: await inputsKey(context, (path) => unchanged.get(path)?.result.key ?? null),
    collect: (stored) => collect(stored, { last, unchanged }),
  };
}

async function collect(
  context: SyncContext<'quality'>,
  {
    last,
    unchanged,
  }: {
    readonly last: QualityCache;
    readonly unchanged: ReadonlyMap<string, UnchangedProject>;
  },
): Promise<Collected<'quality'>> {
  const { options, startedAt, previous, signal } = context;
  const { tags } = options.todo;
  const tools: ProjectTools = {
    context,
    scan: createTodoScanner(tags),
    readChanges: createChangeReader(context),
    isExcluded: await createGlobMatcher(options.exclude, false),
  };
  const entries = new Map(previous?.projects.map((entry) => [entry.id, entry]));
  const cache = new Map<string, ProjectCache>();
  const keys = new Map<string, string | null>();
  let changed = false;
  const discovery = await context.discover();
  const { projects } = discovery;
  context.repositories.expectHistories(projects.length - unchanged.size);
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
    const same = unchanged.get(project.path);
    const collected = same
      ? await reuseProject(tools, project, same)
      : await collectOrWarn(tools, project, {
          cache: last.get(project.path) ?? null,
          entry: entries.get(project.id),
        });
    for (const { path, message, code = 'file-skipped' } of collected.warnings) {
      context.warn(diagnostic(code, { subject: `${project.id}: ${path}`, message }));
    }
    entries.set(project.id, collected.entry);
    if (collected.cache) cache.set(project.path, collected.cache);
    if (collected.isFinal) keys.set(project.path, collected.cache?.result?.key ?? null);
    changed ||= collected.changed;
  }
  const sameProjects =
    cache.size === last.size && [...cache.keys()].every((path) => last.has(path));
  const key = await inputsKey(context, (path) => keys.get(path) ?? null);
  return {
    snapshot: toSnapshot([...entries.values()], startedAt),
    counts: { projects: projects.length },
    ...(changed || !sameProjects ? { cache: encodeQualityCache(cache, tags) } : {}),
    ...(key === null ? {} : { inputsKey: key }),
  };
}

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
): Promise<Omit<CollectedProject, 'cache'> & { readonly cache: ProjectCache | null }> {
  const { warn } = tools.context;
  try {
    return await collectProject(tools, project, last.cache);
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    const message = sanitizePath(error.message);
    // A bare repository has no files to count; this is not an error.
    if (error.code === 'bare-repository') {
      const entry = unreadableProject(project, message);
      return { entry, cache: null, changed: last.cache !== null, warnings: [], isFinal: false };
    }
    const code = isDiagnosticCode(error.code) ? error.code : 'project-unreadable';
    warn(diagnostic(code, { subject: project.id, message }));
    const entry =
      last.entry && hasValues(last.entry)
        ? { ...last.entry, path: project.path, missing: false, notObservedSince: null }
        : unreadableProject(project, message);
    const cache = last.cache && { ...last.cache, result: null };
    return { entry, cache, changed: Boolean(last.cache?.result), warnings: [], isFinal: false };
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
