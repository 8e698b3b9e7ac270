import leven from 'leven';
import { projectRows, type ProjectRow, type StoredData } from '../analytics/overview.ts';
import { UserError } from '../util/errors.ts';

/**
 * Returns the project with an id, name or path. Throws `UserError` with code `usage` if there is none, suggesting
 * similar names, or if the name is ambiguous, listing the ids. `command` is the command for the hint, `others` are
 * its other arguments.
 */
export function findProject(
  stored: StoredData,
  wanted: string,
  { command, others = [] }: { readonly command: string; readonly others?: readonly string[] },
): ProjectRow {
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
  const words = others.map((name) => ({ id: name, name }));
  const near = nearest([...words, ...rows], word);
  const guess = near.length === 0 ? '' : ` (did you mean ${near.join(', ')}?)`;
  throw new UserError('usage', `unknown project ${wanted}${guess}`, {
    hint: near[0] === undefined ? 'sync-runner projects' : `sync-runner ${command} ${near[0]}`,
  });
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
