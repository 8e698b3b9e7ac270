import { basename } from 'node:path';
import type { Repository } from '../git/repository.ts';
import { RepositoryError } from '../git/repository.ts';
import type { FoundProject, KnownProject } from './discovery.ts';
import { fileIdOf } from './file-id.ts';
import { isSameRepository } from './repository-match.ts';

export type UnmatchedProject = Pick<FoundProject, 'path' | 'kind' | 'fileId'>;

/** What a found project is compared with, beside the entries themselves. */
export interface MatchContext {
  readonly open: (workTree: string) => Promise<Repository>;
  /** Whether nothing can be where a known project was, and not only because a disk is away. */
  readonly isGone: (known: KnownProject) => boolean;
}

/**
 * Says which known project each found one is: the ids by path, without those that are new. The surest
 * sign comes first: the very folder, wherever it lies now; then a folder in the same place that nothing
 * speaks against; last a repository elsewhere that is the clone or copy of exactly one that is gone, and the
 * only one that is.
 */
export async function matchKnownProjects(
  found: readonly UnmatchedProject[],
  known: readonly KnownProject[],
  sources: MatchContext,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const free = new Set(known);
  const assign = ({ path }: UnmatchedProject, project: KnownProject): void => {
    ids.set(path, project.id);
    free.delete(project);
  };
  const isOpen = ({ path }: UnmatchedProject): boolean => !ids.has(path);

  byFolder(found, known, assign);
  await byPlace(found.filter(isOpen), free, sources, assign);
  await byRepository(found.filter(isOpen), free, sources, assign);
  return ids;
}

type Assign = (found: UnmatchedProject, known: KnownProject) => void;

function byFolder(
  found: readonly UnmatchedProject[],
  known: readonly KnownProject[],
  settle: Assign,
): void {
  const owners = groupsOf(known, ({ fileId: fileId }) => fileId ?? null);
  const ownersOf = ({ fileId: fileId }: UnmatchedProject): readonly KnownProject[] =>
    (fileId === null ? undefined : owners.get(fileId)) ?? [];
  const settled = new Set<KnownProject>();
  const moved: UnmatchedProject[] = [];
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
      (project) => !settled.has(project) && fileIdOf(project.path) !== one.fileId,
    );
    if (owner === undefined) continue;
    settle(one, owner);
    settled.add(owner);
  }
}

async function byPlace(
  found: readonly UnmatchedProject[],
  free: ReadonlySet<KnownProject>,
  { open }: MatchContext,
  settle: Assign,
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
  found: UnmatchedProject,
  known: KnownProject,
  open: MatchContext['open'],
): Promise<boolean> {
  if (found.fileId === null || typeof known.fileId !== 'string') return true;
  // A package has nothing that it could be known by but its place.
  if (known.kind !== 'git') return true;
  if (found.kind !== 'git') return false;
  const repository = await opened(found, open);
  return repository === null || (await isSameRepository(repository, known)) !== false;
}

async function byRepository(
  found: readonly UnmatchedProject[],
  free: ReadonlySet<KnownProject>,
  { open, isGone }: MatchContext,
  settle: Assign,
): Promise<void> {
  // A linked work tree has everything in common with its siblings: only the folder can tell it.
  const isOwn = ({ kind, git }: KnownProject): boolean =>
    kind === 'git' && git?.worktreeOf === null;
  const gone = new Set([...free].filter((project) => isOwn(project) && isGone(project)));
  const claims: Candidate[] = [];
  for (const one of gone.size === 0 ? [] : found) {
    const repository = one.kind === 'git' ? await opened(one, open) : null;
    if (repository?.worktreeOf !== null) continue;
    for (const project of gone) {
      if ((await isSameRepository(repository, project)) === true) {
        claims.push({ found: one, known: project });
      }
    }
  }
  // A remote is easily forged: where it says the same of several, on either side, only a name can decide.
  const byFound = groupsOf(claims, (claim) => claim.found);
  const byKnown = groupsOf(claims, (claim) => claim.known);
  for (const claim of claims) {
    const { found: one, known: project } = claim;
    const isSure = [byFound.get(one), byKnown.get(project)].every(
      (rivals = []) => chosen(rivals) === claim,
    );
    if (isSure) settle(one, project);
  }
}

/** A found repository that may be one that is gone. */
interface Candidate {
  readonly found: UnmatchedProject;
  readonly known: KnownProject;
}

/** The only claim, or else the only one whose folder has the name of old. */
function chosen(claims: readonly Candidate[]): Candidate | undefined {
  if (claims.length === 1) return claims[0];
  const namesakes = claims.filter(
    ({ found, known }) => basename(found.path) === basename(known.path),
  );
  return namesakes.length === 1 ? namesakes[0] : undefined;
}

function groupsOf<Item, Key>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key | null,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

async function opened(
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
