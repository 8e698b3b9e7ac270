import { toTimestamp } from '../../schema/timestamp.ts';
import type { Project } from '../../schema/projects.ts';
import type { HistoryEntry, Snapshot } from '../../schema/syncs.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import type { Collected, Sync, SyncContext } from '../sync.ts';
import { readCache, writeCache, type CachedProject } from './projects-cache.ts';
import { concurrently } from '../../util/async.ts';
import { lookAt, type Look } from './collect-project.ts';
import { judgeAbsent } from './detect-missing.ts';

/** Git processes and disks gain nothing from more at a time on small machines. */
const atATime = 4;

/** Keeps the registry of projects: what is there, what each one is, and what has vanished. */
export const projects: Sync<'projects'> = { name: 'projects', collect, toHistory };

async function collect(context: SyncContext<'projects'>): Promise<Collected<'projects'>> {
  const { signal, previous, repositories: reader } = context;
  const startedAt = toTimestamp(context.startedAt);
  reader.prefetch();
  const discovery = await context.discover();
  const known = new Map(previous?.projects.map((project) => [project.id, project]));
  const cache = readCache(context.cache);

  const isRepository = ({ kind }: FoundProject): boolean => kind === 'git';
  await reader.prefetchCommits(discovery.projects.filter(isRepository).map(({ path }) => path));
  let done = 0;
  const looks = await concurrently(
    discovery.projects,
    { limit: atATime, signal },
    async (found) => {
      const before = {
        previous: known.get(found.id) ?? null,
        cached: cache.projects.get(found.id) ?? null,
      };
      const look = await lookAt(found, before, { reader, startedAt, signal });
      done += 1;
      context.progress(done, discovery.projects.length, found.name);
      return look;
    },
  );

  const absent = await judgeAbsent({
    known: [...known.values()],
    found: new Map(discovery.projects.map(({ path, id }) => [path, id])),
    roots: discovery.roots,
    heldBefore: cache.heldBack,
    missingSince: startedAt,
    lastSeen: context.lastSuccess
      ? toTimestamp(context.lastSuccess)
      : (previous?.updatedAt ?? startedAt),
    signal,
  });

  for (const warning of [...discovery.warnings, ...absent.warnings]) context.warn(warning);
  warnOfProblems(looks, context);
  const entries = [...looks.map(({ project }) => project), ...absent.projects].sort(byPath);
  const added = looks.filter(({ project }) => !known.has(project.id));
  const refreshed = looks.filter(({ project }) => project.state === 'ok' && known.has(project.id));
  return {
    snapshot: {
      schemaVersion: 1,
      updatedAt: startedAt,
      roots: [...discovery.roots],
      summary: summaryOf(entries),
      projects: entries,
    },
    counts: { updated: refreshed.length, added: added.length },
    cache: writeCache({
      projects: cachedProjects(entries, looks, cache.projects),
      heldBack: absent.heldBack,
    }),
  };
}

const byPath = (a: Project, b: Project): number =>
  a.path === b.path ? (a.id < b.id ? -1 : 1) : a.path < b.path ? -1 : 1;

/** One warning for each project, however many of its facts could not be read. */
function warnOfProblems(looks: readonly Look[], context: SyncContext<'projects'>): void {
  for (const { project, problems } of looks) {
    const [first] = problems;
    if (first === undefined) continue;
    const messages = new Set(problems.map(({ message }) => message));
    context.warn({ code: first.code, subject: project.id, message: [...messages].join('; ') });
  }
}

const summaryOf = (entries: readonly Project[]): Snapshot<'projects'>['summary'] => ({
  projects: entries.filter(({ state }) => state !== 'missing').length,
  missing: entries.filter(({ state }) => state === 'missing').length,
  dirty: entries.filter(({ state, git }) => state !== 'missing' && git?.dirty === true).length,
});

/** What is known of every entry, in their order; of what is absent too, for it may come back. */
function cachedProjects(
  entries: readonly Project[],
  looks: readonly Look[],
  before: ReadonlyMap<string, CachedProject>,
): Map<string, CachedProject> {
  const now = new Map(looks.map(({ project, cached }) => [project.id, cached]));
  const cached = new Map<string, CachedProject>();
  for (const { id } of entries) {
    const one = now.has(id) ? now.get(id) : before.get(id);
    if (one) cached.set(id, one);
  }
  return cached;
}

function toHistory(snapshot: Snapshot<'projects'>): readonly HistoryEntry<'projects'>[] {
  return snapshot.projects.map(({ id, state, git, counts }) => ({
    key: id,
    state,
    branch: git?.branch ?? null,
    head: git?.lastCommit?.hash ?? null,
    dirty: git?.dirty ?? null,
    ahead: git?.ahead ?? null,
    behind: git?.behind ?? null,
    files: counts.files,
    commits: counts.commits,
  }));
}
