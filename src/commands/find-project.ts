import { realpath } from 'node:fs/promises';
import leven from 'leven';
import type { Project } from '../schema/projects.ts';
import { projectRows, type ProjectRow, type StoredData } from '../analytics/overview.ts';
import { createProjectFinder } from '../analytics/project-of-path.ts';
import { resolvePath } from '../system/resolve-path.ts';
import type { System } from '../system/system.ts';
import { errnoOf, UserError } from '../util/errors.ts';

/**
 * Returns the project with an id or name, or the innermost one that contains a path. Rejects with `UserError` with
 * code `usage` if there is none, suggesting similar names, or if the name is ambiguous, listing the ids. `command` is
 * the command for the hint, `others` are its other arguments.
 */
export async function findProject(
  stored: StoredData,
  wanted: string,
  {
    command,
    others = [],
    system,
  }: {
    readonly command: string;
    readonly others?: readonly string[];
    readonly system: Pick<System, 'cwd'>;
  },
): Promise<ProjectRow> {
  const rows = projectRows(stored);
  const exact = rows.filter(({ id, path }) => id === wanted || path === wanted);
  const word = wanted.toLowerCase();
  const found = exact.length > 0 ? exact : rows.filter(({ name }) => name.toLowerCase() === word);
  const [project, second] = found;
  if (project !== undefined && second === undefined) return project;
  if (project !== undefined) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new UserError('usage', `${wanted}: ${String(found.length)} projects have this name`, {
      hint: `use the id: ${ids}`,
    });
  }
  const atPath = isPath(wanted) ? await findByPath(stored, wanted, system) : null;
  const containing = rows.find(({ id }) => id === atPath);
  if (containing !== undefined) return containing;
  if (isPath(wanted)) {
    throw new UserError('usage', `${wanted}: no known project contains this path`, {
      hint: 'sync-runner projects',
    });
  }
  const words = others.map((name) => ({ id: name, name }));
  const near = nearest([...words, ...rows], word);
  const guess = near.length === 0 ? '' : ` (did you mean ${near.join(', ')}?)`;
  throw new UserError('usage', `unknown project ${wanted}${guess}`, {
    hint: near[0] === undefined ? 'sync-runner projects' : `sync-runner ${command} ${near[0]}`,
  });
}

/** Whether an argument is a path: `.`, `..`, or anything with a separator. */
const isPath = (wanted: string): boolean => /^\.{1,2}$|[\\/]/.test(wanted);

/** Resolves with the id of the project that contains a path, directly or through links. */
async function findByPath(
  { projects }: StoredData,
  wanted: string,
  system: Pick<System, 'cwd'>,
): Promise<string | null> {
  // At the same path, a project that exists is preferred.
  const isMissing = ({ state }: Project): number => Number(state === 'missing');
  const sorted = (projects?.projects ?? []).toSorted((a, b) => isMissing(b) - isMissing(a));
  const find = createProjectFinder(sorted);
  const path = resolvePath(wanted, system);
  const id = find(path);
  if (id !== null) return id;
  try {
    return find(await realpath(path));
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/** Returns up to three similar ids: names that contain the word first, then by edit distance. */
function nearest(
  rows: readonly { readonly id: string; readonly name: string }[],
  word: string,
): readonly string[] {
  const start = word.slice(0, 64);
  const scored = rows.map(({ id, name }) => {
    const text = name.toLowerCase().slice(0, 64);
    return { id, score: text.includes(start) ? 0 : leven(text, start) };
  });
  return scored
    .filter(({ score }) => score <= Math.max(2, start.length / 3))
    .toSorted((a, b) => a.score - b.score)
    .slice(0, 3)
    .map(({ id }) => id);
}
