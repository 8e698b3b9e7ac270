import { openCommitReader } from '../objects/object-reader.ts';
import type { OpenRepository } from '../open-repository.ts';
import { committerSeconds, parentsOf } from './parse-commit.ts';

/** More are read by git, which takes less time per commit. */
const maxReadHere = 100;

/** Returns the times of the commits since then, in seconds; null if there are many, or if only git can read them. */
export function readShortHistory(
  repository: OpenRepository,
  oid: string,
  since: number,
): readonly number[] | null {
  using reader = openCommitReader(repository);
  const ids = new Set([oid]);
  const times: number[] = [];
  // The iteration includes the ids that it adds.
  for (const id of ids) {
    const commit = reader.read(id);
    const time = commit && committerSeconds(commit);
    if (commit === null || time === null || times.length >= maxReadHere) return null;
    if (time < since) continue;
    times.push(time);
    for (const parent of parentsOf(commit)) ids.add(parent);
  }
  return times;
}
