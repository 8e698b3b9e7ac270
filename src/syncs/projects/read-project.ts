import { dayOf } from '../../util/dates.ts';
import type { Timestamp } from '../../schema/timestamp.ts';
import type { Project } from '../../schema/projects.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import type { CachedProject } from './projects-cache.ts';
import {
  readGitFacts,
  type CachedGitFacts,
  type GitFacts,
  type GitReaders,
} from './read-git-facts.ts';
import {
  isUnusableGit,
  toStateFailure,
  type ReadFailure,
  type StateFailure,
} from './read-failure.ts';
import { readRootFiles } from './root-files.ts';

/** The facts of a project that a run reads. */
export type ProjectFacts = Pick<
  Project,
  'description' | 'stack' | 'license' | 'counts' | 'state' | 'git'
>;

/** What was read of a project. It does not depend on its entry in the registry. */
export interface ReadProject {
  /** Null if the project could not be read. */
  readonly facts: ProjectFacts | null;
  /** Why facts of an earlier run are better than these; null if they are not. */
  readonly failure: Pick<StateFailure, 'state' | 'code'> | null;
  /** In the order in which they occurred. */
  readonly failures: readonly ReadFailure[];
  readonly cached: CachedProject | null;
}

interface ReadContext extends GitReaders {
  /** The paths of the repositories whose cached facts still apply. */
  readonly unchanged: ReadonlySet<string>;
  readonly startedAt: Timestamp;
  readonly signal: AbortSignal;
}

/** Reads one discovered project. Rejects with the reason of `signal`, or for a bug. */
export async function readProject(
  { path, kind }: FoundProject,
  cached: CachedProject | null,
  context: ReadContext,
): Promise<ReadProject> {
  try {
    const facts = kind === 'git' ? await readRepository(path, cached, context) : null;
    const languages = facts?.languages ?? null;
    const root = await readRootFiles(path, cached?.root ?? null, context.signal, {
      languages,
      sinceMs: Date.parse(context.startedAt),
    });
    const { frameworks, packageManager, runtimes } = root;
    const failures = facts?.failures ?? [];
    const unusable = failures.find(isUnusableGit) ?? null;
    const current = {
      git: facts?.cached ?? null,
      tracked: facts?.tracked ?? null,
      root,
      commitDays: facts?.commitDays.commitDays ?? null,
      changedLines: facts?.commitDays.changedLines ?? null,
    };
    return {
      facts: {
        description: root.description,
        stack: { languages, frameworks, packageManager, runtimes },
        license: root.license,
        counts: facts?.counts ?? { files: null, commits: null },
        state: failures[0]?.state ?? 'ok',
        git: facts?.git ?? null,
      },
      failure: unusable,
      failures: [...failures, ...root.failures],
      cached: unusable === null ? current : (cached ?? current),
    };
  } catch (error) {
    const failure = toStateFailure(error);
    return { facts: null, failure, failures: [failure], cached };
  }
}

/** Returns what is known of a project that the time limit left unread. */
export const postponeProject = (cached: CachedProject | null): ReadProject => ({
  facts: null,
  failure: { state: 'error', code: 'time-limit' },
  failures: [],
  cached,
});

async function readRepository(
  path: string,
  cached: CachedProject | null,
  { unchanged, startedAt, ...readers }: ReadContext,
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
