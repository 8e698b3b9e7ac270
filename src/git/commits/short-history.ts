import type { LinkReader } from './commit-links.ts';

/** More are read by git, which takes less time per commit. */
const maxReadHere = 100;

/** Returns the times of the commits since then, in seconds; null if there are many, or if only git can read them. */
export function readShortHistory(
  { read }: LinkReader,
  oid: string,
  since: number,
): readonly number[] | null {
  const ids = new Set([oid]);
  const times: number[] = [];
  // The iteration includes the ids that it adds.
  for (const id of ids) {
    const commit = read(id);
    if (commit === null || times.length >= maxReadHere) return null;
    if (commit.seconds < since) continue;
    times.push(commit.seconds);
    for (const parent of commit.parents) ids.add(parent);
  }
  return times;
}
