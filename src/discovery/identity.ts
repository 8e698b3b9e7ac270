import { basename } from 'node:path';
import type { Repository } from '../repository/repository.ts';
import { RepositoryError } from '../repository/repository.ts';
import type { FoundProject, KnownProject } from './discovery.ts';
import { folderIdOf } from './folder-id.ts';
import { isSameRepository } from './traces.ts';

export type Candidate = Pick<FoundProject, 'path' | 'kind' | 'folderId'>;

/** What a found project is compared with, beside the entries themselves. */
export interface Sources {
  readonly open: (workTree: string) => Promise<Repository>;
  /** Whether nothing can be where a known project was, and not only because a disk is away. */
  readonly isGone: (known: KnownProject) => boolean;
}

/**
 * Says which known project each found one is: the ids by path, without those that are new. The surest
 * sign comes first: the very folder, wherever it lies now; then a folder in the same place that nothing
 * speaks against; last a repository elsewhere that is the clone or copy of exactly one that is gone.
 */
export async function recognise(
  found: readonly Candidate[],
  known: readonly KnownProject[],
  sources: Sources,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const free = new Set(known);
  const settle = ({ path }: Candidate, project: KnownProject): void => {
    ids.set(path, project.id);
    free.delete(project);
  };
  const isOpen = ({ path }: Candidate): boolean => !ids.has(path);

  byFolder(found, known, settle);
  await byPlace(found.filter(isOpen), free, sources, settle);
  await byRepository(found.filter(isOpen), free, sources, settle);
  return ids;
}

type Settle = (found: Candidate, known: KnownProject) => void;

function byFolder(
  found: readonly Candidate[],
  known: readonly KnownProject[],
  settle: Settle,
): void {
  const owners = groupsOf(known, ({ folderId }) => folderId ?? null);
  const ownersOf = ({ folderId }: Candidate): readonly KnownProject[] =>
    (folderId === null ? undefined : owners.get(folderId)) ?? [];
  const settled = new Set<KnownProject>();
  const moved: Candidate[] = [];
  for (const one of found) {
    const owner = ownersOf(one).find(({ path }) => path === one.path);
    if (owner === undefined) {
      moved.push(one);
    } else {
      settle(one, owner);
      settled.add(owner);
    }
  }
  for (const one of moved) {
    // A folder that is mounted in two places, or was left out of the walk, has not been moved.
    const owner = ownersOf(one).find(
      (project) => !settled.has(project) && folderIdOf(project.path) !== one.folderId,
    );
    if (owner === undefined) continue;
    settle(one, owner);
    settled.add(owner);
  }
}

async function byPlace(
  found: readonly Candidate[],
  free: ReadonlySet<KnownProject>,
  { open }: Sources,
  settle: Settle,
): Promise<void> {
  const places = groupsOf(free, ({ path }) => path);
  for (const one of found) {
    // What is there is more likely the last that was there than what went missing before it.
    const owners = (places.get(one.path) ?? []).toSorted(
      (a, b) => Number(a.state === 'missing') - Number(b.state === 'missing'),
    );
    for (const owner of owners) {
      if (!(await isStillThere(one, owner, open))) continue;
      settle(one, owner);
      break;
    }
  }
}

/** Whether another folder in the same place is still the same project: restored, or cloned again. */
async function isStillThere(
  found: Candidate,
  known: KnownProject,
  open: Sources['open'],
): Promise<boolean> {
  if (found.folderId === null || typeof known.folderId !== 'string') return true;
  // A package has nothing that it could be known by but its place.
  if (known.kind !== 'git') return true;
  if (found.kind !== 'git') return false;
  const repository = await opened(found, open);
  return repository === null || (await isSameRepository(repository, known)) !== false;
}

async function byRepository(
  found: readonly Candidate[],
  free: ReadonlySet<KnownProject>,
  { open, isGone }: Sources,
  settle: Settle,
): Promise<void> {
  // A linked work tree has everything in common with its siblings: only the folder can tell it.
  const isOwn = ({ kind, git }: KnownProject): boolean =>
    kind === 'git' && git?.worktreeOf === null;
  const gone = new Set([...free].filter((project) => isOwn(project) && isGone(project)));
  for (const one of gone.size === 0 ? [] : found) {
    const repository = one.kind === 'git' ? await opened(one, open) : null;
    if (repository?.worktreeOf !== null) continue;
    const same: KnownProject[] = [];
    for (const project of gone) {
      if ((await isSameRepository(repository, project)) === true) same.push(project);
    }
    const namesakes = same.filter(({ path }) => basename(path) === basename(one.path));
    const owner = same.length === 1 ? same[0] : namesakes.length === 1 ? namesakes[0] : undefined;
    if (owner === undefined) continue;
    settle(one, owner);
    gone.delete(owner);
  }
}

function groupsOf(
  projects: Iterable<KnownProject>,
  keyOf: (project: KnownProject) => string | null,
): ReadonlyMap<string, readonly KnownProject[]> {
  const groups = new Map<string, KnownProject[]>();
  for (const project of projects) {
    const key = keyOf(project);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [project]);
    else group.push(project);
  }
  return groups;
}

async function opened(found: Candidate, open: Sources['open']): Promise<Repository | null> {
  try {
    return await open(found.path);
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
