import { groupBy } from '../util/collections.ts';
import { comparablePath, composedPath } from '../util/compare-paths.ts';
import { basename } from 'node:path';
import { RepositoryError, type Repository, type RepositoryReader } from '../git/repository.ts';
import { lstatState } from '../util/fs-sync.ts';
import type { FoundProject, KnownProject } from './discovery.ts';
import { fileIdOf } from './file-id.ts';
import { hasSameRemote, isSameRepository, recordsCommit } from './repository-match.ts';

export type UnmatchedProject = Pick<FoundProject, 'path' | 'kind' | 'fileId'>;

export interface MatchContext {
  readonly open: RepositoryReader['open'];
  readonly hasCommit: RepositoryReader['hasCommit'];
  /** Whether a known project no longer exists at its path, rather than being on an unreachable disk. */
  readonly isGone: (known: KnownProject) => boolean;
}

type Assign = (found: UnmatchedProject, known: KnownProject) => void;

/**
 * Matches the projects found with the known ones and returns the ids of those that match, by path. In order of
 * certainty: by directory, wherever it is now; by path, unless the repository there is another one; by
 * repository, if it is the only clone or copy of exactly one project that is gone. A commit that another project
 * has too, such as that of a template, is no evidence of a copy.
 */
export async function matchKnownProjects(
  found: readonly UnmatchedProject[],
  known: readonly KnownProject[],
  context: MatchContext,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const unassigned = new Set(known);
  const assign: Assign = ({ path }, project) => {
    ids.set(path, project.id);
    unassigned.delete(project);
  };
  const isUnmatched = ({ path }: UnmatchedProject): boolean => !ids.has(path);

  matchByFileId(found, known, assign);
  await matchByPath(found.filter(isUnmatched), unassigned, context, assign);
  const all = { found, known };
  await matchByRepository(found.filter(isUnmatched), unassigned, { ...context, ...all }, assign);
  return ids;
}

function matchByFileId(
  found: readonly UnmatchedProject[],
  known: readonly KnownProject[],
  assign: Assign,
): void {
  const byFileId = groupBy(known, ({ fileId }) => fileId ?? null);
  const sameDir = ({ fileId }: UnmatchedProject): readonly KnownProject[] =>
    (fileId === null ? undefined : byFileId.get(fileId)) ?? [];
  const assigned = new Set<KnownProject>();
  const moved: UnmatchedProject[] = [];
  for (const one of found) {
    const match = sameDir(one).find(({ path }) => path === one.path);
    if (match === undefined) {
      moved.push(one);
    } else {
      assign(one, match);
      assigned.add(match);
    }
  }
  for (const one of moved) {
    // A directory that is still at its known path is mounted twice or was excluded, not moved: except that a file
    // system which ignores case finds a renamed directory by its old name.
    const match = sameDir(one).find(
      (project) =>
        !assigned.has(project) &&
        (differsOnlyInCase(project, one) || !mayBeAt(project.path, one.fileId)),
    );
    if (match === undefined) continue;
    assign(one, match);
    assigned.add(match);
  }
}

const differsOnlyInCase = (one: { readonly path: string }, other: { readonly path: string }) =>
  comparablePath(one.path, true) === comparablePath(other.path, true);

/** Also true if the path is not accessible. */
const mayBeAt = (path: string, fileId: string | null): boolean =>
  lstatState(path) === 'unreadable' || fileIdOf(path) === fileId;

async function matchByPath(
  found: readonly UnmatchedProject[],
  unassigned: ReadonlySet<KnownProject>,
  { open }: MatchContext,
  assign: Assign,
): Promise<void> {
  const byPath = groupBy(unassigned, ({ path }) => path);
  const foundPaths = new Set(found.map(({ path }) => path));
  const byComposedPath = groupBy(
    [...unassigned].filter(({ path }) => !foundPaths.has(path)),
    ({ path }) => composedPath(path),
  );
  for (const one of found) {
    const atPath = byPath.get(one.path) ?? byComposedPath.get(composedPath(one.path)) ?? [];
    // Prefer the project that was there last to those that went missing before.
    const candidates = atPath.toSorted(
      (a, b) => Number(a.state === 'missing') - Number(b.state === 'missing'),
    );
    for (const candidate of candidates) {
      if (!(await isStillThere(one, candidate, open))) continue;
      assign(one, candidate);
      break;
    }
  }
}

/** Whether another directory at the same path is the same project, restored or cloned again. */
async function isStillThere(
  found: UnmatchedProject,
  known: KnownProject,
  open: MatchContext['open'],
): Promise<boolean> {
  if (found.fileId === null || typeof known.fileId !== 'string') return true;
  // A package can be recognized by its path only.
  if (known.kind !== 'git') return true;
  if (found.kind !== 'git') return false;
  const repository = await openOrNull(found, open);
  return repository === null || (await isSameRepository(repository, known)) !== false;
}

/** A found repository that may be a known project that is gone. */
interface Candidate {
  readonly found: UnmatchedProject;
  readonly known: KnownProject;
}

/** All projects, also those that are matched already. */
interface AllProjects {
  readonly found: readonly UnmatchedProject[];
  readonly known: readonly KnownProject[];
}

async function matchByRepository(
  found: readonly UnmatchedProject[],
  unassigned: ReadonlySet<KnownProject>,
  context: MatchContext & AllProjects,
  assign: Assign,
): Promise<void> {
  const { open, isGone } = context;
  // Linked work trees of one repository can be distinguished by their directories only.
  const isMain = ({ kind, git }: KnownProject): boolean =>
    kind === 'git' && git?.worktreeOf === null;
  const gone = new Set([...unassigned].filter((project) => isMain(project) && isGone(project)));
  const candidates: Candidate[] = [];
  for (const one of gone.size === 0 ? [] : found) {
    const repository = one.kind === 'git' ? await openOrNull(one, open) : null;
    if (repository?.worktreeOf !== null) continue;
    for (const project of gone) {
      if ((await isSameRepository(repository, project)) !== true) continue;
      const isUnique =
        hasSameRemote(repository, project) === true ||
        !(await isCommitShared(project, repository, context));
      if (isUnique) candidates.push({ found: one, known: project });
    }
  }
  // Remotes are easily forged: if several projects have the same one, only the name can decide.
  const byFound = groupBy(candidates, (candidate) => candidate.found);
  const byKnown = groupBy(candidates, (candidate) => candidate.known);
  for (const candidate of candidates) {
    const isUnambiguous = [byFound.get(candidate.found), byKnown.get(candidate.known)].every(
      (rivals) => choose(rivals ?? []) === candidate,
    );
    if (isUnambiguous) assign(candidate.found, candidate.known);
  }
}

/** Whether a project other than the known one and its possible copy has the last commit of the known one. */
async function isCommitShared(
  project: KnownProject,
  copy: Repository,
  { found, known, open, hasCommit }: MatchContext & AllProjects,
): Promise<boolean> {
  const commit = project.git?.lastCommit?.hash ?? '';
  if (known.some((one) => one !== project && one.git?.lastCommit?.hash === commit)) return true;
  for (const one of found) {
    const repository = one.kind === 'git' ? await openOrNull(one, open) : null;
    if (repository === null || repository.commonDir === copy.commonDir) continue;
    if ((await recordsCommit(repository, commit)) !== false) return true;
    if ((await hasCommit(repository, commit)) !== false) return true;
  }
  return false;
}

/** Returns the only candidate, or else the only one whose directory still has the same name. */
function choose(candidates: readonly Candidate[]): Candidate | undefined {
  if (candidates.length === 1) return candidates[0];
  const sameName = candidates.filter(
    ({ found, known }) => basename(found.path) === basename(known.path),
  );
  return sameName.length === 1 ? sameName[0] : undefined;
}

async function openOrNull(
  found: UnmatchedProject,
  open: MatchContext['open'],
): Promise<Repository | null> {
  try {
    return await open(found.path);
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
