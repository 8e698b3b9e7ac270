import leven from 'leven';
import { projectRows, type ProjectRow, type StoredData } from '../analytics/overview.ts';
import { UserError } from '../util/errors.ts';

/**
 * The project that a person means by its id, name or path. Throws `UserError` USAGE with the nearest names
 * when there is none, and with the ids when there are several. `command` is what takes such a name, and
 * `others` what else it takes.
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
    throw new UserError('usage', `${wanted}: ${String(found.length)} projects are called so`, {
      hint: `name one by its id: ${ids}`,
    });
  }
  const words = others.map((name) => ({ id: name, name }));
  const near = nearest([...words, ...rows], word);
  const guess = near.length === 0 ? '' : ` (did you mean ${near.join(', ')}?)`;
  throw new UserError('usage', `${wanted}: there is no such project${guess}`, {
    hint: near[0] === undefined ? 'sync-runner projects' : `sync-runner ${command} ${near[0]}`,
  });
}

/** Up to three ids that a person may have meant: those that hold the word, then those that are spelt alike. */
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
