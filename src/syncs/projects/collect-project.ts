import { dayOf } from '../../util/dates.ts';
import type { Timestamp } from '../../schema/timestamp.ts';
import type { Project } from '../../schema/projects.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import type { CachedProject } from './projects-cache.ts';
import { factsReadAt, newProject, withFailure } from './project-entry.ts';
import {
  readGitFacts,
  type CachedGitFacts,
  type GitFacts,
  type GitReaders,
} from './read-git-facts.ts';
import { isUnusableGit, toStateFailure, type ReadFailure } from './read-failure.ts';
import { readRootFiles } from './root-files.ts';

export interface CollectedProject {
  readonly project: Project;
  readonly cached: CachedProject | null;
  /** In the order in which they occurred. */
  readonly failures: readonly ReadFailure[];
}

interface KnownFacts {
  readonly previous: Project | null;
  readonly cached: CachedProject | null;
}

interface CollectContext extends GitReaders {
  /** The paths of the repositories whose cached facts still apply. */
  readonly unchanged: ReadonlySet<string>;
  readonly startedAt: Timestamp;
  /** The run that `previous` is from. */
  readonly lastRun: Timestamp;
  readonly signal: AbortSignal;
}

/**
 * Reads one discovered project. A project that can't be read keeps its last known facts; only its state and
 * the code in `git.error` change. Rejects with the reason of `signal`, or for a bug.
 */
export async function collectProject(
  found: FoundProject,
  known: KnownFacts,
  context: CollectContext,
): Promise<CollectedProject> {
  const { path, kind } = found;
  const before = beforeReading(found, known, context.startedAt);
  try {
    const facts = kind === 'git' ? await readRepository(path, known.cached, context) : null;
    const languages = facts?.languages ?? null;
    const root = await readRootFiles(path, known.cached?.root ?? null, context.signal, {
      languages,
      sinceMs: Date.parse(context.startedAt),
    });
    const { frameworks, packageManager, runtimes } = root;
    const failures = facts?.failures ?? [];
    const unusable = failures.find(isUnusableGit);
    if (unusable !== undefined && hasFacts(known.previous)) {
      const project = withFailure(unread(before, known, context), unusable);
      return { project, cached: known.cached, failures: [unusable] };
    }
    return {
      project: {
        ...before,
        description: root.description,
        stack: { languages, frameworks, packageManager, runtimes },
        license: root.license,
        counts: facts?.counts ?? { files: null, commits: null },
        state: failures[0]?.state ?? 'ok',
        git: facts?.git ?? null,
      },
      cached: {
        git: facts?.cached ?? null,
        tracked: facts?.tracked ?? null,
        root,
        commitDays: facts?.commitDays.commitDays ?? null,
        changedLines: facts?.commitDays.changedLines ?? null,
      },
      failures: [...failures, ...root.failures],
    };
  } catch (error) {
    const failure = toStateFailure(error);
    const project = withFailure(unread(before, known, context), failure);
    return { project, cached: known.cached, failures: [failure] };
  }
}

/** Returns the entry of a project that the time limit left unread, with its last known facts. */
export function postponeProject(
  found: FoundProject,
  known: KnownFacts,
  context: CollectContext,
): CollectedProject {
  const before = beforeReading(found, known, context.startedAt);
  const failure = { state: 'error', code: 'time-limit' } as const;
  const project = withFailure(unread(before, known, context), failure);
  return { project, cached: known.cached, failures: [] };
}

/** Whether the entry has facts that were read with git. */
const hasFacts = (project: Project | null): boolean =>
  project !== null && (project.state === 'ok' || project.git?.lastCommit != null);

function beforeReading(found: FoundProject, known: KnownFacts, startedAt: Timestamp): Project {
  const { name, path, kind, fileId } = found;
  const before = known.previous ?? newProject(found, startedAt);
  const previousPaths = previousPathsOf(before, path);
  const since = { missingSince: null, notObservedSince: null, lastSeen: null };
  return { ...before, name, path, previousPaths, fileId, kind, ...since };
}

/** The entry of a project whose facts are still those of an earlier run. */
const unread = (
  before: Project,
  { previous }: KnownFacts,
  { lastRun }: CollectContext,
): Project => ({
  ...before,
  lastSeen: previous && factsReadAt(previous, lastRun),
});

/** Returns the previous paths of a project, the most recent last, without its current path. */
const previousPathsOf = ({ path, previousPaths }: Project, current: string): string[] =>
  path === current
    ? previousPaths
    : [...previousPaths.filter((previous) => previous !== path && previous !== current), path];

async function readRepository(
  path: string,
  cached: CachedProject | null,
  { unchanged, startedAt, ...readers }: CollectContext,
): Promise<GitFacts & { readonly cached: CachedGitFacts | null }> {
  const before = cached?.git ?? null;
  if (cached !== null && before !== null && unchanged.has(path)) {
    const { tracked } = cached;
    const { git, counts } = before;
    const languages = tracked?.languages ?? null;
    const known = { git, counts, languages, tracked, commitDays: cached };
    return { ...known, isFinal: true, failures: [], cached: before };
  }
  const { reader } = readers;
  const repository = await reader.open(path);
  const facts = await readGitFacts(repository, readers, cached);
  const revision = await reader.close(repository);
  const day = dayOf(startedAt);
  const isSame = before !== null && before.revision === revision && before.day === day;
  const { git, counts, isFinal } = facts;
  const read = revision !== null && isFinal ? { revision, day, git, counts } : null;
  return { ...facts, cached: read !== null && isSame ? before : read };
}
