import { dayOf, toTimestamp } from '../../util/dates.ts';
import type { Discovery, FoundProject } from '../../discovery/discovery.ts';
import type { Project } from '../../schema/projects.ts';
import type { HistoryEntry, Snapshot } from '../../schema/syncs.ts';
import { diagnostic } from '../../util/diagnostic.ts';
import { isDiagnosticCode } from '../../util/diagnostic-codes.ts';
import { mapConcurrently } from '../../util/async.ts';
import type { UserError } from '../../util/errors.ts';
import { shortHash } from '../../util/hash.ts';
import {
  lastRunOf,
  type Collected,
  type Prepared,
  type PrepareContext,
  type Sync,
  type SyncContext,
} from '../sync.ts';
import { createCommitDaysReader } from './commit-days.ts';
import {
  deniedRoot,
  findGitProblem,
  timeLimit,
  withoutGit,
  withoutProjects,
} from './run-failure.ts';
import { summarizeProjects } from './summarize-projects.ts';
import {
  absentProject,
  factsReadAt,
  toEntry,
  withFailure,
  type CollectedProject,
} from './project-entry.ts';
import {
  areSameFacts,
  decodeProjectsCache,
  encodeProjectsCache,
  type ProjectsCache,
} from './projects-cache.ts';
import { postponeProject, readProject, type ReadProject } from './read-project.ts';

/** More concurrent git processes and disk reads gain nothing on small machines. */
const concurrency = 4;
/** No further project is read when less time is left, so that the running ones can end and the result is stored. */
const maxReservedMs = 20_000;

/** Maintains the registry of projects: which exist, their facts, and which have vanished. */
export const projects: Sync<'projects'> = {
  name: 'projects',
  prepare,
  collect: async (context) =>
    (await prepare(context, () => Promise.resolve(context.cache))).collect(context),
  toHistory,
};

/** What a run reads, without the entries in the registry. */
interface Facts {
  readonly discovery: Discovery;
  /** In the order of the found projects. */
  readonly read: readonly ReadProject[];
  /** The cache of the previous run. */
  readonly cache: ProjectsCache;
  /** See `findGitProblem`. */
  readonly gitProblem: UserError | null;
}

async function prepare(
  context: PrepareContext<'projects'>,
  readCache: () => Promise<Uint8Array | null>,
): Promise<Prepared<'projects'>> {
  const facts = await readFacts(context, readCache);
  const { discovery, read, cache, gitProblem } = facts;
  const { roots, projects: found, missing, unreadable, warnings } = discovery;
  const key = shortHash(
    JSON.stringify([
      ...[dayOf(context.startedAt), roots, found, [...missing], [...unreadable], warnings],
      read.map(({ cached: _, ...one }) => one),
    ]),
  );
  const isCached = read.every(({ cached }, at) =>
    areSameFacts(cached, cache.get(found[at]?.id ?? '')),
  );
  return {
    inputsKey: isCached && gitProblem === null ? key : null,
    collect: (stored) => Promise.resolve(collect(stored, facts, key)),
  };
}

/** Reads all found projects. */
async function readFacts(
  context: PrepareContext<'projects'>,
  readCache: () => Promise<Uint8Array | null>,
): Promise<Facts> {
  const { signal, repositories: reader } = context;
  const reservedMs = Math.min(maxReservedMs, context.remainingMs() / 4);
  const discovery = await context.discover();
  const cache = decodeProjectsCache(await readCache());
  const repositories = discovery.projects.filter(({ kind }) => kind === 'git');
  // Unchanged repositories need no git, but a run without it must not look like a success.
  const gitProblem = repositories.length === 0 ? null : await findGitProblem(context);
  const unchanged = await findUnchanged(repositories, cache, context);
  const changed = repositories.flatMap(({ path }) => (unchanged.has(path) ? [] : [path]));
  reader.expectHistories(changed.length);
  await reader.prefetchCommits(changed);
  const readContext = {
    ...{ reader, unchanged, signal },
    startedAt: toTimestamp(context.startedAt),
    readCommitDays: createCommitDaysReader(context),
  };
  let done = 0;
  const read = await mapConcurrently(
    discovery.projects,
    { limit: concurrency, signal },
    async (found) => {
      const cached = cache.get(found.id) ?? null;
      const isLate = context.remainingMs() < reservedMs;
      const one = isLate ? postponeProject(cached) : await readProject(found, cached, readContext);
      done += 1;
      context.progress(done, discovery.projects.length, found.name);
      return one;
    },
  );
  return { discovery, read, cache, gitProblem };
}

/** Returns the paths of the repositories that need not be opened, because their facts are those in the cache. */
async function findUnchanged(
  found: readonly FoundProject[],
  cache: ProjectsCache,
  { repositories, startedAt, signal }: PrepareContext<'projects'>,
): Promise<ReadonlySet<string>> {
  const unchanged = new Set<string>();
  const day = dayOf(startedAt);
  await mapConcurrently(found, { limit: concurrency, signal }, async ({ id, path }) => {
    const cached = cache.get(id)?.git ?? null;
    if (cached?.day !== day) return;
    if (await repositories.hasRevision(path, cached.revision)) unchanged.add(path);
  });
  return unchanged;
}

function collect(
  context: SyncContext<'projects'>,
  facts: Facts,
  key: string,
): Collected<'projects'> {
  const { previous } = context;
  const { discovery, read, cache, gitProblem } = facts;
  const startedAt = toTimestamp(context.startedAt);
  const lastRun = lastRunOf(context);
  const known = new Map(previous?.projects.map((project) => [project.id, project]));
  const collected = discovery.projects.flatMap((found, at) => {
    const one = read[at];
    const before = known.get(found.id) ?? null;
    return one ? [toEntry(found, one, { previous: before, startedAt, lastRun })] : [];
  });
  const found = new Set(discovery.projects.map(({ id }) => id));
  const absent = [...known.values()]
    .filter(({ id }) => !found.has(id))
    .map((project): Project => {
      const errno = discovery.unreadable.get(project.id);
      if (errno === undefined) {
        const isMissing = discovery.missing.has(project.id);
        return absentProject(project, { isMissing, startedAt, lastRun });
      }
      const lastSeen = factsReadAt(project, lastRun);
      const failure = { state: 'unreadable', code: errno.toLowerCase() } as const;
      return withFailure({ ...project, notObservedSince: null, lastSeen }, failure);
    });

  for (const warning of discovery.warnings) context.warn(warning);
  warnAboutFailures(collected, context);
  const entries = [...collected.map(({ project }) => project), ...absent].sort(byPath);
  const added = collected.filter(({ project }) => !known.has(project.id)).length;
  const isUpdated = ({ project }: CollectedProject): boolean =>
    project.state === 'ok' && known.has(project.id);
  const postponed = read.filter(({ failure }) => failure?.code === 'time-limit').length;
  const failure =
    postponed > 0
      ? timeLimit(postponed, collected.length)
      : (deniedRoot(discovery.warnings) ??
        withoutGit(collected, gitProblem) ??
        withoutProjects(entries, discovery.roots));
  const newCache = encodeProjectsCache(cache, cacheOf(entries, facts));
  return {
    snapshot: {
      schemaVersion: 1,
      updatedAt: startedAt,
      roots: [...discovery.roots],
      summary: summarizeProjects(entries),
      projects: entries,
    },
    counts: { updated: collected.filter(isUpdated).length, added },
    ...(newCache === undefined ? {} : { cache: newCache }),
    // The next run adds no project.
    ...(failure === null && added === 0 ? { inputsKey: key } : {}),
    ...(failure === null ? {} : { failure }),
  };
}

const byPath = (a: Project, b: Project): number =>
  a.path === b.path ? (a.id < b.id ? -1 : 1) : a.path < b.path ? -1 : 1;

/** Reports all failures of a project as one warning. */
function warnAboutFailures(
  collected: readonly CollectedProject[],
  context: SyncContext<'projects'>,
): void {
  for (const { project, failures } of collected) {
    const [first] = failures;
    if (first === undefined) continue;
    const messages = new Set(failures.map(({ message }) => message));
    const code = isDiagnosticCode(first.code) ? first.code : 'project-unreadable';
    context.warn(diagnostic(code, { subject: project.id, message: [...messages].join('; ') }));
  }
}

/** Returns the cached facts of all entries, in their order. Absent projects are included: they may return. */
function cacheOf(entries: readonly Project[], { discovery, read, cache }: Facts): ProjectsCache {
  const now = new Map(discovery.projects.map(({ id }, at) => [id, read[at]?.cached ?? null]));
  return new Map(
    entries.flatMap(({ id }) => {
      const facts = now.has(id) ? now.get(id) : cache.get(id);
      return facts ? [[id, facts] as const] : [];
    }),
  );
}

function toHistory(snapshot: Snapshot<'projects'>): readonly HistoryEntry<'projects'>[] {
  return snapshot.projects.map(({ id, state, lastSeen, ...facts }) => {
    // The history records what a run read, not what an earlier one did.
    const git = lastSeen === null ? facts.git : null;
    const counts = lastSeen === null ? facts.counts : { files: null, commits: null };
    return {
      key: id,
      state,
      branch: git?.branch ?? null,
      head: git?.lastCommit?.hash ?? null,
      dirty: git?.dirty ?? null,
      ahead: git?.ahead ?? null,
      behind: git?.behind ?? null,
      files: counts.files,
      commits: counts.commits,
    };
  });
}
