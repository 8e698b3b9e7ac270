import { dayOf, toTimestamp } from '../../util/dates.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import type { Project, ProjectRoot } from '../../schema/projects.ts';
import type { HistoryEntry, Snapshot } from '../../schema/syncs.ts';
import { diagnostic, type Diagnostic } from '../../util/diagnostic.ts';
import { isDiagnosticCode } from '../../util/diagnostic-codes.ts';
import { mapConcurrently } from '../../util/async.ts';
import { UserError } from '../../util/errors.ts';
import { plural, sanitizeLine } from '../../util/text.ts';
import { lastRunOf, type Collected, type Sync, type SyncContext } from '../sync.ts';
import { createCommitDaysReader } from './commit-days.ts';
import { collectProject, postponeProject, type CollectedProject } from './collect-project.ts';
import { isUnusableGit } from './read-failure.ts';
import { summarizeProjects } from './summarize-projects.ts';
import { absentProject, factsReadAt, withFailure } from './project-entry.ts';
import {
  decodeProjectsCache,
  encodeProjectsCache,
  type CachedProject,
  type ProjectsCache,
} from './projects-cache.ts';

/** More concurrent git processes and disk reads gain nothing on small machines. */
const concurrency = 4;
/** No further project is read when less time is left, so that the running ones can end and the result is stored. */
const maxReservedMs = 20_000;

/** Maintains the registry of projects: which exist, their facts, and which have vanished. */
export const projects: Sync<'projects'> = { name: 'projects', collect, toHistory };

async function collect(context: SyncContext<'projects'>): Promise<Collected<'projects'>> {
  const { signal, previous, repositories: reader } = context;
  const startedAt = toTimestamp(context.startedAt);
  const lastRun = lastRunOf(context);
  const reservedMs = Math.min(maxReservedMs, context.remainingMs() / 4);
  reader.prefetch();
  const discovery = await context.discover();
  const known = new Map(previous?.projects.map((project) => [project.id, project]));
  const cache = decodeProjectsCache(context.cache);
  const readCommitDays = createCommitDaysReader(context);

  const repositories = discovery.projects.filter(({ kind }) => kind === 'git');
  // Unchanged repositories need no git, but a run without it must not look like a success.
  const gitProblem = repositories.length === 0 ? null : await findGitProblem(context);
  const unchanged = await findUnchanged(repositories, cache, context);
  await reader.prefetchCommits(
    repositories.flatMap(({ path }) => (unchanged.has(path) ? [] : [path])),
  );
  let done = 0;
  let postponed = 0;
  const collected = await mapConcurrently(
    discovery.projects,
    { limit: concurrency, signal },
    async (found) => {
      const facts = {
        previous: known.get(found.id) ?? null,
        cached: cache.get(found.id) ?? null,
      };
      const isLate = context.remainingMs() < reservedMs;
      if (isLate) postponed += 1;
      const read = isLate ? postponeProject : collectProject;
      const one = await read(found, facts, {
        ...{ reader, readCommitDays, unchanged, startedAt, lastRun, signal },
      });
      done += 1;
      context.progress(done, discovery.projects.length, found.name);
      return one;
    },
  );

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
  const isKnown = ({ project }: CollectedProject): boolean => known.has(project.id);
  const failure =
    postponed > 0
      ? timeLimit(postponed, collected.length)
      : (deniedRoot(discovery.warnings) ??
        withoutGit(collected, gitProblem) ??
        withoutProjects(entries, discovery.roots));
  const newCache = encodeProjectsCache(cache, updateCache(entries, collected, cache));
  return {
    snapshot: {
      schemaVersion: 1,
      updatedAt: startedAt,
      roots: [...discovery.roots],
      summary: summarizeProjects(entries),
      projects: entries,
    },
    counts: {
      updated: collected.filter((one) => one.project.state === 'ok' && isKnown(one)).length,
      added: collected.filter((one) => !isKnown(one)).length,
    },
    ...(newCache === undefined ? {} : { cache: newCache }),
    ...(failure === null ? {} : { failure }),
  };
}

/** Returns the paths of the repositories that need not be opened, because their facts are those in the cache. */
async function findUnchanged(
  found: readonly FoundProject[],
  cache: ProjectsCache,
  { repositories, startedAt, signal }: SyncContext<'projects'>,
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

const timeLimit = (postponed: number, total: number): UserError =>
  new UserError(
    'timeout',
    `the time limit was reached: ${String(postponed)} of ${plural(total, 'project')} were not read`,
    { hint: 'raise timeoutMinutes in sync.json, or exclude what is slow' },
  );

/** Returns the error of a run that finds no git, or null. */
async function findGitProblem({ system }: SyncContext<'projects'>): Promise<UserError | null> {
  try {
    await system.findProgram('git');
    return null;
  } catch (error) {
    if (error instanceof UserError && error.code === 'tool') return error;
    throw error;
  }
}

/** Returns the error of a run without a usable git, which could not update the facts of changed repositories. */
function withoutGit(
  collected: readonly CollectedProject[],
  gitProblem: UserError | null,
): UserError | null {
  const unusable = collected.flatMap(({ failures }) => failures.find(isUnusableGit) ?? []);
  const reason = gitProblem?.message ?? unusable[0]?.message;
  if (reason === undefined) return null;
  const repositories = plural(unusable.length, 'repository', 'repositories');
  const message =
    unusable.length === 0
      ? reason
      : `${reason}; facts of ${repositories} are unknown or out of date`;
  return new UserError('tool', message, { hint: gitProblem?.hint ?? gitHint });
}

const gitHint = 'install git 2.32 or newer, or add its directory to PATH';

/** Returns the error of a run to which the system denies a root, or null. */
function deniedRoot(warnings: readonly Diagnostic[]): UserError | null {
  const denied = warnings.find(({ code }) => code === 'root-denied');
  if (denied === undefined) return null;
  const { subject, message, hint } = denied;
  return new UserError('io', `${subject ?? ''}: ${message}`, hint === null ? {} : { hint });
}

/** Returns the error of a run that knows no project because a root can't be read. */
function withoutProjects(
  entries: readonly Project[],
  roots: readonly ProjectRoot[],
): UserError | null {
  const root = roots.find(({ state }) => state === 'unreachable');
  if (entries.length > 0 || root === undefined) return null;
  const message = `no project is known, and the root ${sanitizeLine(root.path)} can't be read`;
  return new UserError('io', message, {
    hint: 'create it, fix its permissions, or change projects.roots in sync.json',
  });
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
function updateCache(
  entries: readonly Project[],
  collected: readonly CollectedProject[],
  before: ProjectsCache,
): ProjectsCache {
  const now = new Map(collected.map(({ project, cached }) => [project.id, cached]));
  const updated = new Map<string, CachedProject>();
  for (const { id } of entries) {
    const facts = now.has(id) ? now.get(id) : before.get(id);
    if (facts) updated.set(id, facts);
  }
  return updated;
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
